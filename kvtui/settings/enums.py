"""The settings that are a choice between a few values. Imports nothing slow, because `--help` loads it."""

from __future__ import annotations

from enum import StrEnum


class CloudName(StrEnum):
    """The values of `--cloud`."""

    PUBLIC = "public"
    USGOV = "usgov"
    CHINA = "china"


class AuthMode(StrEnum):
    """Which kind of deployment identity is written to the files."""

    CLIENT_SECRET = "client-secret"  # noqa: S105
    MANAGED_IDENTITY = "managed-identity"
    WORKLOAD_IDENTITY = "workload-identity"


class Target(StrEnum):
    """Where Airflow runs."""

    ASTRO = "astro"
    REMOTE_EXECUTION = "remote-execution"


class Chart(StrEnum):
    """Whose Helm values are written."""

    AGENT = "agent"
    AIRFLOW = "airflow"


class SignInKind(StrEnum):
    """How the user of kvtui signs in."""

    AUTO = "auto"
    AZURE_CLI = "azure-cli"
    AZD = "azd"
    ENVIRONMENT = "environment"
    CLIENT_SECRET = "client-secret"  # noqa: S105
    MANAGED_IDENTITY = "managed-identity"
    WORKLOAD_IDENTITY = "workload-identity"
    DEVICE_CODE = "device-code"
    BROWSER = "browser"


class From(StrEnum):
    """What is simulated: the configuration that the settings write, or the files on disk as they are."""

    SETTINGS = "settings"
    FILES = "files"


class Context(StrEnum):
    """Where in Airflow the lookup happens: in a task, a server-side component or a trigger."""

    TASK = "task"
    SERVER = "server"
    TRIGGERER = "triggerer"


class Kind(StrEnum):
    """What is looked up."""

    VARIABLE = "variable"
    CONNECTION = "connection"
    CONFIG = "config"
    """An option whose value Airflow asks the backend for."""
