"""The checklist: collects the facts from the state, and tests read access."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from kvtui.app.checks.facts import AuditFacts, CheckId, Facts, FileFacts, ProbeResult
from kvtui.app.new_secrets import NOT_ACCEPTED_YET
from kvtui.app.session import Session
from kvtui.console.actions import PaneId
from kvtui.console.events import EventBus, IdentityRead, LookupAnswered, SettingsChanged
from kvtui.console.panes.checks import texts
from kvtui.console.panes.output.controller import OutputController
from kvtui.console.phase import Phase
from kvtui.console.state import State
from kvtui.console.store import Store
from kvtui.console.text import RowKey
from kvtui.console.ui import Ui
from kvtui.console.words import minutes_left, now
from kvtui.core.remedies import Do, Remedy
from kvtui.settings.model import From, Settings

if TYPE_CHECKING:
    from kvtui.azure.model import AppCredential

MANY_NAMES = 2000
"""The number of names from which the checks run in a thread."""
WORK = "checks"


@dataclass(eq=False, repr=False)
class ChecksController:
    """Pane 6."""

    _store: Store
    _ui: Ui
    _session: Session
    _bus: EventBus
    _output: OutputController

    def recheck(self, _event: object = None) -> None:
        """Makes the results again from what is known."""
        self._ui.run(self._recheck, "recheck")

    async def _recheck(self) -> None:
        from kvtui.app.checks.results import checklist

        facts, settings = self._facts(), self._store.state.settings
        if facts.names is not None and len(facts.names) > MANY_NAMES:
            results = await asyncio.to_thread(checklist, facts, settings)
        else:
            results = checklist(facts, settings)
        self._store.change(facts=facts, checks=results)

    def _facts(self) -> Facts:
        state = self._store.state
        secrets = state.secrets
        done = secrets.phase is Phase.DONE
        facts = replace(
            state.facts,
            sign_in=_sign_in(state),
            listing=state.facts.listing if secrets.as_deployment else _listing(state),
            names=[secret.name for secret in secrets.names] if done else None,
            secrets_end=_secrets_end(state),
            credentials=_credentials(state),
            now=now(),
            provider_version=state.versions.provider,
            audit=_audit(state),
            files=_files(state),
        )
        facts = _with_expiry(facts, state)
        if state.project is None:
            return replace(facts, backend=None, provider=None, git=None)
        from kvtui.app.checks.gathering import with_project
        from kvtui.app.configuration import configuration

        chosen = configuration(From.SETTINGS, state.settings, state.project, state.versions)
        return with_project(facts, state.settings, state.project, chosen, state.versions)

    def _change(self, **parts: object) -> None:
        self._store.change(facts=replace(self._store.state.facts, **parts))  # type: ignore[arg-type]
        read = parts.get("deployment_read")
        if isinstance(read, ProbeResult) and read.ok:
            self._bus.publish(IdentityRead())

    def choose(self, row: RowKey | None) -> None:
        """Goes to the pane where the cause of the check can be fixed."""
        if isinstance(row, CheckId):
            self._ui.go_to(_pane_of_remedy(row, self._store.state) or _pane_of(row, self._store.state))

    def settings_changed(self, event: SettingsChanged) -> None:
        """Discards test results of another identity or vault."""
        before, after = event.before, event.after
        if (after.vault, after.sign_in) != (before.vault, before.sign_in):
            self._ui.stop(WORK)
            self._change(sample_read=None, closed_network="", network=None)
        if _reads(before) != _reads(after):
            self._ui.stop(WORK)
            self._change(
                deployment_read=None,
                deployment_elsewhere="",
                secrets_end=(),
                credentials=(),
                mistaken_id="",
                app_name="",
                wrong_kind="",
                kind_unknown=False,
            )
        self.recheck()

    def lookup_answered(self, event: LookupAnswered) -> None:
        """A lookup that the vault answered proves that the identity can read."""
        lookup = self._store.state.lookup
        steps = lookup.simulation.steps if lookup.simulation else ()
        asked = next((step for step in steps if step.backend == "AzureKeyVaultBackend"), None)
        if asked is None or asked.outcome not in ("found", "absent"):
            return
        tried = ProbeResult(lookup.runs_as, texts.by_lookup(lookup.runs_as))
        if event.deployment:
            self._change(deployment_read=tried)
        else:
            self._change(sample_read=tried)
        self.recheck()

    # The tests

    def run(self) -> None:
        """Reads one value as each identity, without keeping it, and reads the files again."""
        self._output.look_again()
        if self._store.state.settings.vault is None or self._session.signed_in is None:
            self._ui.warn(texts.CHOOSE_FIRST)
            return
        self._ui.notify(texts.CHECKING, during=WORK)
        self._ui.run(self._prove, WORK)

    async def _prove(self) -> None:
        from kvtui.app.checks.gathering import prove

        state = self._store.state
        async for parts in prove(self._session, state.settings, state.secrets.names):
            if read := parts.get("deployment_read"):
                parts = {**parts, "deployment_read": _of_new_secret(read)}
            self._change(**parts)
        self.recheck()

    def identity_reads(self, read: ProbeResult, settings: Settings) -> bool:
        """The deployment identity of `settings` has read from their vault.

        Returns False, and nothing counts, if another identity or vault was chosen meanwhile.
        """
        counts = _reads(settings) == _reads(self._store.state.settings)
        if counts:
            self._change(deployment_read=read)
            self.recheck()
        return counts


def _of_new_secret(read: ProbeResult) -> ProbeResult:
    """The same attempt; with what to do here while Entra does not accept a new client secret yet."""
    problem = read.problem
    if problem is None or problem.code != NOT_ACCEPTED_YET:
        return read
    return replace(read, problem=replace(problem, remedy=texts.WAIT))


def _reads(settings: Settings) -> tuple[object, ...]:
    """As which identity a vault is read, and which one."""
    identity = (settings.auth_mode, settings.tenant_id, settings.client_id, settings.client_secret)
    return (*identity, settings.vault)


_PANES = {
    Do.CHOOSE_AUTH_MODE: PaneId.ENTRA,
    Do.CHOOSE_IDENTITY: PaneId.ENTRA,
    Do.CHOOSE_VAULT: PaneId.SETUP,
    Do.FIND_APP: PaneId.ENTRA,
    Do.GIVE_CLIENT_ID: PaneId.SETUP,
    Do.GIVE_CLIENT_SECRET: PaneId.SETUP,
    Do.GIVE_TENANT: PaneId.SETUP,
    Do.LIST_EXPIRING: PaneId.SECRETS,
    Do.LOOK_UP: PaneId.LOOKUP,
    Do.REVIEW_AUDIT: PaneId.AUDIT,
    Do.REVIEW_FILES: PaneId.OUTPUT,
    Do.REVIEW_PARSERS: PaneId.OUTPUT,
    Do.ROTATE_SECRET: PaneId.ENTRA,
    Do.SET_PREFIX: PaneId.SETUP,
    Do.SHOW_RIGHTS: PaneId.ENTRA,
    Do.WRITE_FILES: PaneId.OUTPUT,
}
"""Where the console does what a remedy says: the pane that its words name."""


def _pane_of_remedy(check: CheckId, state: State) -> PaneId | None:
    """The pane that the check's remedy names; None if it names none."""
    remedy = next((each.remedy for each in state.checks if each.name is check), "")
    return _PANES.get(remedy.do) if isinstance(remedy, Remedy) else None


def _pane_of(check: CheckId, state: State) -> PaneId:
    """The pane where the cause of a check can be fixed. mypy reports a check that is missing here."""
    match check:
        case CheckId.VAULT_FOUND | CheckId.PROXY | CheckId.PRIVATE_ENDPOINT | CheckId.SIGNED_IN:
            return PaneId.SETUP
        case CheckId.CAN_LIST | CheckId.CAN_READ | CheckId.EXPIRY:
            return PaneId.SECRETS
        case CheckId.IDENTITY_CHOSEN:
            return PaneId.SETUP if state.settings.client_id else PaneId.ENTRA
        case CheckId.NAMES_RESOLVE:
            return PaneId.SECRETS if state.audit.report is None else PaneId.AUDIT
        case CheckId.IDENTITY_CAN_READ | CheckId.BACKEND_CONFIGURED:
            return PaneId.LOOKUP
        case CheckId.PROVIDER_PINNED | CheckId.KEPT_OUT_OF_GIT:
            return PaneId.OUTPUT
        case CheckId.FILES_WRITTEN | CheckId.FILES_READ_BACK:
            return PaneId.OUTPUT


def _credentials(state: State) -> tuple[AppCredential, ...]:
    """The client secrets and certificates of the deployment identity, if the directory was asked."""
    chosen = next((e for e in state.entra.entries if e.client_id == state.settings.client_id), None)
    return state.facts.credentials if chosen is None else chosen.credentials


def _secrets_end(state: State) -> tuple[datetime, ...]:
    """When each client secret of the deployment identity expires, if the directory was asked.

    Of one that was made in this session, and is in the settings, only when that one expires.
    """
    chosen = next((e for e in state.entra.entries if e.client_id == state.settings.client_id), None)
    if chosen is None:
        return state.facts.secrets_end
    made = next((one.key_id for one in state.made if one.value == state.settings.client_secret), None)
    held = [c for c in chosen.credentials if c.key_id == made] or chosen.credentials
    return tuple(c.expires for c in held if c.expires and c.kind == "secret")


def _with_expiry(facts: Facts, state: State) -> Facts:
    """The facts with what expires soon; after an audit, of the vault only what the DAGs use."""
    from kvtui.app.checks.gathering import expiring_soon

    names = state.secrets.names if state.secrets.phase is Phase.DONE else None
    report = state.audit.report if facts.audit is not None else None
    used = {each.secret_name.lower() for each in report.judged if each.secret_name} if report else set()
    return replace(facts, expiring=expiring_soon(facts, state.settings, names, used))


def _sign_in(state: State) -> ProbeResult | None:
    held = state.sign_in
    if held.phase is Phase.DONE and held.identity is not None:
        left = minutes_left(held.identity.expires, now())
        return ProbeResult(str(held.identity), texts.token(left))
    return ProbeResult(problem=held.problem) if held.problem is not None else None


def _listing(state: State) -> ProbeResult | None:
    secrets = state.secrets
    who = str(state.sign_in.identity or "")
    if secrets.problem is not None:
        return ProbeResult(who, problem=secrets.problem)
    if secrets.phase is Phase.DONE:
        return ProbeResult(who, texts.listed(len(secrets.names), secrets.seconds))
    return None


def _audit(state: State) -> AuditFacts | None:
    """What the audit found, if it was made with the current settings."""
    held = state.audit
    if held.report is None or held.scanned is None or held.made_with != (state.settings, state.versions):
        return None
    report = held.report
    keys, undecided = len(report.judged), len(report.undecided)
    unread = len(report.unread) if report.found_nothing else 0
    return AuditFacts(held.scanned.files, report.failing, keys, undecided, report.unchecked, unread)


def _files(state: State) -> FileFacts | None:
    output = state.output
    if output.problem is not None:
        return FileFacts(problem=output.problem)
    if output.plan is None:
        return None
    if output.removal is not None:  # a removal that is only planned changes nothing
        return state.facts.files
    from kvtui.app.checks.gathering import file_facts
    from kvtui.outputs.env.parsers.table import USED

    used = USED[state.settings.target]
    return file_facts(output.plan, output.differences, output.left_out, output.warnings, used)
