"""All that the console shows, in one frozen value. The app replaces it; panes are shown the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

from kvtui.app.checks.facts import Facts
from kvtui.azure.model import (
    Attempt,
    DirectoryEntry,
    EntryKind,
    FederatedCredential,
    HostView,
    Identity,
    SecretName,
    SecretVersion,
    VaultAccess,
)
from kvtui.core.problems import Problem
from kvtui.core.secret_text import SecretText
from kvtui.project.versions import VersionsInUse
from kvtui.settings.model import Context, Kind, Settings

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from kvtui.airflow.model import Simulation
    from kvtui.app.checks import CheckResult
    from kvtui.app.next_steps import Ended
    from kvtui.dags.judging import Audit
    from kvtui.dags.scanning import Scanned
    from kvtui.outputs.helm.service_accounts import ServiceAccount
    from kvtui.outputs.model import Plan, PlannedFile, Removal, WriteResult
    from kvtui.outputs.undo import Written as WrittenFile
    from kvtui.project.model import Project


class Phase(Enum):
    """How far something that takes time has come."""

    IDLE = auto()
    BUSY = auto()
    DONE = auto()
    STOPPED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class SignInState:
    """Who runs kvtui."""

    phase: Phase = Phase.IDLE
    identity: Identity | None = None
    attempts: tuple[Attempt, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The secret whose details are shown."""

    name: SecretName
    versions: tuple[SecretVersion, ...] | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class SecretsState:
    """The names of the vault, as they arrive."""

    phase: Phase = Phase.IDLE
    names: Sequence[SecretName] = ()
    seconds: float = 0.0
    as_deployment: bool = False
    """Asked as the deployment identity; else as the sign-in."""
    filter: str = ""
    folded: frozenset[str] = frozenset()
    opened: Opened | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class EntraState:
    """What the directory found."""

    phase: Phase = Phase.IDLE
    text: str = ""
    entries: tuple[DirectoryEntry, ...] = ()
    known: dict[tuple[EntryKind, str], DirectoryEntry] = field(default_factory=dict)
    """All entries that this sign-in was shown, by kind and object id."""
    more: bool = False
    """Another page can be asked for."""
    total: int | None = None
    """How many apps the service counted."""
    by_expiry: bool = False
    """Shown by their next expiry; else as found."""
    problem: Problem | None = None
    opened: DirectoryEntry | None = None
    owners: tuple[str, ...] | None = None
    federated: tuple[FederatedCredential, ...] | None = None
    access: VaultAccess | None = None
    host_view: HostView | None = None
    accounts: tuple[ServiceAccount, ...] = ()
    """The agents' service accounts, as the project's values name them."""
    detail_problem: Problem | None = None
    access_problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class SetUpStep:
    """One step of a change in Azure, as it is made or waited for."""

    words: str
    phase: Phase
    began: datetime
    seconds: int | None = None
    """How long it took, once it has ended."""


@dataclass(frozen=True, slots=True)
class SetUpState:
    """The change that is being made, or was made last."""

    title: str = ""
    steps: tuple[SetUpStep, ...] = ()
    problem: Problem | None = None
    next: str = ""
    """What is left to the user."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """A new client secret beside older ones, which go only when nothing deployed has them any more."""

    client_id: str
    name: str
    """The app's."""
    key_id: str
    """By which the directory knows the new secret."""
    written: bool = False
    """The new secret is in the files."""


@dataclass(frozen=True, slots=True)
class MadeSecret:
    """A client secret that was made in this session: its value is nowhere but here until it is written."""

    client_id: str
    app: str
    """The app's name."""
    key_id: str
    """By which the directory knows the secret."""
    name: str
    value: SecretText
    proved: bool = False
    """Entra accepted it: the app signed in with it."""
    written: bool = False
    """It is in the files, and was read back."""
    replaced: bool = False
    """A newer one of the same app was made after it: nothing needs it unless it was written before."""


@dataclass(frozen=True, slots=True)
class LookupState:
    """One lookup, as it is typed and as it was answered."""

    key: str = ""
    kind: Kind = Kind.VARIABLE
    deserialize: bool = False
    what_if: VersionsInUse | None = None
    """The Airflow of a what-if, for this pane only; None: the project's own, or the chosen one."""
    from_files: bool = False
    """The files on disk are diagnosed as they are; else what the settings write."""
    as_sign_in: bool = False
    """Asked for by the user; without it the deployment identity is used where it can be."""
    phase: Phase = Phase.IDLE
    foretold: bool = False
    """The shown simulation was made from the loaded names, not from the vault's answer."""
    simulation: Simulation | None = None
    runs_as: str = ""
    near: tuple[tuple[str, str, str], ...] = ()
    """Near misses: name, why, fix."""
    files: tuple[str, ...] = ()
    """The names of the files that set something for Airflow."""
    about_files: tuple[str, ...] = ()
    """How the files on disk differ from the settings; with `from_files`, also what else to know of them."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class OutputState:
    """What would be written, and what was."""

    plan: Plan | None = None
    faults: tuple[str, ...] = ()
    view: str = ""
    """The name of the chosen view; empty, or no view's name: the first."""
    problem: Problem | None = None
    """Why nothing can be planned."""
    refused: Problem | None = None
    """Why the last write did not take place: what is planned was planned anew after it."""
    written: tuple[WriteResult, ...] = ()
    """The files that were written and read back the same."""
    removal: Removal | None = None
    """What is planned is to take ours out of `.env`; None: to write it."""
    left_out: tuple[str, ...] = ()
    """Names of files that differ from the settings because the user took ours out, or deleted them."""
    left_out_with: Settings | None = None
    """The settings with which that was done: with others they are to be written like every file."""
    differences: tuple[str, ...] | None = None
    """Differences found when reading back what is on disk; None: what is on disk is not what is planned."""
    warnings: tuple[str, ...] = ()
    """Readers of `.env` that the target does not use and that other people's lines are in the way of."""
    wrote: Mapping[Path, WrittenFile] = field(default_factory=dict, repr=False)
    """The files that were written from here: what an undo puts back."""
    undone: bool = False
    """The last write was an undo: nothing of kvtui's is there to be deployed."""
    ran: Mapping[str, Ended] = field(default_factory=dict)
    """How the next steps that were run from here ended, by their titles."""

    @property
    def pending(self) -> tuple[PlannedFile, ...]:
        """The files that the plan would change, but for those that the user left out."""
        files = self.plan.files if self.plan else ()
        return tuple(file for file in files if file.changed and file.path.name not in self.left_out)

    @property
    def to_write(self) -> tuple[PlannedFile, ...]:
        """What w writes: what is pending; where nothing is, what was left out."""
        files = self.plan.files if self.plan else ()
        return self.pending or tuple(file for file in files if file.changed)


@dataclass(frozen=True, slots=True)
class AuditState:
    """What the project's code uses, judged by the vault's names."""

    phase: Phase = Phase.IDLE
    done: int = 0
    total: int = 0
    """Files read, and files in all."""
    listing: bool = False
    """The files are read; the vault's names are not all there yet."""
    filter: str = ""
    opened: str = ""
    """The key of the row whose details are shown."""
    scanned: Scanned | None = None
    report: Audit | None = None
    names: int = 0
    """By how many names it was judged."""
    as_whom: str = ""
    at: datetime | None = None
    judged_with: tuple[Settings, VersionsInUse] | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Reveal:
    """The one value that is on the screen, and until when (seconds of the boot-time clock)."""

    where: str
    """`secrets` or `lookup`."""
    name: str
    value: SecretText
    until: float
    left: int
    """Whole seconds left, as shown."""
    as_whom: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The message above the footer."""

    words: str
    severity: str
    """`information`, `warning` or `error`."""
    during: str
    """The group of the work that it speaks of, with which it goes; empty: it goes with the next key."""
    at: float
    """When it was said, by the monotonic clock."""
    remedy: str = ""
    """The end of `words` that says what to do: it stays visible where not all of them fit."""


@dataclass(frozen=True, slots=True)
class State:
    """The whole console."""

    settings: Settings = field(default_factory=Settings)
    origins: Mapping[str, str] = field(default_factory=dict)
    """Field name to where its value came from."""
    notices: tuple[str, ...] = ()
    demo: bool = False
    allow_changes: bool = False
    """kvtui was started with --allow-changes."""
    set_up: SetUpState = SetUpState()
    made: tuple[MadeSecret, ...] = ()
    """The client secrets that were made in this session, in order."""
    rotation: Rotation | None = None
    """Begun here, and its old secret not removed yet."""
    project: Project | None = None
    project_problem: Problem | None = None
    sign_in: SignInState = SignInState()
    secrets: SecretsState = SecretsState()
    entra: EntraState = EntraState()
    lookup: LookupState = LookupState()
    output: OutputState = OutputState()
    audit: AuditState = AuditState()
    reveal: Reveal | None = None
    said: Said | None = None
    facts: Facts = field(default_factory=Facts)
    """What was found out so far; the checklist is judged from it."""
    checks: tuple[CheckResult, ...] = ()
    versions: VersionsInUse = field(default_factory=VersionsInUse)
    """What is simulated, and where it was read."""
    active: str = "setup"

    @property
    def unwritten(self) -> tuple[MadeSecret, ...]:
        """The client secrets on their apps whose values are lost when kvtui ends now."""
        return tuple(one for one in self.made if not one.written and not self._is_gone(one))

    def newest_made(self, client_id: str) -> MadeSecret | None:
        """The client secret of that app that was made last in this session."""
        return next((one for one in reversed(self.made) if one.client_id == client_id), None)

    def _is_gone(self, made: MadeSecret) -> bool:
        """Whether the directory has shown a newer secret of the app without this one."""
        newest = self.newest_made(made.client_id)
        held = [
            {credential.key_id for credential in entry.credentials}
            for entry in self.entra.known.values()
            if entry.client_id == made.client_id and entry.kind is EntryKind.APPLICATION
        ]
        return any(newest and newest.key_id in keys and made.key_id not in keys for keys in held)

    @property
    def looked_up_with(self) -> VersionsInUse:
        """The versions that pane 4 simulates."""
        return self.lookup.what_if or self.versions

    @property
    def context(self) -> Context:
        """Whether lookups are a task's, the server side's or a trigger's."""
        return self.settings.context
