"""What is written: `.env`, Helm values, Kubernetes Secret, requirements, and the steps that follow.

Everything here is pure but for `writer`, which alone changes files. Rendering a fresh `.env` imports
neither python-dotenv nor ruamel.yaml.
"""

from kvtui.outputs.diff import DiffLine, diff
from kvtui.outputs.env_file import ExistingEnv, merge_env, read_env, render_env
from kvtui.outputs.env_removal import Removal, plan_removal
from kvtui.outputs.env_traps import Trap, traps
from kvtui.outputs.faults import faults
from kvtui.outputs.kubernetes_secret import render_kubernetes_secret
from kvtui.outputs.model import FileKind, NextStep, Plan, PlannedFile, What
from kvtui.outputs.plan import plan
from kvtui.outputs.values_file import merge_values, render_values

__all__ = [
    "DiffLine",
    "ExistingEnv",
    "FileKind",
    "NextStep",
    "Plan",
    "PlannedFile",
    "Removal",
    "Trap",
    "What",
    "diff",
    "faults",
    "merge_env",
    "merge_values",
    "plan",
    "plan_removal",
    "read_env",
    "render_env",
    "render_kubernetes_secret",
    "render_values",
    "traps",
]
