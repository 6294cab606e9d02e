"""One lookup: foretold from the loaded names while it is typed, then asked for, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.airflow.naming import read_name
from kvtui.airflow.platforms import AGENTS, platform_of
from kvtui.airflow.versions import NEWEST_AIRFLOW, NEWEST_AIRFLOW_2
from kvtui.console.panes.secrets.controller import CANNOT_BE_IT, Names
from kvtui.console.state import LookupState, Phase
from kvtui.console.text import LONGEST
from kvtui.core.problems import ProblemError
from kvtui.core.sanitize import inert
from kvtui.core.secret_text import SecretText
from kvtui.project.files import read_project
from kvtui.project.versions import VersionsInUse, versions_in_use
from kvtui.settings.change import choose_context
from kvtui.settings.model import AuthMode, Context, From, Settings

if TYPE_CHECKING:
    from kvtui.airflow.model import Simulation
    from kvtui.app.configuration import Configuration
    from kvtui.app.lookup import Read

KINDS = ("variable", "connection", "config")
MANY_NAMES = 2000
"""From here on near misses are not searched for at every keystroke, and in a thread."""
PRESENT = {"connection": "present://"}
"""Stands for a value that was not fetched, by kind: one that can be read. All others: `{}`, which is JSON."""


class Lookups(Names):
    """Pane 4."""

    _of_files = Settings()
    """What the files named when they were last read."""

    def key_typed(self, key: str, *, entered: bool) -> None:
        """A keystroke foretells; Enter asks."""
        self.hide()
        held = self.state.lookup
        lookup = LookupState(
            key=key.strip(),
            kind=held.kind,
            deserialize=held.deserialize,
            what_if=held.what_if,
            as_sign_in=held.as_sign_in,
            from_files=held.from_files,
        )
        self.change(lookup=lookup)
        if lookup.key and (lookup.from_files or self.state.settings.vault is not None):
            self.work(self._ask if entered else self._foretell, "lookup")
        else:
            self.stop("lookup")

    def look_up_name(self, name: str) -> bool:
        """Looks up the key that reaches a vault name; says why, and returns False, where none does."""
        settings = self.state.settings
        kind, key = read_name(
            name,
            variables_prefix=settings.variables_prefix,
            connections_prefix=settings.connections_prefix,
            config_prefix=settings.config_prefix,
            sep=settings.sep,
        )
        if kind == "other":
            self.say(f"Airflow never asks for {name}: it has none of the prefixes.", severity="warning")
            return False
        self.change(lookup=replace(self.state.lookup, kind=kind, deserialize=False))
        self.key_typed(key, entered=True)
        return True

    def lookup_action(self, action: str) -> None:
        """The keys of pane 4."""
        state, lookup = self.state, self.state.lookup
        if action == "reveal":
            self._reveal_result()
            return
        if action == "copy":
            name = lookup.simulation.secret_name if lookup.simulation else None
            self.copy(name or "", name or "")
            return
        if action == "kind":
            lookup = replace(lookup, kind=KINDS[(KINDS.index(lookup.kind) + 1) % len(KINDS)])
        elif action == "deserialize":
            if lookup.kind != "variable":
                self.say("deserialize_json is a word for variables: k switches to them.")
                return
            lookup = replace(lookup, deserialize=not lookup.deserialize)
        elif action == "as_whom":
            if not (lookup.from_files or self.can_be_deployment):
                self.say(CANNOT_BE_IT, severity="warning")
                return
            lookup = replace(lookup, as_sign_in=not lookup.as_sign_in)
        elif action == "files":
            lookup = replace(lookup, from_files=not lookup.from_files)
        elif action == "context":
            contexts = [*Context, *Context]
            turned, after = contexts[contexts.index(state.context) + 1 :][:2]
            if turned is Context.SERVER and platform_of(state.settings) == AGENTS:
                turned = after
                self.say("Server side skipped: it runs in Astro's plane, which asks no vault.")
            self.change(settings=choose_context(state.settings, turned))
        elif action == "airflow_version":
            lookup = replace(lookup, what_if=self._next_version())
        self.change(lookup=lookup)
        self.key_typed(lookup.key, entered=False)

    def _next_version(self) -> VersionsInUse | None:
        """From the project's Airflow to the newest 3, to the newest 2, and back; the settings stay."""
        state = self.state
        turns = [each for each in (NEWEST_AIRFLOW, NEWEST_AIRFLOW_2) if each != state.versions.airflow]
        held = state.lookup.what_if.airflow if state.lookup.what_if else ""
        left = turns[turns.index(held) + 1 :] if held in turns else turns
        if not left:
            return None
        settings = replace(state.settings, airflow_version=left[0])
        if state.project is None:
            return replace(state.versions, airflow=left[0])
        return versions_in_use(settings, state.project)

    def copy(self, text: str, what: str) -> None:
        """Sends a text that is no secret to the terminal's clipboard."""

    async def _foretell(self) -> None:
        """The same lookup over the loaded names: whether it is found, without its value."""
        try:
            await self._foretold(await self._configuration())
        except ProblemError as error:
            self.change(lookup=replace(self.state.lookup, phase=Phase.FAILED, problem=error.problem))

    async def _foretold(self, chosen: Configuration) -> None:
        secrets = self.state.secrets
        if secrets.phase is not Phase.DONE:
            return
        from kvtui.airflow.refusals import Refusal

        present = {secret.name.lower(): secret for secret in secrets.names}
        kind = self.state.lookup.kind

        async def read(name: str) -> str | None:
            secret = present.get(name.lower())
            if secret is not None and not secret.enabled:
                raise Refusal(403, "SecretDisabled", "Operation get is not allowed on a disabled secret.")
            return None if secret is None else PRESENT.get(kind, "{}")

        await self._simulate(chosen, read, foretold=True, as_whom="the loaded names")

    async def _configuration(self) -> Configuration:
        """The configuration that is looked up with; the files are read anew. Raises `ProblemError`."""
        from kvtui.app.configuration import configuration

        state = self.state
        source = From.FILES if state.lookup.from_files else From.SETTINGS
        project, versions = state.project, state.versions
        if source is From.FILES:
            project = await asyncio.to_thread(read_project, self.start.project_directory)
            versions = versions_in_use(state.settings, project)
        chosen = await asyncio.to_thread(configuration, source, state.settings, project, versions)
        if source is From.FILES:
            if (
                chosen.settings != self._of_files
            ):  # equal ones share a sign-in, which knows them by their secret
                self._of_files = chosen.settings
            chosen = replace(chosen, settings=self._of_files)
        return chosen

    async def _ask(self) -> None:
        """The real thing: one value at most, asked as the identity that is shown."""
        lookup = self.state.lookup
        try:
            chosen = await self._configuration()
            who, deployment = self._who(chosen)
            self.change(lookup=replace(lookup, phase=Phase.BUSY, runs_as=who))
            await self._foretold(chosen)
            from kvtui.app.lookup import live_reader

            reader = live_reader(
                lambda: self.azure.vault(chosen.settings, deployment=deployment), deployment=deployment
            )
            await self._simulate(chosen, reader, foretold=False, as_whom=who)
        except ProblemError as error:
            self.change(lookup=replace(self.state.lookup, phase=Phase.FAILED, problem=error.problem))
        except asyncio.CancelledError:
            if self.state.lookup.phase is Phase.BUSY:
                self.change(lookup=replace(self.state.lookup, phase=Phase.STOPPED))
            raise
        else:
            if chosen.source is From.SETTINGS:
                self.looked_up(deployment=deployment)

    def _who(self, chosen: Configuration) -> tuple[str, bool]:
        """As whom the vault is asked, in words, and whether that is the deployment identity."""
        settings, as_sign_in = chosen.settings, self.state.lookup.as_sign_in
        you = f"you, {self.state.sign_in.identity}"
        if chosen.source is From.SETTINGS:
            deployment = self.can_be_deployment and not as_sign_in
            return f"{settings.deployment_name} (deployment)" if deployment else you, deployment
        secret = settings.auth_mode is AuthMode.CLIENT_SECRET and settings.client_secret
        deployment = bool(secret and settings.client_id and settings.tenant_id and not as_sign_in)
        return f"{settings.deployment_name} (of the files)" if deployment else you, deployment

    async def _simulate(self, chosen: Configuration, read: Read, *, foretold: bool, as_whom: str) -> None:
        from kvtui.airflow.simulation import simulate

        state, lookup = self.state, self.state.lookup
        listed = state.settings.vault if foretold else chosen.settings.vault
        simulation = await simulate(
            chosen.environment,
            lookup.key,
            kind=lookup.kind,
            airflow_version=state.looked_up_with.airflow,
            provider_version=state.looked_up_with.provider,
            context=state.context.value,
            deserialize_json=lookup.deserialize and lookup.kind == "variable",
            read=read,
            vault_url=listed.url if listed else "",
            platform=chosen.platform,
        )
        near = await self._near(simulation, chosen.settings, foretold=foretold)
        self.change(
            lookup=replace(
                self.state.lookup,
                phase=Phase.BUSY if foretold and self.state.lookup.phase is Phase.BUSY else Phase.DONE,
                foretold=foretold,
                simulation=simulation,
                runs_as=as_whom if not foretold else self.state.lookup.runs_as,
                near=near,
                files=chosen.files,
                about_files=(*chosen.differs, *chosen.notes, *filter(None, [chosen.uncertain])),
                problem=None,
            )
        )

    async def _near(
        self, simulation: Simulation, settings: Settings, *, foretold: bool
    ) -> tuple[tuple[str, str, str], ...]:
        """The loaded names that the user may have meant, when nothing was found."""
        if settings.vault != self.state.settings.vault:
            return ()  # the names are another vault's
        names = [secret.name for secret in self.state.secrets.names]
        if simulation.result.outcome == "value" or not names or (foretold and len(names) > MANY_NAMES):
            return ()
        from kvtui.airflow.nearby import near_misses

        search = partial(
            near_misses,
            simulation.key,
            simulation.kind,
            variables_prefix=settings.variables_prefix,
            connections_prefix=settings.connections_prefix,
            config_prefix=settings.config_prefix,
            sep=settings.sep,
            names=names,
            limit=3,
        )
        near = await asyncio.to_thread(search) if len(names) > MANY_NAMES else search()
        return tuple((miss.name, miss.why, miss.fix) for miss in near)

    def _reveal_result(self) -> None:
        """Shows the value that the lookup found: it is in hand already, nothing is asked."""
        lookup = self.state.lookup
        result = lookup.simulation.result if lookup.simulation else None
        if result is None or result.outcome != "value" or lookup.foretold:
            self.say("There is no value to reveal. Enter asks the vault for the key first.")
            return
        got = result.reveal()
        if result.value_type == "Connection" and isinstance(got, dict):
            fields = [(name, value) for name, value in got.items() if name != "conn_id"]
            lines = (f"{name}: {inert(value, LONGEST)}" for name, value in fields if value not in (None, ""))
            shown = "\n".join(lines)  # made inert first: a line feed in a field begins no line
        else:
            shown = got if isinstance(got, str) else repr(got)
        self.show_value("lookup", lookup.key, SecretText(shown), lookup.runs_as)

    def looked_up(self, *, deployment: bool) -> None:
        """What a real answer proves, for the checklist."""
