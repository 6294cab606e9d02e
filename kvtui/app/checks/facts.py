"""What is checked, and what is known so far: the front ends fill it in, the checklist judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from kvtui.airflow.releases import PROVIDER_PACKAGE

if TYPE_CHECKING:
    from kvtui.core.problems import Problem


class CheckId(StrEnum):
    """The checks, in the order of the way through, by the names that people and scripts know them by."""

    VAULT_FOUND = "vault found"
    PROXY = "proxy"
    PRIVATE_ENDPOINT = "private endpoint"
    SIGNED_IN = "signed in"
    CAN_LIST = "can list"
    CAN_READ = "can read"
    IDENTITY_CHOSEN = "identity chosen"
    IDENTITY_CAN_READ = "identity can read"
    NAMES_RESOLVE = "names resolve"
    BACKEND_CONFIGURED = "backend configured"
    PROVIDER_PINNED = "provider pinned"
    KEPT_OUT_OF_GIT = "kept out of git"
    FILES_WRITTEN = "files written"
    FILES_READ_BACK = "files read back the same"


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"
    """It cannot be judged yet."""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One thing that was tried, and what came of it."""

    identity: str = ""
    """`ana@contoso.com (az CLI)`"""
    detail: str = ""
    """What was found, as words for the checklist: `128 names in 3 s`."""
    problem: Problem | None = None
    """None: it succeeded."""

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class ProviderPin:
    """What the requirements say of the Azure provider."""

    file: str
    """`requirements.txt`, or `requirements-client.txt` for Remote Execution."""
    named: bool
    exact: bool
    """`==` one version."""
    version: str
    built_in: bool = False
    """The image brings the provider even if it is not named (Astro Runtime of Airflow 2)."""
    bounded: bool = False
    """Its line has a version or a range."""
    objection: str = ""
    """Why its line does not do for the mode or for Airflow, one sentence; empty if it does."""
    line: str = PROVIDER_PACKAGE
    """The line that does; empty: none does, with this Airflow."""
    by_hand: bool = False
    """kvtui cannot add a line to this file: it has hashes."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the settings would write, and what is on the disk."""

    problem: Problem | None = None
    """Why nothing can be planned: validation errors, or a file that cannot be read."""
    pending: tuple[str, ...] = ()
    """Names of files that differ from what the settings give."""
    settled: tuple[str, ...] = ()
    """Names of files that are as the settings give them."""
    left_out: tuple[str, ...] = ()
    """Names of files from which the user removed kvtui's lines on purpose: they are not pending."""
    differences: tuple[str, ...] | None = None
    """What read back differently, one sentence each; None: not read back."""
    warnings: tuple[str, ...] = ()
    """Parsers of `.env` that the target does not use and that other lines keep from reading kvtui's."""
    readers: tuple[str, ...] = ()
    """The parsers of `.env` that the target uses."""


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """What an audit of the project's code found."""

    files: int
    failing: int
    """Keys that are missing or unreachable where no default is given."""
    keys: int
    undecided: int
    unchecked: int = 0
    """Python files that cannot be read."""


@dataclass(frozen=True, slots=True)
class GitExposure:
    """Which of the project's files with secrets git has, or would take."""

    found: bool
    """The project lies in a git repository."""
    tracked: tuple[str, ...] | None = ()
    """None: git's index could not be read."""
    uncovered: tuple[str, ...] = ()
    """No .gitignore covers them."""


@dataclass(frozen=True, slots=True)
class BackendFacts:
    """What the configuration that is checked gives Airflow."""

    from_files: bool = False
    """The files on disk are checked as they are; else what the settings write."""
    broken: tuple[str, ...] = ()
    """Why no lookup reaches the vault, one sentence each."""
    image: tuple[str, ...] = ()
    """What the Dockerfile should not set, one sentence each."""
    warnings: tuple[str, ...] = ()
    """What the configuration says in vain, one sentence each."""


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """How this host reaches Azure."""

    proxy: str = ""
    """The variable that names the proxy; empty: none is used."""
    problem: Problem | None = None
    """Why the named proxy cannot be used."""
    vault_directly: bool = False
    """Requests to the vault use no proxy: none is set, or NO_PROXY lists the vault."""
    addresses: tuple[str, ...] = ()
    """What the vault's name resolves to here; empty: nothing, or the proxy resolves it."""
    private: bool | None = None
    """Whether all of them are private; None where there is none to judge."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the checklist judges besides the settings. None: not known, not tried."""

    sign_in: ProbeResult | None = None
    listing: ProbeResult | None = None
    """All names of the vault, as the signed-in user."""
    names: Sequence[str] | None = None
    """The listed names, in any order."""
    sample_read: ProbeResult | None = None
    """One value, as the signed-in user. The value is never kept."""
    deployment_read: ProbeResult | None = None
    """One value (or the answer that there is none), as the deployment identity."""
    deployment_elsewhere: str = ""
    """Why the deployment identity cannot be tried on this host: a managed identity that is not its own."""
    secrets_end: tuple[datetime, ...] = ()
    """When each of the chosen app's client secrets ends, where the directory shows it."""
    now: datetime | None = None
    """The time to judge expiry by."""
    network: NetworkFacts | None = None
    closed_network: str = ""
    """From where the vault may be reached, one sentence; empty if from every network, or not known."""
    mistaken_id: str = ""
    """Whose object id was given in place of a client id, one sentence; empty if it is none or not known."""
    provider_version: str = ""
    """What names are judged by; empty: the newest known."""
    audit: AuditFacts | None = None
    """None: the project was not audited."""
    backend: BackendFacts | None = None
    provider: ProviderPin | None = None
    git: GitExposure | None = None
    files: FileFacts | None = None
