"""One lookup: predicted from the loaded names while the key is typed; Enter asks the vault."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.airflow.platforms import AGENTS, platform_of
from kvtui.airflow.releases import NEWEST_AIRFLOW, NEWEST_AIRFLOW_2
from kvtui.app.session import Session
from kvtui.console.actions import PaneId
from kvtui.console.controllers.reveal import RevealController
from kvtui.console.events import EventBus, LookupAnswered, SettingsChanged
from kvtui.console.panes.lookup import texts
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.console.store import Store
from kvtui.console.text import LONGEST
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError
from kvtui.core.sanitize import sanitized
from kvtui.core.secret_text import SecretText
from kvtui.project.files import read_project
from kvtui.project.versions import VersionsInUse, versions_in_use
from kvtui.settings.model import Context, From, Kind, Settings

if TYPE_CHECKING:
    from kvtui.airflow.model import Simulation
    from kvtui.airflow.nearby import NearMiss
    from kvtui.app.configuration import Configuration
    from kvtui.app.lookup import Read

KINDS = tuple(Kind)
MANY_NAMES = 2000
"""The number of names from which near misses are searched in a thread, and not at every keystroke."""
WORK = "lookup"


@dataclass(eq=False, repr=False)
class LookupController:
    """Pane 4. Publishes `LookupAnswered`."""

    _store: Store
    _ui: Ui
    _session: Session
    _bus: EventBus
    _reveal: RevealController
    _start: ConsoleStart
    _of_files: Settings = field(default_factory=Settings, init=False)
    """The settings in the files when they were last read."""

    def settings_changed(self, event: SettingsChanged) -> None:
        """Discards the result: it was for the old settings."""
        self._ui.stop(WORK)
        held = self._store.state.lookup
        self._store.change(lookup=replace(held.asking(held.key), deserialize=False, as_user=False))

    async def open_prompt(self) -> None:
        """Opens the prompt with the last key."""
        await self._ui.pane(PaneId.LOOKUP).open_prompt(self._store.state.lookup.key)

    async def choose(self) -> None:
        """Enter: asks the vault for the predicted key; else opens the prompt."""
        if self._store.state.lookup.can_ask:
            self._ui.run(self._ask, WORK)
        else:
            await self.open_prompt()

    def type_key(self, key: str, *, entered: bool = False) -> None:
        """Predicts the result for a key at each keystroke; asks the vault when it is entered."""
        self._reveal.hide()
        lookup = self._store.state.lookup.asking(key.strip())
        self._store.change(lookup=lookup)
        if lookup.key and (lookup.from_files or self._store.state.settings.vault is not None):
            self._ui.run(self._ask if entered else self._predict, WORK)
        else:
            self._ui.stop(WORK)

    def look_up(self, kind: Kind, key: str) -> None:
        """Looks up a key from another pane."""
        self._change(kind=kind, deserialize=False)
        self.type_key(key, entered=True)

    def forget_denied(self) -> None:
        """Predicts again what the vault has denied: the access has changed since."""
        held = self._store.state.lookup
        steps = held.simulation.steps if held.simulation else ()
        if not held.predicted and any(step.outcome == "refused" for step in steps):
            self.type_key(held.key)

    def look_up_name(self, name: str) -> bool:
        """Looks up the key that maps to a secret's name. If there is none, shows why and returns False."""
        read = Naming.of(self._store.state.settings).read(name)
        if read is None:
            self._ui.warn(texts.never_asked(name))
            return False
        self.look_up(*read)
        return True

    # The pane's keys

    def _change(self, **parts: object) -> None:
        self._store.change(lookup=replace(self._store.state.lookup, **parts))  # type: ignore[arg-type]

    def _change_question(self, **parts: object) -> None:
        """Predicts the result for the same key again, with other options."""
        self._change(**parts)
        self.type_key(self._store.state.lookup.key)

    def switch_kind(self, step: int) -> None:
        """Switches from variables to connections to config options, or back."""
        kind = self._store.state.lookup.kind
        self._change_question(kind=KINDS[(KINDS.index(kind) + step) % len(KINDS)])

    def toggle_deserialize(self) -> None:
        """Switches deserialize_json on or off."""
        lookup = self._store.state.lookup
        if lookup.kind is Kind.VARIABLE:
            self._change_question(deserialize=not lookup.deserialize)
        else:
            self._ui.notify(texts.DESERIALIZE_IS_FOR_VARIABLES)

    def switch_identity(self) -> None:
        """Switches between the deployment identity and the signed-in user."""
        state = self._store.state
        if state.can_look_up_as_other:
            self._change_question(as_user=not state.lookup.as_user)
        elif state.lookup.from_files:
            self._ui.warn(texts.CANNOT_ASK_AS_FILES)
        else:
            self._ui.warn(texts.cannot_ask(state.settings))

    def toggle_files(self) -> None:
        """Switches between the settings and the files on disk."""
        self._change_question(from_files=not self._store.state.lookup.from_files)

    def switch_context(self) -> None:
        """Switches from a task to the server side to a trigger."""
        state, contexts = self._store.state, [*Context, *Context]
        chosen, after = contexts[contexts.index(state.context) + 1 :][:2]
        if chosen is Context.SERVER and platform_of(state.settings) == AGENTS:
            chosen = after
            self._ui.notify(texts.NO_SERVER_CONTEXT)
        self._store.change(settings=replace(state.settings, context=chosen))
        self._change_question()

    def switch_version(self) -> None:
        """Switches to the next Airflow version of the what-if."""
        self._change_question(what_if=self._next_version())

    def _next_version(self) -> VersionsInUse | None:
        """The next of: the project's Airflow (None), the newest 3, the newest 2. Settings do not change."""
        state = self._store.state
        versions = [each for each in (NEWEST_AIRFLOW, NEWEST_AIRFLOW_2) if each != state.versions.airflow]
        held = state.lookup.what_if.airflow if state.lookup.what_if else ""
        left = versions[versions.index(held) + 1 :] if held in versions else versions
        if not left:
            return None
        settings = replace(state.settings, airflow_version=left[0])
        if state.project is None:
            return replace(state.versions, airflow=left[0])
        return versions_in_use(settings, state.project)

    async def _predict(self) -> None:
        """Looks the key up among the loaded names: whether it is found, without its value."""
        try:
            chosen = await self._configuration()
            self._change(would_run_as=self._identity(chosen)[0])
            await self._predict_with(chosen)
        except ProblemError as error:
            self._change(phase=Phase.FAILED, problem=error.problem)

    async def _predict_with(self, chosen: Configuration) -> None:
        secrets = self._store.state.secrets
        if secrets.phase is not Phase.DONE:
            return
        from kvtui.app.lookup import predicting_reader

        read = predicting_reader(secrets.names, self._store.state.lookup.kind)
        await self._look_up(chosen, read)

    async def _configuration(self) -> Configuration:
        """The configuration to simulate; reads the files again. Raises `ProblemError`."""
        from kvtui.app.configuration import configuration

        state = self._store.state
        source = From.FILES if state.lookup.from_files else From.SETTINGS
        project, versions = state.project, state.versions
        if source is From.FILES:
            project = await asyncio.to_thread(read_project, self._start.project_directory)
            versions = versions_in_use(state.settings, project)
        chosen = await asyncio.to_thread(configuration, source, state.settings, project, versions)
        if source is From.FILES:
            if (
                chosen.settings != self._of_files
            ):  # equal settings share one sign-in, which is found by the secret's object
                self._of_files = chosen.settings
            chosen = replace(chosen, settings=self._of_files)
            self._change(can_ask_as_files=self._of_files.signs_in_anywhere)
        return chosen

    async def _ask(self) -> None:
        """Asks the vault, for one value at most, as the identity that is shown."""
        try:
            chosen = await self._configuration()
            who, deployment = self._identity(chosen)
            self._change(phase=Phase.BUSY, runs_as=who, would_run_as=who)
            await self._predict_with(chosen)
            from kvtui.app.lookup import live_reader

            reader = live_reader(
                lambda: self._session.vault(chosen.settings, deployment=deployment), deployment=deployment
            )
            await self._look_up(chosen, reader, runs_as=who)
        except ProblemError as error:
            self._change(phase=Phase.FAILED, problem=error.problem)
        except asyncio.CancelledError:
            if self._store.state.lookup.phase is Phase.BUSY:
                self._change(phase=Phase.STOPPED)
            raise
        else:
            if chosen.source is From.SETTINGS:
                self._bus.publish(LookupAnswered(deployment))

    def _identity(self, chosen: Configuration) -> tuple[str, bool]:
        """The identity that asks the vault, in words, and whether it is the deployment identity."""
        settings, as_user = chosen.settings, self._store.state.lookup.as_user
        user, name = texts.signed_in_user(self._store.state.sign_in.identity), settings.deployment_name
        if chosen.source is From.SETTINGS:
            deployment = self._store.state.can_ask_as_deployment and not as_user
            return texts.deployment_identity(name) if deployment else user, deployment
        deployment = settings.signs_in_anywhere and not as_user
        return texts.identity_in_files(name) if deployment else user, deployment

    async def _look_up(self, chosen: Configuration, read: Read, *, runs_as: str = "") -> None:
        """Simulates the lookup with the answers of `read`; without `runs_as` it is a prediction."""
        from kvtui.app.lookup import look_up

        state, predicted = self._store.state, not runs_as
        vault = state.settings.vault if predicted else chosen.settings.vault
        simulation = await look_up(
            state.lookup.question,
            chosen,
            state.looked_up_with,
            read,
            vault=vault,
            context=state.context,
        )
        near = await self._near(simulation, chosen.settings, predicted=predicted)
        held = self._store.state.lookup
        self._change(
            phase=Phase.BUSY if predicted and held.phase is Phase.BUSY else Phase.DONE,
            predicted=predicted,
            simulation=simulation,
            runs_as=held.runs_as if predicted else runs_as,
            near=near,
            files=chosen.files,
            about_files=(*chosen.differs, *chosen.notes, *filter(None, [chosen.uncertain])),
            problem=None,
        )

    async def _near(
        self, simulation: Simulation, settings: Settings, *, predicted: bool
    ) -> tuple[NearMiss, ...]:
        """The loaded names that are similar to the key, if nothing was found."""
        if settings.vault != self._store.state.settings.vault:
            return ()  # the names are from another vault
        names = [secret.name for secret in self._store.state.secrets.names]
        if simulation.result.outcome == "value" or not names or (predicted and len(names) > MANY_NAMES):
            return ()
        from kvtui.app.lookup import near

        search = partial(near, simulation, settings, names)
        return await asyncio.to_thread(search) if len(names) > MANY_NAMES else search()

    def reveal_value(self) -> None:
        """Shows the value that the lookup found. Sends no request."""
        lookup = self._store.state.lookup
        result = lookup.simulation.result if lookup.simulation else None
        if result is None or result.outcome != "value" or lookup.predicted:
            self._ui.notify(texts.NO_VALUE)
            return
        got = result.reveal()
        if result.value_type == "Connection" and isinstance(got, dict):
            fields = [(name, value) for name, value in got.items() if name != "conn_id"]
            lines = (
                f"{name}: {sanitized(value, LONGEST)}" for name, value in fields if value not in (None, "")
            )
            shown = "\n".join(lines)  # sanitized first, so that a line feed in a field cannot begin a line
        else:
            shown = got if isinstance(got, str) else repr(got)
        self._reveal.show(PaneId.LOOKUP, lookup.key, SecretText(shown), lookup.runs_as)
