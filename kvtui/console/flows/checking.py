"""The checklist: the facts as the other flows find them out, and the proofs that are asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from kvtui.airflow.naming import is_legal, read_name
from kvtui.airflow.versions import detect_provider
from kvtui.checks import Facts, FileFacts, ProviderPin, Tried, checklist
from kvtui.console.flows.choices import Choices
from kvtui.console.flows.lookups import Lookups
from kvtui.console.state import Phase, State
from kvtui.console.views.words import count, minutes_left, now
from kvtui.outputs.requirements_file import names_provider
from kvtui.problems import ProblemError
from kvtui.settings.model import AuthMode, Settings, Target

WHERE = {
    "vault found": "setup",
    "signed in": "setup",
    "can list": "secrets",
    "can read": "secrets",
    "identity chosen": "entra",
    "identity can read": "lookup",
    "names resolve": "secrets",
    "provider pinned": "output",
    "files written": "output",
    "files read back the same": "output",
}
MANY_NAMES = 2000
"""From here on the names are judged in a thread."""


class Checking(Choices, Lookups):
    """Pane 6."""

    def recheck(self) -> None:
        """Judges again what is known."""
        self.work(self._recheck(), "recheck")

    async def _recheck(self) -> None:
        facts = self._facts()
        settings = self.state.settings
        if facts.names is not None and len(facts.names) > MANY_NAMES:
            results = await asyncio.to_thread(checklist, facts, settings)
        else:
            results = checklist(facts, settings)
        self.change(facts=facts, checks=results)

    def _facts(self) -> Facts:
        state = self.state
        secrets, provider = state.secrets, state.provider[0]
        done = secrets.phase is Phase.DONE
        return replace(
            state.facts,
            sign_in=_sign_in(state),
            listing=_listing(state),
            names=[secret.name for secret in secrets.names] if done else None,
            deployment_elsewhere=_elsewhere(state.settings),
            secret_expires=self._secret_expires(),
            now=now(),
            provider_version=provider,
            provider=_pin(state),
            files=_files(state),
        )

    def _secret_expires(self) -> datetime | None:
        entries = self.state.entra.entries
        chosen = next((e for e in entries if e.client_id == self.state.settings.client_id), None)
        if chosen is None:
            return self.state.facts.secret_expires
        return max((c.expires for c in chosen.credentials if c.expires), default=None)

    def where_put_right(self, check: str) -> str:
        """The pane where a check's cause is put right."""
        if check == "identity chosen" and self.state.settings.client_id:
            return "setup"
        return WHERE[check]

    def identity_changed(self, before: Settings, after: Settings) -> None:
        """What was proved for another identity, or on another vault, is no longer proved."""
        facts = self.state.facts
        if (after.vault, after.sign_in) != (before.vault, before.sign_in):
            facts = replace(facts, sample_read=None)
        identity = (before.auth_mode, before.tenant_id, before.client_id, before.client_secret, before.vault)
        if identity != (after.auth_mode, after.tenant_id, after.client_id, after.client_secret, after.vault):
            facts = replace(facts, deployment_read=None, secret_expires=None)
        self.change(facts=facts)
        self.recheck()

    def looked_up(self, *, deployment: bool) -> None:
        """A lookup that reached the vault proves the right to read."""
        simulation = self.state.lookup.simulation
        asked = (
            next((s for s in simulation.steps if s.backend == "AzureKeyVaultBackend"), None)
            if simulation
            else None
        )
        if asked is None or asked.outcome not in ("found", "absent"):
            return
        tried = Tried(self.state.lookup.runs_as, f"as {self.state.lookup.runs_as}, by a lookup")
        part = {"deployment_read": tried} if deployment else {"sample_read": tried}
        self.change(facts=replace(self.state.facts, **part))  # type: ignore[arg-type]
        self.recheck()

    def planned(self) -> None:
        """The checklist judges what would be written."""
        self.recheck()

    # The proofs

    def run_checks(self) -> None:
        """Asks the vault for one value as each identity, and lets go of it at once."""
        if self.state.settings.vault is None or self.azure.signed_in is None:
            self.say("Choose the vault and sign in first.", severity="warning")
            return
        self.say("Asking the vault once as each identity… Esc stops.")
        self.work(self._prove(), "checks")

    async def _prove(self) -> None:
        name = _sample(self.state)
        sample = await self._try(name, deployment=False)
        self.change(facts=replace(self.state.facts, sample_read=sample))
        if self.can_be_deployment:
            tried = await self._try(name, deployment=True)
            self.change(facts=replace(self.state.facts, deployment_read=tried))
        self.recheck()

    async def _try(self, name: str, *, deployment: bool) -> Tried:
        try:
            vault = await self.azure.vault(self.state.settings, deployment=deployment)
            await vault.value(name)
        except ProblemError as error:
            if error.problem.status != 404 and error.problem.code != "SecretDisabled":
                return Tried(error.problem.identity, problem=error.problem)
        who = str(vault.identity)
        return Tried(who, f"{name} answered, as {who}.")


def _sample(state: State) -> str:
    """A name to try the right to read with: an Airflow one if there is any."""
    settings = state.settings
    for secret in state.secrets.names:
        kind, _ = read_name(
            secret.name,
            variables_prefix=settings.variables_prefix,
            connections_prefix=settings.connections_prefix,
            config_prefix=settings.config_prefix,
            sep=settings.sep,
        )
        if kind != "other" and secret.enabled:
            return secret.name
    prefix = settings.variables_prefix or ""
    return f"{prefix}-kvtui" if is_legal(f"{prefix}-kvtui") else "kvtui"


def _sign_in(state: State) -> Tried | None:
    held = state.sign_in
    if held.phase is Phase.DONE and held.identity is not None:
        return Tried(str(held.identity), minutes_left(held.identity.expires, now()))
    return Tried(problem=held.problem) if held.problem is not None else None


def _listing(state: State) -> Tried | None:
    secrets = state.secrets
    who = str(state.sign_in.identity or "")
    if secrets.problem is not None:
        return Tried(who, problem=secrets.problem)
    if secrets.phase is Phase.DONE:
        return Tried(who, f"{count(len(secrets.names), 'name')} in {secrets.seconds:.1f} s")
    return None


def _elsewhere(settings: Settings) -> str:
    if settings.auth_mode is AuthMode.CLIENT_SECRET or not settings.client_id:
        return ""
    return "Only the host that has this identity can prove it."


def _pin(state: State) -> ProviderPin | None:
    project = state.project
    if project is None:
        return None
    remote = state.settings.target is Target.REMOTE_EXECUTION
    held = project.requirements_client if remote else project.requirements
    text, airflow = held.text or "", state.airflow[0]
    pin = detect_provider(text, airflow, held.path.name)
    return ProviderPin(
        held.path.name, names_provider(text), pin.exact, pin.version, built_in=airflow.startswith("2")
    )


def _files(state: State) -> FileFacts | None:
    output = state.output
    problem = output.problem or state.project_problem
    if problem is not None:
        return FileFacts(problem=problem)
    if output.plan is None:
        return None
    pending = tuple(f.path.name for f in output.plan.files if f.changed)
    settled = tuple(f.path.name for f in output.plan.files if not f.changed)
    return FileFacts(pending=pending, settled=settled, differences=None if pending else output.read_back)
