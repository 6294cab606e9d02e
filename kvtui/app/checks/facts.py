"""The checks, and the facts known so far: the front ends collect them, the checklist evaluates them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from kvtui.airflow.releases import PROVIDER_PACKAGE

if TYPE_CHECKING:
    from kvtui.app.expiry import Expiring
    from kvtui.azure.model import AppCredential
    from kvtui.core.problems import Problem
    from kvtui.settings.model import Settings


class CheckId(StrEnum):
    """The checks in order, by the names that the JSON uses."""

    VAULT_FOUND = "vault found"
    PROXY = "proxy"
    PRIVATE_ENDPOINT = "private endpoint"
    SIGNED_IN = "signed in"
    CAN_LIST = "can list"
    CAN_READ = "can read"
    IDENTITY_CHOSEN = "identity chosen"
    IDENTITY_CAN_READ = "identity can read"
    NAMES_RESOLVE = "names resolve"
    EXPIRY = "nothing expires soon"
    BACKEND_CONFIGURED = "backend configured"
    PROVIDER_PINNED = "provider pinned"
    KEPT_OUT_OF_GIT = "kept out of git"
    FILES_WRITTEN = "files written"
    FILES_READ_BACK = "files read back the same"


_SHOWN = {
    CheckId.BACKEND_CONFIGURED: "settings complete",
    CheckId.CAN_LIST: "you can list",
    CheckId.CAN_READ: "you can read",
    CheckId.IDENTITY_CAN_READ: "Airflow can read",
    CheckId.NAMES_RESOLVE: "names and keys",
    CheckId.EXPIRY: "expiry",
    CheckId.PROVIDER_PINNED: "provider listed",
    CheckId.FILES_READ_BACK: "files verified",
}


def shown(check: CheckId) -> str:
    """A check as people read it, in the console and in the text of `--check`; scripts know its value."""
    return _SHOWN.get(check, check.value)


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"
    """Too little is known yet."""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One attempt and its result."""

    identity: str = ""
    """`ana@contoso.com (az CLI)`"""
    detail: str = ""
    """What was found, as text for the checklist: `128 names in 3 s`."""
    problem: Problem | None = None
    """None: it succeeded."""

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class ProviderPin:
    """What the requirements say about the Azure provider."""

    file: str
    """`requirements.txt`, or `requirements-client.txt` for Remote Execution."""
    named: bool
    exact: bool
    """`==` one version."""
    version: str
    exists: bool = True
    """Whether there is such a file."""
    built_in: bool = False
    """The image brings the provider even if it is not named (Astro Runtime of Airflow 2)."""
    bounded: bool = False
    """Its line has a version or a range."""
    objection: str = ""
    """Why its line does not fit the auth mode or Airflow, one sentence; empty if it does."""
    line: str = PROVIDER_PACKAGE
    """The line that fits; empty: none does, with this Airflow."""
    by_hand: bool = False
    """kvtui cannot add a line to this file: it has hashes."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The files that the settings would write, compared with the disk."""

    problem: Problem | None = None
    """Why nothing can be planned: validation errors, or a file that cannot be read."""
    pending: tuple[str, ...] = ()
    """Names of files that differ from what the settings give, or do not exist."""
    missing: tuple[str, ...] = ()
    """Those of `pending` that do not exist."""
    settled: tuple[str, ...] = ()
    """Names of files that are as the settings give them."""
    left_out: tuple[str, ...] = ()
    """Names of files from which the user removed kvtui's lines on purpose: they are not pending."""
    differences: tuple[str, ...] | None = None
    """What read back differently, one sentence each; None: not read back."""
    warnings: tuple[str, ...] = ()
    """Parsers of `.env`, not used by the target, that cannot read kvtui's lines because of other lines."""
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
    unread: int = 0
    """Python files that import Airflow and were not read, where nothing was found."""


@dataclass(frozen=True, slots=True)
class GitExposure:
    """Which of the project's files with secrets git tracks, or would add."""

    found: bool
    """The project lies in a git repository."""
    tracked: tuple[str, ...] | None = ()
    """None: git's index could not be read."""
    uncovered: tuple[str, ...] = ()
    """No .gitignore covers them."""


@dataclass(frozen=True, slots=True)
class BackendFacts:
    """What Airflow gets from the configuration that is checked."""

    from_files: bool = False
    """The files on disk are checked as they are; else what the settings write."""
    broken: tuple[str, ...] = ()
    """Why no lookup reaches the vault, one sentence each."""
    image: tuple[str, ...] = ()
    """What the Dockerfile should not set, one sentence each."""
    warnings: tuple[str, ...] = ()
    """What in the configuration has no effect, one sentence each."""


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
    """Everything that the checklist evaluates besides the settings. None: not known or not tried."""

    demo: bool = False
    """Azure and its proxy run inside kvtui."""
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
    credentials: tuple[AppCredential, ...] = ()
    """The chosen app's client secrets and certificates, where the directory shows them."""
    expiring: tuple[Expiring, ...] | None = None
    """What expires soon, the first to expire first: of the app, and of the vault what Airflow may ask for."""
    now: datetime | None = None
    """The current time, for expiry."""
    network: NetworkFacts | None = None
    closed_network: str = ""
    """From where the vault can be reached, one sentence; empty if from every network, or not known."""
    mistaken_id: str = ""
    """Whose object id was given instead of a client ID, one sentence; empty: nobody's, or not known."""
    app_name: str = ""
    """The name of the identity with the chosen client ID; empty if the directory did not show it."""
    wrong_kind: str = ""
    """Why the identity that the directory shows does not fit the auth mode, one sentence; empty: it fits."""
    kind_unknown: bool = False
    """The directory was asked and did not show what the identity is."""
    provider_version: str = ""
    """The provider whose rules apply to names; empty: the newest known."""
    audit: AuditFacts | None = None
    """None: the project was not audited."""
    backend: BackendFacts | None = None
    provider: ProviderPin | None = None
    git: GitExposure | None = None
    files: FileFacts | None = None

    def who(self, settings: Settings) -> str:
        """The deployment identity as shown: its name if it is known, else its client ID, or `not chosen`."""
        return (
            settings.identity_name
            or (self.app_name if settings.client_id else "")
            or settings.deployment_name
        )
