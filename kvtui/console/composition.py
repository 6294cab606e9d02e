"""Everything behind the screen, put together: what each controller gets, hears of, and does by a key.

What follows from an event or a key is written here: `_subscribe` for events, `_actions` for keys.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial

from kvtui.app.session import Session
from kvtui.azure.model import DirectoryEntry
from kvtui.console.actions import ActionId, PaneId
from kvtui.console.comparing.controller import CompareController
from kvtui.console.comparing.copying import SecretCopying
from kvtui.console.controllers.back import Back
from kvtui.console.controllers.copying import CopyController
from kvtui.console.controllers.profiles import ProfilesController
from kvtui.console.controllers.prompts import Prompt, PromptsController
from kvtui.console.controllers.reveal import RevealController
from kvtui.console.controllers.sign_in import SignInController
from kvtui.console.controllers.startup import StartupController
from kvtui.console.controllers.undo import SettingsUndo
from kvtui.console.deleted.controller import DeletedSecrets
from kvtui.console.events import (
    AuditFinished,
    EntriesFound,
    EventBus,
    IdentityRead,
    LookupAnswered,
    NamesListed,
    PlanReady,
    SettingsChanged,
    SignedIn,
    SignInChanged,
)
from kvtui.console.importing.controller import ImportController
from kvtui.console.panes.audit.controller import AuditController
from kvtui.console.panes.checks.controller import ChecksController
from kvtui.console.panes.entra.controller import EntraController
from kvtui.console.panes.lookup.controller import LookupController
from kvtui.console.panes.output.controller import OutputController
from kvtui.console.panes.output.next_steps import NextStepsController
from kvtui.console.panes.secrets.controller import SecretsController
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.panes.setup.view import SIGN_IN
from kvtui.console.provisioning.access import AccessGrants
from kvtui.console.provisioning.app_registration import AppRegistration
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.edit_secret import SecretEditing
from kvtui.console.provisioning.store_connection import ConnectionCreation
from kvtui.console.provisioning.store_secret import SecretCreation
from kvtui.console.provisioning.storing import Storing
from kvtui.console.start import ConsoleStart
from kvtui.console.store import Store
from kvtui.console.text import RowKey
from kvtui.console.ui import Ui

Handler = Callable[[RowKey | None], Awaitable[None] | None]
"""What a key of a pane does, with the row under the cursor."""


class Controllers:
    """All controllers of one console."""

    def __init__(self, store: Store, ui: Ui, session: Session, start: ConsoleStart) -> None:
        self._store = store
        bus = EventBus()
        self.reveal = RevealController(store, ui)
        self.settings = SettingsController(store, ui, session, bus, start)
        self.undo = SettingsUndo(store, ui, self.settings)
        self.profiles = ProfilesController(store, ui, self.settings, start.remember)
        self.sign_in = SignInController(store, ui, session, bus, self.settings)
        self.output = OutputController(store, ui, bus, start)
        self.next_steps = NextStepsController(store, ui, self.reveal, self.settings, self.output, start)
        self.lookup = LookupController(store, ui, session, bus, self.reveal, start)
        self.secrets = SecretsController(store, ui, session, bus, self.reveal, self.lookup)
        self.entra = EntraController(store, ui, session, bus, self.settings)
        self.checks = ChecksController(store, ui, session, bus, self.output)
        self.audit = AuditController(store, ui, bus, self.secrets, self.lookup)
        self.copying = CopyController(store, ui)
        self.changes = ChangeRunner(store, ui, session)
        self.apps = AppRegistration(store, ui, self.changes, self.settings, self.entra, self.checks)
        self.grants = AccessGrants(
            store, ui, session, self.changes, self.settings, self.entra, self.checks, self.lookup
        )
        storing = Storing(store, ui, session, self.changes, self.settings, self.secrets)
        connections = ConnectionCreation(store, ui, self.changes, storing)
        self.creation = SecretCreation(store, ui, session, self.changes, storing, connections)
        self.deleted = DeletedSecrets(store, ui, session, self.changes, self.secrets)
        self.importing = ImportController(store, ui, session, self.secrets, start)
        copying = SecretCopying(ui, self.changes, self.secrets)
        self.compare = CompareController(store, ui, session, self.audit, copying, self.secrets)
        self.editing = SecretEditing(store, ui, session, self.changes, self.secrets)
        self.startup = StartupController(store, ui, start, self.output, self.sign_in, self.profiles)
        self.prompts = PromptsController(store, ui, self._prompts())
        self.back = Back(store, ui, self.reveal, self.prompts, self._closers())
        self.actions = self._actions()
        self._subscribe(bus)

    def _subscribe(self, bus: EventBus) -> None:
        """Who hears of what, in this order."""
        bus.subscribe(
            SettingsChanged,
            self.undo.settings_changed,
            self.profiles.settings_changed,
            self.lookup.settings_changed,
            lambda _: self.reveal.hide(),
            self.checks.settings_changed,
            self.sign_in.settings_changed,  # before names and directory: a new sign-in asks for both
            self.secrets.settings_changed,
            self.entra.settings_changed,
            self.output.settings_changed,
        )
        self._store.subscribe(self.sign_in.state_changed)
        bus.subscribe(SignInChanged, self.checks.recheck)
        bus.subscribe(
            SignedIn,
            self.checks.recheck,
            lambda _: self.secrets.load_names(),
            lambda _: self.entra.search_again(),
        )
        bus.subscribe(NamesListed, self.checks.recheck)
        bus.subscribe(EntriesFound, self.checks.recheck)  # when its client secrets expire
        bus.subscribe(PlanReady, self.checks.recheck, self.apps.plan_ready)
        bus.subscribe(IdentityRead, lambda _: self.apps.prove_made())
        bus.subscribe(LookupAnswered, self.checks.lookup_answered)
        bus.subscribe(AuditFinished, self.checks.recheck)

    def _actions(self) -> Mapping[tuple[PaneId, ActionId], Handler]:
        """What each key of each pane does."""
        settings, entra, secrets, lookup = self.settings, self.entra, self.secrets, self.lookup
        output, steps, checks, audit = self.output, self.next_steps, self.checks, self.audit

        def change(make: Callable[[DirectoryEntry], Coroutine[None, None, None]]) -> Handler:
            def begin(row: RowKey | None) -> None:
                entry = entra.entry_at(row)
                self.changes.begin(partial(make, entry) if entry else None)

            return begin

        table: dict[PaneId, dict[ActionId, Handler]] = {
            PaneId.SETUP: {
                ActionId.CHOOSE: self._choose_setting,
                ActionId.NEXT_CHOICE: partial(settings.step, step=1),
                ActionId.PREVIOUS_CHOICE: partial(settings.step, step=-1),
                ActionId.PROFILES: lambda _: self.profiles.open(),
                ActionId.FIND_VAULTS: lambda _: settings.find_vaults(),
                ActionId.UNDO: lambda _: self.undo.undo(),
            },
            PaneId.ENTRA: {
                ActionId.CHOOSE: entra.choose,
                ActionId.DETAILS: entra.details,
                ActionId.SORT: lambda _: entra.sort(),
                ActionId.REGISTER: lambda _: self.changes.begin(self.apps.register),
                ActionId.ADD_SECRET: change(self.apps.add_secret),
                ActionId.REMOVE_SECRET: change(self.apps.remove_secret),
                ActionId.FEDERATE: change(self.grants.federate),
                ActionId.GRANT: change(self.grants.grant),
            },
            PaneId.SECRETS: {
                ActionId.CHOOSE: secrets.choose,
                ActionId.SORT: lambda _: secrets.sort(),
                ActionId.REVEAL: secrets.reveal,
                ActionId.LOOK_UP: secrets.look_up,
                ActionId.COMPARE: lambda _: self.compare.begin(),
                ActionId.EDIT_SECRET: self.editing.edit,
                ActionId.CREATE_SECRET: lambda _: self.creation.create(),
                ActionId.DELETED: lambda _: self.deleted.open(),
                ActionId.IMPORT: lambda _: self.importing.open(),
                ActionId.SWITCH_IDENTITY: lambda _: secrets.switch_identity(),
                ActionId.RELOAD: lambda _: secrets.reload(),
                ActionId.COPY: self.copying.secret,
            },
            PaneId.LOOKUP: {
                ActionId.CHOOSE: lambda _: lookup.choose(),
                ActionId.KIND: lambda _: lookup.switch_kind(1),
                ActionId.PREVIOUS_KIND: lambda _: lookup.switch_kind(-1),
                ActionId.CONTEXT: lambda _: lookup.switch_context(),
                ActionId.FILES: lambda _: lookup.toggle_files(),
                ActionId.DESERIALIZE: lambda _: lookup.toggle_deserialize(),
                ActionId.WHAT_IF: lambda _: lookup.switch_version(),
                ActionId.SWITCH_IDENTITY: lambda _: lookup.switch_identity(),
                ActionId.REVEAL: lambda _: lookup.reveal_value(),
                ActionId.COPY: lambda _: self.copying.lookup(),
            },
            PaneId.OUTPUT: {
                ActionId.CHOOSE: steps.choose,
                ActionId.NEXT_VIEW: lambda _: output.next_view(1),
                ActionId.PREVIOUS_VIEW: lambda _: output.next_view(-1),
                ActionId.UNDO: lambda _: output.next_removal(),
                ActionId.SHELL_QUOTING: lambda _: settings.toggle_shell_quoting(),
                ActionId.COPY: steps.copy,
            },
            PaneId.CHECKS: {
                ActionId.CHOOSE: checks.choose,
                ActionId.RUN_CHECKS: lambda _: checks.run(),
            },
            PaneId.AUDIT: {
                ActionId.CHOOSE: audit.choose,
                ActionId.RUN_AUDIT: lambda _: audit.run(),
                ActionId.LOOK_UP: audit.look_up,
                ActionId.COPY: self.copying.audited,
            },
        }
        return {
            (pane, action): handler for pane, actions in table.items() for action, handler in actions.items()
        }

    def _choose_setting(self, row: RowKey | None) -> Coroutine[None, None, None] | None:
        """Enter in pane 1: the dialog of the sign-in on its row, else what the settings do."""
        if row != SIGN_IN:
            return self.settings.choose(row)
        self.sign_in.choose_kind()
        return None

    def _prompts(self) -> Mapping[PaneId, Prompt]:
        """What is typed above the lists."""
        store, secrets, audit, entra, lookup = self._store, self.secrets, self.audit, self.entra, self.lookup
        return {
            PaneId.ENTRA: Prompt(
                lambda: store.state.entra.text,
                lambda text, entered: entra.find(text, at_once=entered),
                lambda: entra.find("", at_once=True),
                opening=entra.close_entry,
            ),
            PaneId.SECRETS: Prompt(
                lambda: store.state.secrets.filter,
                lambda text, _: secrets.set_filter(text),
                lambda: secrets.set_filter(""),
            ),
            PaneId.LOOKUP: Prompt(
                lambda: store.state.lookup.key, lambda text, entered: lookup.type_key(text, entered=entered)
            ),
            PaneId.AUDIT: Prompt(
                lambda: store.state.audit.filter,
                lambda text, _: audit.set_filter(text),
                lambda: audit.set_filter(""),
            ),
        }

    def _closers(self) -> Mapping[PaneId, Sequence[Callable[[], bool]]]:
        """What Esc closes in each pane, the innermost first."""
        return {
            PaneId.ENTRA: (self.changes.close, self.entra.close),
            PaneId.SECRETS: (self.secrets.close,),
            PaneId.OUTPUT: (self.output.close,),
            PaneId.AUDIT: (self.audit.close,),
        }

    async def perform(self, pane: PaneId, action: ActionId, row: RowKey | None) -> None:
        """What a key of a pane does."""
        waits = self.actions[pane, action](row)
        if waits is not None:
            await waits

    def cursor_moved(self, pane: PaneId, row: RowKey | None) -> None:
        """Open details follow the cursor, or close."""
        if pane is PaneId.SECRETS:
            self.secrets.cursor_moved(row)
        elif pane is PaneId.AUDIT:
            self.audit.cursor_moved(row)

    def tick(self) -> None:
        """Every second."""
        self.reveal.tick()
        self.changes.tick()
