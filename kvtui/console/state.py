"""All that the console shows, in one frozen value. Each pane's part of it is in the pane's package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kvtui.app.checks.facts import Facts
from kvtui.console.actions import PaneId
from kvtui.console.panes.audit.state import AuditState
from kvtui.console.panes.entra.state import EntraState
from kvtui.console.panes.lookup.state import LookupState
from kvtui.console.panes.output.state import OutputState
from kvtui.console.panes.secrets.state import SecretsState
from kvtui.console.phase import Phase
from kvtui.console.provisioning.state import Provisioning
from kvtui.project.versions import VersionsInUse
from kvtui.settings.model import AuthMode, Settings, VaultAddress

if TYPE_CHECKING:
    from kvtui.app.checks.results import CheckResult
    from kvtui.azure.model import Attempt, FederatedCredential, Identity
    from kvtui.console.provisioning.state import MadeSecret, Rotation
    from kvtui.console.start import ConsoleStart
    from kvtui.core.problems import Problem
    from kvtui.core.secret_text import SecretText
    from kvtui.project.model import Project
    from kvtui.settings.model import Context


@dataclass(frozen=True, slots=True)
class SignInState:
    """Who runs kvtui."""

    phase: Phase = Phase.IDLE
    identity: Identity | None = None
    attempts: tuple[Attempt, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Reveal:
    """The one value that is on the screen, and until when (seconds of the boot-time clock)."""

    pane: PaneId
    name: str
    value: SecretText
    until: float
    left: int
    """Whole seconds left, as shown."""
    read_as: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """The message above the footer."""

    words: str
    severity: str
    """`information`, `warning` or `error`."""
    during: str
    """The group of the work that it is about, with which it goes; empty: it goes with the next key."""
    at: float
    """When it was shown, by the monotonic clock."""
    remedy: str = ""
    """The end of `words`, which says what to do: it stays visible where not all of them fit."""


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
    provisioning: Provisioning = field(default_factory=Provisioning)
    made: tuple[MadeSecret, ...] = ()
    """The client secrets that were made in this session, in order."""
    rotation: Rotation | None = None
    """Begun here, and its old secret not removed yet."""
    trusted: Mapping[str, tuple[FederatedCredential, ...]] = field(default_factory=dict)
    """The federated credentials of each app or identity that was opened, by client ID."""
    denied: frozenset[tuple[str, VaultAddress]] = frozenset()
    """Client IDs, each with a vault, of which the directory and Azure showed that it must not read there."""
    project: Project | None = None
    project_problem: Problem | None = None
    sign_in: SignInState = SignInState()
    secrets: SecretsState = field(default_factory=SecretsState)
    entra: EntraState = field(default_factory=EntraState)
    lookup: LookupState = field(default_factory=LookupState)
    output: OutputState = field(default_factory=OutputState)
    audit: AuditState = field(default_factory=AuditState)
    reveal: Reveal | None = None
    notification: Notification | None = None
    facts: Facts = field(default_factory=Facts)
    """What was found out so far; the checklist is judged from it."""
    checks: tuple[CheckResult, ...] = ()
    versions: VersionsInUse = field(default_factory=VersionsInUse)
    """What is simulated, and where it was read."""
    active: PaneId = PaneId.SETUP
    can_undo: bool = False
    """There is a change of the settings to undo."""

    @property
    def unwritten(self) -> tuple[MadeSecret, ...]:
        """The client secrets on their apps whose values are lost when kvtui ends now."""
        return tuple(one for one in self.made if not one.written and not self._is_gone(one))

    @property
    def typed_secret_is_unwritten(self) -> bool:
        """Whether the client secret was typed here and is in no file: it is lost when kvtui ends now."""
        held = self.settings.client_secret
        typed = held is not None and self.origins.get("client_secret") == ""
        made_here = any(one.value == held for one in self.made)
        used = self.settings.auth_mode is AuthMode.CLIENT_SECRET
        return typed and used and not made_here and self.output.differences != ()

    def trusted_issuer(self, subject: str) -> str:
        """The issuer of a federated credential that the deployment identity is known to have for a subject.

        That of the settings, if they have one. Empty: none is known.
        """
        held = self.trusted.get(self.settings.client_id, ())
        issuers = [one.issuer for one in held if one.subject == subject]
        return next((each for each in issuers if self.settings.issuer in ("", each)), "")

    def newest_made(self, client_id: str) -> MadeSecret | None:
        """The client secret of that app that was made last in this session."""
        return next((one for one in reversed(self.made) if one.client_id == client_id), None)

    def _is_gone(self, made: MadeSecret) -> bool:
        """Whether the directory has shown a newer secret of the app without this one."""
        from kvtui.azure.model import EntryKind

        newest = self.newest_made(made.client_id)
        held = [
            {credential.key_id for credential in entry.credentials}
            for entry in self.entra.known.values()
            if entry.client_id == made.client_id and entry.kind is EntryKind.APPLICATION
        ]
        return any(newest and newest.key_id in keys and made.key_id not in keys for keys in held)

    @property
    def can_ask_as_deployment(self) -> bool:
        """Whether the vault can be asked as the deployment identity from here."""
        settings, proved = self.settings, self.facts.deployment_read
        if settings.auth_mode is AuthMode.CLIENT_SECRET:
            return settings.signs_in_anywhere
        return proved is not None and proved.ok  # it has to be this host's: c in pane 6 shows

    @property
    def signed_in(self) -> bool:
        """Whether a user is signed in."""
        return self.sign_in.phase is Phase.DONE

    @property
    def can_ask_vault(self) -> bool:
        """Whether there are a vault and a user to ask it as."""
        return self.settings.vault is not None and self.signed_in

    @property
    def can_audit(self) -> bool:
        """Whether there are a vault to compare with and a project to read."""
        return self.settings.vault is not None and self.project_problem is None

    @property
    def can_list_as_other(self) -> bool:
        """Whether pane 3 can list the names as the other of user and deployment identity."""
        return self.secrets.as_deployment or self.can_ask_as_deployment

    @property
    def can_look_up_as_other(self) -> bool:
        """Whether pane 4 can ask the vault as the other of user and deployment identity."""
        return self.lookup.can_ask_as_files if self.lookup.from_files else self.can_ask_as_deployment

    @property
    def own_tenant(self) -> str:
        """The tenant of the signed-in user; empty before the sign-in."""
        return self.sign_in.identity.tenant_id if self.sign_in.identity else ""

    @property
    def looked_up_with(self) -> VersionsInUse:
        """The versions that pane 4 simulates."""
        return self.lookup.what_if or self.versions

    @property
    def context(self) -> Context:
        """Whether lookups are a task's, the server side's or a trigger's."""
        return self.settings.context


def first_state(start: ConsoleStart) -> State:
    """What is known before anything was asked: what the settings decide."""
    from kvtui.app.checks.results import checklist
    from kvtui.outputs.validation import validation_errors

    facts = Facts(demo=start.demo)
    return State(
        settings=start.settings,
        origins=dict(start.origins),
        notices=tuple(start.notices),
        demo=start.demo,
        allow_changes=start.allow_changes,
        lookup=LookupState(from_files=start.from_files),
        output=OutputState(errors=validation_errors(start.settings, "all")),
        facts=facts,
        checks=checklist(facts, start.settings),
    )
