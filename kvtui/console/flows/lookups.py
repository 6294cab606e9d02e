"""One lookup: foretold from the loaded names while it is typed, then asked for, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.airflow.naming import read_name
from kvtui.airflow.versions import NEWEST_AIRFLOW, NEWEST_AIRFLOW_2
from kvtui.console.flows.names import CANNOT_BE_IT, Names
from kvtui.console.state import LookupState, Phase
from kvtui.console.text import LONGEST
from kvtui.inert import inert
from kvtui.problems import ProblemError
from kvtui.secret_text import SecretText
from kvtui.settings.change import choose_airflow_version, choose_context
from kvtui.settings.model import Context
from kvtui.versions_in_use import CHOSEN, versions_in_use

if TYPE_CHECKING:
    from kvtui.airflow.model import Simulation
    from kvtui.lookups import Read

KINDS = ("variable", "connection", "config")
MANY_NAMES = 2000
"""From here on near misses are not searched for at every keystroke, and in a thread."""
PRESENT = {"connection": "present://"}
"""Stands for a value that was not fetched, by kind: one that can be read. All others: `{}`, which is JSON."""


class Lookups(Names):
    """Pane 4."""

    def key_typed(self, key: str, *, entered: bool) -> None:
        """A keystroke foretells; Enter asks."""
        self.hide()
        lookup = LookupState(
            key=key.strip(),
            kind=self.state.lookup.kind,
            deserialize=self.state.lookup.deserialize,
            as_sign_in=self.state.lookup.as_sign_in,
        )
        self.change(lookup=lookup)
        if lookup.key and self.state.settings.vault is not None:
            self.work(self._ask if entered else self._foretell, "lookup")
        else:
            self.stop("lookup")

    def look_up_name(self, name: str) -> None:
        """Looks up the key that reaches a vault name."""
        settings = self.state.settings
        kind, key = read_name(
            name,
            variables_prefix=settings.variables_prefix,
            connections_prefix=settings.connections_prefix,
            config_prefix=settings.config_prefix,
            sep=settings.sep,
        )
        if kind == "other":
            self.say("Airflow never asks for this name: it has none of the prefixes.", severity="warning")
            return
        self.change(lookup=replace(self.state.lookup, kind=kind, deserialize=False))
        self.key_typed(key, entered=True)

    def lookup_action(self, action: str) -> None:
        """The keys of pane 4."""
        state, lookup = self.state, self.state.lookup
        if action == "reveal":
            self._reveal_result()
            return
        if action == "copy":
            name = lookup.simulation.secret_name if lookup.simulation else None
            self.copy(name or "", "The name that was asked")
            return
        if action == "kind":
            lookup = replace(lookup, kind=KINDS[(KINDS.index(lookup.kind) + 1) % len(KINDS)])
        elif action == "deserialize":
            if lookup.kind != "variable":
                self.say("deserialize_json is a word for variables: k switches to them.")
                return
            lookup = replace(lookup, deserialize=not lookup.deserialize)
        elif action == "as_whom":
            if not self.can_be_deployment:
                self.say(CANNOT_BE_IT, severity="warning")
                return
            lookup = replace(lookup, as_sign_in=not lookup.as_sign_in)
        elif action == "context":
            contexts = tuple(Context)
            turned = contexts[(contexts.index(state.context) + 1) % len(contexts)]
            self.change(settings=choose_context(state.settings, turned))
        elif action == "airflow_version":
            self._turn_version()
        self.change(lookup=lookup)
        self.key_typed(lookup.key, entered=False)

    def _turn_version(self) -> None:
        """From the project's own Airflow to the newest 3, to the newest 2, and back to the project's."""
        state = self.state
        turns = ("", NEWEST_AIRFLOW, NEWEST_AIRFLOW_2)
        held = state.settings.airflow_version
        chosen = turns[(turns.index(held) + 1) % len(turns)] if held in turns else ""
        if chosen == state.versions.airflow:  # the project's own is the newest 3: not twice the same
            chosen = NEWEST_AIRFLOW_2
        settings = choose_airflow_version(state.settings, chosen)
        versions = replace(state.versions, airflow=chosen or NEWEST_AIRFLOW, airflow_source=CHOSEN)
        if state.project is not None:
            versions = versions_in_use(settings, state.project)
        self.change(settings=settings, versions=versions)
        self.version_changed()

    def version_changed(self) -> None:
        """Another Airflow may allow another provider."""

    def copy(self, text: str, what: str) -> None:
        """Sends a text that is no secret to the terminal's clipboard."""

    async def _foretell(self) -> None:
        """The same lookup over the loaded names: whether it is found, without its value."""
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

        await self._simulate(read, foretold=True, as_whom="the loaded names")

    async def _ask(self) -> None:
        """The real thing: one value at most, asked as the identity that is shown."""
        lookup, settings = self.state.lookup, self.state.settings
        deployment = self.can_be_deployment and not lookup.as_sign_in
        who = (
            f"{settings.deployment_name} (deployment)"
            if deployment
            else f"you, {self.state.sign_in.identity}"
        )
        self.change(lookup=replace(lookup, phase=Phase.BUSY, runs_as=who))
        await self._foretell()
        try:
            from kvtui.lookups import live_reader

            reader = live_reader(
                lambda: self.azure.vault(settings, deployment=deployment), deployment=deployment
            )
            await self._simulate(reader, foretold=False, as_whom=who)
        except ProblemError as error:
            self.change(lookup=replace(self.state.lookup, phase=Phase.FAILED, problem=error.problem))
        except asyncio.CancelledError:
            if self.state.lookup.phase is Phase.BUSY:
                self.change(lookup=replace(self.state.lookup, phase=Phase.STOPPED))
            raise
        else:
            self.looked_up(deployment=deployment)

    async def _simulate(self, read: Read, *, foretold: bool, as_whom: str) -> None:
        from kvtui.airflow.simulation import simulate
        from kvtui.lookups import deployed_environment

        state, lookup = self.state, self.state.lookup
        simulation = await simulate(
            deployed_environment(state.settings, state.project),
            lookup.key,
            kind=lookup.kind,
            airflow_version=state.versions.airflow,
            provider_version=state.versions.provider,
            context=state.context.value,
            deserialize_json=lookup.deserialize and lookup.kind == "variable",
            read=read,
            vault_url=state.settings.vault.url if state.settings.vault else None,
        )
        near = await self._near(simulation, foretold=foretold)
        self.change(
            lookup=replace(
                self.state.lookup,
                phase=Phase.BUSY if foretold and self.state.lookup.phase is Phase.BUSY else Phase.DONE,
                foretold=foretold,
                simulation=simulation,
                runs_as=as_whom if not foretold else self.state.lookup.runs_as,
                near=near,
                problem=None,
            )
        )

    async def _near(self, simulation: Simulation, *, foretold: bool) -> tuple[tuple[str, str, str], ...]:
        """The loaded names that the user may have meant, when nothing was found."""
        names = [secret.name for secret in self.state.secrets.names]
        if simulation.result.outcome == "value" or not names or (foretold and len(names) > MANY_NAMES):
            return ()
        from kvtui.airflow.nearby import near_misses

        settings = self.state.settings
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
