"""The checklist: the facts as the other flows find them out, and the proofs that are asked for."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime
from functools import partial

from kvtui.app.checks.facts import AuditFacts, BackendFacts, Facts, FileFacts, GitExposure, ProviderPin, Tried
from kvtui.console.flows.choices import Choices
from kvtui.console.panes.lookup.controller import Lookups
from kvtui.console.state import Phase, State
from kvtui.console.words import count, minutes_left, now
from kvtui.core.problems import ProblemError
from kvtui.settings.model import AuthMode, From, Settings, Target

WHERE = {
    "vault found": "setup",
    "signed in": "setup",
    "can list": "secrets",
    "can read": "secrets",
    "identity chosen": "entra",
    "identity can read": "lookup",
    "names resolve": "secrets",
    "backend configured": "lookup",
    "provider pinned": "output",
    "kept out of git": "output",
    "files written": "output",
    "files read back the same": "output",
}
MANY_NAMES = 2000
"""From here on the names are judged in a thread."""


class Checking(Choices, Lookups):
    """Pane 6."""

    def recheck(self) -> None:
        """Judges again what is known."""
        self.work(self._recheck, "recheck")

    async def _recheck(self) -> None:
        from kvtui.app.checks import checklist

        facts = self._facts()
        settings = self.state.settings
        if facts.names is not None and len(facts.names) > MANY_NAMES:
            results = await asyncio.to_thread(checklist, facts, settings)
        else:
            results = checklist(facts, settings)
        self.change(facts=facts, checks=results)

    def _facts(self) -> Facts:
        state = self.state
        secrets, provider = state.secrets, state.versions.provider
        done = secrets.phase is Phase.DONE
        return replace(
            state.facts,
            sign_in=_sign_in(state),
            listing=state.facts.listing if secrets.as_deployment else _listing(state),
            names=[secret.name for secret in secrets.names] if done else None,
            secrets_end=self._secrets_end(),
            now=now(),
            provider_version=provider,
            audit=_audit(state),
            backend=_backend(state),
            provider=_pin(state),
            files=_files(state),
            git=_git(state),
        )

    def _secrets_end(self) -> tuple[datetime, ...]:
        entries = self.state.entra.entries
        chosen = next((e for e in entries if e.client_id == self.state.settings.client_id), None)
        if chosen is None:
            return self.state.facts.secrets_end
        return tuple(c.expires for c in chosen.credentials if c.expires and c.kind == "secret")

    def where_put_right(self, check: str) -> str:
        """The pane where a check's cause is put right."""
        if check == "names resolve" and self.state.audit.report is not None:
            return "audit"
        if check == "identity chosen" and self.state.settings.client_id:
            ends = self.state.facts.secrets_end
            return "entra" if ends and max(ends) <= now() else "setup"
        return WHERE[check]

    def identity_changed(self, before: Settings, after: Settings) -> None:
        """What was proved for another identity, or on another vault, is no longer proved."""
        facts = self.state.facts
        if (after.vault, after.sign_in) != (before.vault, before.sign_in):
            self.stop("checks")
            facts = replace(facts, sample_read=None, closed_network="")
        identity = (before.auth_mode, before.tenant_id, before.client_id, before.client_secret, before.vault)
        if identity != (after.auth_mode, after.tenant_id, after.client_id, after.client_secret, after.vault):
            self.stop("checks")
            facts = replace(
                facts, deployment_read=None, deployment_elsewhere="", secrets_end=(), mistaken_id=""
            )
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
        """Asks the vault for one value as each identity, and lets go of it at once; reads the files again."""
        self.look_again()
        if self.state.settings.vault is None or self.azure.signed_in is None:
            self.say("Choose the vault and sign in first.", severity="warning")
            return
        self.say("Asking the vault once as each identity… Esc stops.", during="checks")
        self.work(self._prove, "checks")

    async def _prove(self) -> None:
        from kvtui.app.checks.evidence import not_of_this_host, sample_name

        settings = self.state.settings
        await self._ask_directory()
        name = sample_name(settings, self.state.secrets.names)
        self.change(
            facts=replace(self.state.facts, sample_read=await self.try_reading(name, deployment=False))
        )
        if self.can_be_deployment or (
            settings.auth_mode is not AuthMode.CLIENT_SECRET and settings.client_id
        ):
            tried = await self.try_reading(name, deployment=True)
            elsewhere = not_of_this_host(settings, tried)
            facts = replace(self.state.facts, deployment_elsewhere=elsewhere)
            self.change(facts=replace(facts, deployment_read=None if elsewhere else tried))
        self.recheck()

    async def _ask_directory(self) -> None:
        """Finds out who may reach the vault over the network, and whether the client id is one."""
        from kvtui.app.checks.evidence import closed_network

        identity, settings = self.state.sign_in.identity, self.state.settings
        closed = ""
        if settings.target is Target.ASTRO and identity is not None:
            with contextlib.suppress(ProblemError):  # then it is not known
                closed = closed_network(await self.access_of_id(identity.object_id))
        mistaken = await self.mistaken_id(settings.client_id)
        self.change(facts=replace(self.state.facts, closed_network=closed, mistaken_id=mistaken))

    async def try_reading(self, name: str, *, deployment: bool) -> Tried:
        """One read as one of the two identities, whose value is let go."""
        try:
            vault = await self.azure.vault(self.state.settings, deployment=deployment)
        except ProblemError as error:
            return Tried(error.problem.identity, problem=error.problem)
        from kvtui.app.checks.evidence import read_one, with_grant

        read = await read_one(vault, name)
        return await with_grant(read, partial(self.access_of_id, vault.identity.object_id))


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


def _pin(state: State) -> ProviderPin | None:
    if state.project is None:
        return None
    from kvtui.app.checks.evidence import provider_pin

    return provider_pin(state.settings, state.project, state.versions.airflow)


def _backend(state: State) -> BackendFacts | None:
    if state.project is None:
        return None
    from kvtui.app.checks.evidence import backend_facts
    from kvtui.app.configuration import configuration

    return backend_facts(configuration(From.SETTINGS, state.settings, state.project, state.versions))


def _audit(state: State) -> AuditFacts | None:
    """What the audit found, as long as it was judged with the present settings."""
    held = state.audit
    if held.report is None or held.scanned is None or held.judged_with != (state.settings, state.versions):
        return None
    report = held.report
    keys, undecided = len(report.judged), len(report.undecided)
    return AuditFacts(held.scanned.files, report.failing, keys, undecided, report.unchecked)


def _git(state: State) -> GitExposure | None:
    if state.project is None:
        return None
    from kvtui.app.checks.evidence import git_exposure

    return git_exposure(state.project)


def _files(state: State) -> FileFacts | None:
    output = state.output
    if output.problem is not None:
        return FileFacts(problem=output.problem)
    if output.plan is None:
        return None
    if output.removal is not None:  # planned alone it changes nothing
        return state.facts.files
    from kvtui.app.checks.evidence import file_facts
    from kvtui.outputs.env.parsers_used import USED

    used = USED[state.settings.target]
    return file_facts(output.plan, output.differences, output.left_out, output.warnings, used)
