"""Previews and writes one import: names first, values only where they are needed, each read once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.airflow.connections import parse_connection
from kvtui.airflow.naming import Naming
from kvtui.app.at_once import at_once
from kvtui.app.digests import Digests
from kvtui.app.importing.given import Given, vault_source
from kvtui.app.importing.results import Imported, ImportResult, Outcome, Proof
from kvtui.app.lookup import Read, live_reader, look_up, predicting_reader
from kvtui.app.trace import Question, result_line
from kvtui.azure.model import SecretName
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.migration.items import Item, Source
from kvtui.migration.plan import DISABLED, WRITABLE, Entry, Plan, Status, bad_value, odd_value
from kvtui.settings.model import Context, Kind, Settings

if TYPE_CHECKING:
    from kvtui.airflow.model import Simulation
    from kvtui.app.configuration import Configuration
    from kvtui.app.session import Session
    from kvtui.azure.service import OnWait
    from kvtui.azure.vault import Vault
    from kvtui.core.secret_text import SecretText
    from kvtui.project.versions import VersionsInUse

AT_ONCE = 4
"""Items that are compared or written at the same time."""
TRIES = 3
"""How often a value is sent that did not arrive."""
_BREATH = 20
"""After so many simulated lookups other work gets its turn."""
Report = Callable[[int], None]
"""Called with the number of items that are done."""


@dataclass(eq=False)
class Importer:
    """One import. Every method raises `ProblemError` only, or is cancelled."""

    session: Session
    settings: Settings
    chosen: Configuration
    """What is simulated: the configuration that the settings write."""
    versions: VersionsInUse
    given: Given
    as_deployment: bool = False
    """The lookups that prove the import are made as the deployment identity."""
    digests: Digests = field(default_factory=Digests, repr=False)
    _fetched: dict[str, SecretText] = field(default_factory=dict, repr=False)
    """Values of the other vault, by secret name: each is read once."""

    @property
    def naming(self) -> Naming:
        """How keys become names."""
        return Naming.of(self.settings, self.versions.provider)

    @property
    def _in_task(self) -> bool:
        return self.settings.context is not Context.SERVER

    # Before writing

    async def source(self) -> Source:
        """What is imported; lists the other vault's names if it is one."""
        if self.given.source is not None:
            return self.given.source
        names = [secret async for page in (await self._other()).names() for secret in page.items]
        found = vault_source(names, self.naming, self.given.shown)
        if not found.items:
            what = f"{self.given.shown} has no secret that Airflow reaches with these prefixes."
            raise ProblemError(Problem(what, "Check the prefixes.", ProblemKind.USAGE))
        return found

    async def names(self, report: Report = lambda _: None) -> list[SecretName]:
        """The names of the vault that is written."""
        found: list[SecretName] = []
        async for page in (await self._target()).names():
            found += page.items
            report(len(found))
        return found

    def plan(self, names: Iterable[SecretName]) -> Plan:
        """The plan against these names of the vault."""
        held = {secret.name.lower(): secret.enabled for secret in names}
        return Plan(self.naming, held, self.versions.airflow, in_task=self._in_task)

    async def preview(self, plan: Plan, items: Sequence[Item], *, rename: bool = False) -> tuple[Entry, ...]:
        """The entries; those that Airflow would not get from the vault are shadowed. Asks nothing."""
        found = list(plan.entries(items, rename=rename))
        for number, entry in enumerate(found):
            found[number] = await self.reached(entry)
            if number % _BREATH == 0:
                await asyncio.sleep(0)
        return tuple(found)

    async def reached(self, entry: Entry) -> Entry:
        """The entry, shadowed if a lookup of its key would not end in the vault."""
        if entry.status not in WRITABLE:
            return entry
        lookup = await self._looked_up(entry, predicting_reader([SecretName(entry.name)], entry.kind))
        if _is_from_vault(lookup):
            return entry
        why = lookup.headlines[0] if lookup.headlines else f"The lookup gives {result_line(lookup.result)}."
        return replace(entry, status=Status.SHADOWED, why=why)

    async def compare(self, entries: Sequence[Entry], report: Report = lambda _: None) -> tuple[Entry, ...]:
        """The entries whose names exist, now the same or different: each value is read once."""
        found = list(entries)
        waiting = [number for number, entry in enumerate(entries) if entry.status is Status.EXISTS]
        done = 0

        async def one(number: int) -> None:
            nonlocal done
            found[number] = await self.compared(found[number])
            done += 1
            report(done)

        await at_once(waiting, one, AT_ONCE)
        return tuple(found)

    async def compared(self, entry: Entry) -> Entry:
        """One entry as `compare` gives it."""
        if entry.status is not Status.EXISTS:
            return entry
        wanted = self.digests.of(await self.value(entry.item))
        try:
            held = self.digests.of((await (await self._target()).value(entry.name)).value)
        except ProblemError as error:
            if error.problem.code == "SecretDisabled":
                return replace(entry, status=Status.DIFFERS, why=DISABLED, disabled=True)
            if error.problem.status == 404:
                return replace(entry, status=Status.NEW)
            raise
        return replace(entry, status=Status.SAME if held == wanted else Status.DIFFERS)

    # Writing

    async def write(
        self,
        entries: Sequence[Entry],
        *,
        overwrite: Callable[[Entry], bool],
        done: list[Imported],
        report: Report = lambda _: None,
        on_wait: OnWait | None = None,
    ) -> ImportResult:
        """Stores what is new, and what differs where `overwrite` allows it; then looks each key up.

        What was done is in `done` as it happens, also if this is cancelled; a later import then finds it to
        be the same. Ends early at a problem that every item would meet. `on_wait` hears of each wait that the
        vault asks for.
        """
        writing = _Writing(self, overwrite, await self._target(), done, report, on_wait)
        await at_once(entries, writing.one, AT_ONCE)
        order = {id(entry.item): number for number, entry in enumerate(entries)}
        done.sort(key=lambda each: order[id(each.entry.item)])
        return ImportResult(tuple(done), writing.stopped)

    async def prove(self, entry: Entry, value: SecretText, read: Read | None = None) -> Proof:
        """Whether a lookup of the key gives this value; `read` answers in place of the vault."""
        try:
            lookup = await self._looked_up(entry, read or self._live())
            identity = (await self._vault()).identity
        except ProblemError as error:
            return Proof(False, error.problem.what, error.problem.identity, self.as_deployment)
        proof = partial(Proof, runs_as=str(identity), as_deployment=self.as_deployment)
        if not _is_from_vault(lookup):
            headline = lookup.headlines[0] if lookup.headlines else ""
            return proof(False, headline or f"The lookup gives {result_line(lookup.result)}.")
        wanted: object = value.reveal()
        if entry.kind is Kind.CONNECTION:
            wanted = parse_connection(entry.key, value.reveal(), self.versions.airflow, task=self._in_task)
        if lookup.result.reveal() != wanted:
            return proof(False, "The lookup gives another value than the source defines.")
        return proof(True, result_line(lookup.result))

    async def _vault(self) -> Vault:
        return await self.session.vault(self.settings, deployment=self.as_deployment)

    def _live(self) -> Read:
        return live_reader(self._vault, deployment=self.as_deployment)

    async def _looked_up(self, entry: Entry, read: Read) -> Simulation:
        return await look_up(
            Question(entry.key, entry.kind),
            self.chosen,
            self.versions,
            read,
            vault=self.settings.vault,
            context=self.settings.context,
        )

    async def value(self, item: Item) -> SecretText:
        """The value that the source defines. Raises `ProblemError` if the other vault does not give it."""
        if item.value is not None:
            return item.value
        if item.where not in self._fetched:
            self._fetched[item.where] = (await (await self._other()).value(item.where)).value
        return self._fetched[item.where]

    async def _other(self) -> Vault:
        return await self.session.vault(replace(self.settings, vault=self.given.vault))

    async def _target(self) -> Vault:
        return await self.session.vault(self.settings)

    def bad_value(self, entry: Entry, value: SecretText) -> str:
        """Why this value cannot be stored, one clause; empty if it can."""
        item = replace(entry.item, value=value)
        return bad_value(item, entry.key, self.versions.airflow, in_task=self._in_task)

    def with_warning(self, entry: Entry, value: SecretText) -> Entry:
        """The entry, which may have come from another vault, with what is odd about its value."""
        item = replace(entry.item, value=value)
        warning = odd_value(item, self.versions.airflow, in_task=self._in_task)
        return replace(entry, warning=warning)


def _is_from_vault(lookup: Simulation) -> bool:
    by = (lookup.result.answered_by or "").partition("@")[0]
    return lookup.result.outcome == "value" and by == "AzureKeyVaultBackend"


@dataclass(eq=False)
class _Writing:
    """The state of one write."""

    importer: Importer
    overwrite: Callable[[Entry], bool]
    target: Vault
    done: list[Imported]
    report: Report
    on_wait: OnWait | None
    stopped: Problem | None = None

    async def one(self, entry: Entry) -> None:
        """Does what is to be done for one entry; a problem is part of the result."""
        if entry.status not in (*WRITABLE, Status.SAME):
            found = Imported(entry, Outcome.LEFT_OUT)
        elif self.stopped is not None:
            found = Imported(entry, Outcome.NOT_TRIED)
        else:
            try:
                found = await self._store(entry)
            except ProblemError as error:
                found = Imported(entry, Outcome.FAILED, error.problem)
                if self._ends_all(error.problem):
                    self.stopped = error.problem
        self.done.append(found)
        self.report(len(self.done))

    def _ends_all(self, problem: Problem) -> bool:
        """Whether the next item would meet the same."""
        if problem.kind is ProblemKind.DENIED:
            return not any(each.outcome is Outcome.WRITTEN for each in self.done)
        of_this_one = problem.status is not None and problem.status not in (408, 429) and problem.status < 500
        return problem.kind is ProblemKind.SIGN_IN or (
            problem.kind is ProblemKind.UNREACHABLE and not of_this_one
        )

    async def _store(self, entry: Entry) -> Imported:
        entry = await self.importer.compared(entry)
        value = await self.importer.value(entry.item)
        if entry.status is Status.SAME:

            async def held(_: str) -> str:
                return value.reveal()

            read = None if self.importer.as_deployment else held
            return Imported(entry, Outcome.SAME, proof=await self.importer.prove(entry, value, read))
        if entry.status is Status.DIFFERS and not self.overwrite(entry):
            return Imported(entry, Outcome.KEPT)
        if why := self.importer.bad_value(entry, value):
            problem = Problem(f"{entry.key}: {why}.", "Correct it in the source.", ProblemKind.UNRESOLVED)
            return Imported(entry, Outcome.FAILED, problem)
        entry = self.importer.with_warning(entry, value)
        with self._counted_if_stopped(entry, Outcome.UNCONFIRMED):
            await self._put(entry.name, value)
        with self._counted_if_stopped(entry, Outcome.WRITTEN):
            return Imported(entry, Outcome.WRITTEN, proof=await self.importer.prove(entry, value))

    @contextmanager
    def _counted_if_stopped(self, entry: Entry, outcome: Outcome) -> Iterator[None]:
        """Puts an entry among what was done, with this outcome, if the import is stopped meanwhile."""
        try:
            yield
        except asyncio.CancelledError:
            self.done.append(Imported(entry, outcome))
            raise

    async def _put(self, name: str, value: SecretText) -> None:
        """Stores a value. Without an answer it may have arrived: the vault is asked before another try."""
        for left in reversed(range(TRIES)):
            try:
                await self.target.store(name, value, on_wait=self.on_wait)
            except ProblemError as error:
                problem = error.problem
                lost = problem.kind is ProblemKind.UNREACHABLE and problem.status in (
                    None,
                    500,
                    502,
                    503,
                    504,
                )
                if not lost:
                    raise
                if await self._has_arrived(name, value):
                    return
                if not left:
                    raise
            else:
                return

    async def _has_arrived(self, name: str, value: SecretText) -> bool:
        try:
            held = (await self.target.value(name)).value
        except ProblemError as error:
            if error.problem.status == 404:
                return False
            raise
        return self.importer.digests.of(held) == self.importer.digests.of(value)
