"""What a headless command is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.project.model import Project
from kvtui.settings.model import Settings, VaultAddress


@dataclass(frozen=True, slots=True)
class Request:
    """One command with its settings, the project it is about and the rest of the command line."""

    settings: Settings
    project: Project
    options: Mapping[str, object]

    @property
    def json(self) -> bool:
        """Whether stdout is one JSON document."""
        return bool(self.options.get("json"))

    def flag(self, name: str) -> bool:
        """Whether the option without a value was given."""
        return bool(self.options.get(name))

    def text(self, name: str, default: str = "") -> str:
        """The option's value."""
        return str(self.options.get(name, default))

    def vault(self) -> VaultAddress:
        """The chosen vault. Raises `ProblemError` (usage) if there is none."""
        if self.settings.vault is None:
            remedy = "Give it: --vault-url https://NAME.vault.azure.net/ or just the name."
            raise ProblemError(Problem(what="No vault is chosen.", remedy=remedy, exit=Exit.USAGE))
        return self.settings.vault
