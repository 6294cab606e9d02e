"""What each variable and connection of a project's code would get, judged only by the vault's names.

Every key goes through `simulate`, so that the audit and a lookup cannot disagree: a name that the vault
lists counts as a value, a disabled one as denied, any other as absent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from kvtui.airflow.backend import Backend, StartError, build_backend, looks_up_as_task
from kvtui.airflow.model import Simulation, Step
from kvtui.airflow.naming import Naming, fault, is_legal
from kvtui.airflow.nearby import NearMiss, collisions, comparable, likely, near_misses
from kvtui.airflow.simulation import simulate
from kvtui.airflow.vault_errors import VaultError
from kvtui.app.audit.advice import Advice, ParseTime, of_parse_time
from kvtui.app.audit.harmless import why_harmless
from kvtui.core.remedies import HOW, Do, Remedy, Sentences
from kvtui.core.words import count
from kvtui.dags.reader import Undecided, Unreadable, Use
from kvtui.dags.scanning import AskedKey
from kvtui.settings.model import Context, Kind

FAILING = ("missing", "unreachable")
"""The outcomes of a key that has no value."""
OUTCOMES = ("missing", "unreachable", "resolves", "elsewhere", "found")
"""In the order of a report. `found`: it was not compared with any names."""
PRESENT = "{}"
"""In place of a value that is not fetched: JSON, and a connection that Airflow can read."""
READ_IT = "Audit the folder of these files, or name it as one of the folders in the audit's configuration."
"""What to do about files that import Airflow and were not read."""
_MOST_COMPARED = 20_000_000
"""Pairs of a missing key and a name that are compared; near misses of further keys are not searched."""
_LOOK_UP = Remedy(Do.LOOK_UP, f"Look the key up {HOW}.")


@dataclass(frozen=True, slots=True)
class ResolvedKey:
    """One key and what Airflow would answer."""

    asked: AskedKey
    outcome: str
    """One of `OUTCOMES`."""
    secret_name: str | None
    """The name that the vault is asked for; None if the backend builds no name."""
    detail: str
    fix: str = ""
    disabled: bool = False
    """The vault lists it as disabled, and denies it."""
    near: tuple[NearMiss, ...] = ()
    set_at: tuple[str, ...] = ()
    """Where the project's code stores the variable itself, so that the metastore may answer."""

    @property
    def fails(self) -> bool:
        """Whether some place has no value and no default."""
        return self.outcome in ("missing", "unreachable") and self.asked.is_needed and not self.set_at

    @property
    def why_harmless(self) -> str:
        """Why nothing fails by it without a value, a sentence without its period; empty: it is needed."""
        return why_harmless(self.asked, self.set_at)


@dataclass(frozen=True, slots=True)
class Collision:
    """Keys of the project with the same secret name."""

    kind: str
    secret_name: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UndecidedGroup:
    """Places that ask by the same expression, for the same reason not decidable."""

    kind: str
    expression: str
    why: str
    places: tuple[str, ...]


def grouped(undecided: Iterable[Undecided]) -> tuple[UndecidedGroup, ...]:
    """Places that are not decidable, those of the same expression together; the largest groups first."""
    groups: dict[tuple[str, str, str], dict[str, None]] = {}
    for each in undecided:
        places = groups.setdefault((each.why, each.kind, each.expression), {})
        places[f"{each.file}:{each.line}"] = None
    found = [
        UndecidedGroup(kind, expression, why, tuple(places))
        for (why, kind, expression), places in groups.items()
    ]
    return tuple(sorted(found, key=lambda each: -len(each.places)))


@dataclass(frozen=True)
class Audit:
    """The whole report."""

    judged: tuple[ResolvedKey, ...] = ()
    """Missing first; within an outcome by kind and key."""
    undecided: tuple[Undecided, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    collisions: tuple[Collision, ...] = ()
    advice: tuple[Advice, ...] = ()
    parse_time: ParseTime | None = None
    """What is looked up whenever the scheduler reads the files; None if nothing is."""
    unused: tuple[str, ...] = ()
    """Secrets under the prefixes of variables and connections that no key in the code maps to."""
    unread: tuple[str, ...] = ()
    """Python files that import Airflow, and that were not read."""

    @property
    def fails(self) -> bool:
        """Whether a key without a default is missing or unreachable, or what files use was not checked."""
        return bool(self.failing or self.unchecked or self.found_nothing)

    @property
    def found_nothing(self) -> bool:
        """Nothing was found, and there are files that import Airflow and were not read."""
        return bool(self.unread) and not self.judged and not self.undecided

    @property
    def nothing_found(self) -> Sentences:
        """What was not read where nothing was found, and what to do."""
        files = count(
            len(self.unread),
            "Python file outside the DAGs that imports Airflow was",
            "Python files outside the DAGs that import Airflow were",
        )
        return Sentences(f"Nothing was found, and {files} not read.", READ_IT)

    @cached_property
    def undecided_groups(self) -> tuple[UndecidedGroup, ...]:
        """Places that are not decidable, those of the same expression together."""
        return grouped(self.undecided)

    @property
    def worth_changing(self) -> tuple[Advice, ...]:
        """All advice, that about lookups at parse time last."""
        return (*self.advice, *((of_parse_time(self.parse_time),) if self.parse_time else ()))

    @property
    def failing(self) -> int:
        """How many keys get, at some place, neither a value nor a default."""
        return sum(each.fails for each in self.judged)

    @property
    def unchecked(self) -> int:
        """How many Python files cannot be read."""
        return sum(each.fails for each in self.unreadable)

    def count(self, outcome: str) -> int:
        """How many keys have that outcome; for `undecidable`, how many places."""
        if outcome == "undecidable":
            return len(self.undecided)
        return Counter(each.outcome for each in self.judged)[outcome]


def resolve_keys(
    keys: Iterable[AskedKey],
    *,
    environment: Mapping[str, str],
    names: Mapping[str, bool],
    airflow_version: str,
    provider_version: str,
    context: Context = Context.TASK,
    platform: str = "",
    set_at: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[tuple[ResolvedKey, ...], tuple[Collision, ...]]:
    """The outcome on each key, and the keys that share a secret.

    `environment` is the deployed one, `names` the vault's names with whether each is enabled, `platform` as
    for `simulate`, `set_at` where the code stores a variable. Raises `ProblemError` (usage) for an invalid
    version.
    """
    resolver = _Resolver(environment, names, airflow_version, provider_version, context, platform)
    asked = list(keys)
    resolved = [_stored(resolver.one(each), set_at) for each in asked]
    resolved.sort(key=lambda each: (OUTCOMES.index(each.outcome), each.asked.kind, each.asked.key))
    return tuple(resolved), tuple(resolver.collisions(asked))


def _stored(judged: ResolvedKey, set_at: Mapping[str, tuple[str, ...]]) -> ResolvedKey:
    places = set_at.get(judged.asked.key, ()) if judged.asked.kind == "variable" else ()
    if not places or judged.outcome not in ("missing", "unreachable"):
        return judged
    why = f"The code stores it ({places[0]}): Airflow's metastore answers once that has run."
    return replace(
        judged, detail=f"{judged.detail} {why}", fix=judged.fix if judged.near else "", set_at=places
    )


class _Resolver:
    """What is the same for every key."""

    def __init__(
        self,
        environment: Mapping[str, str],
        names: Mapping[str, bool],
        airflow_version: str,
        provider_version: str,
        context: Context,
        platform: str,
    ) -> None:
        self.environment = environment
        self.names = comparable(names)
        self.enabled = {name.lower(): enabled for name, enabled in names.items()}
        self.versions = (airflow_version, provider_version)
        self.context = context
        self.platform = platform
        self.compared = 0
        worker = looks_up_as_task(context, airflow_version)
        self.raises_runtime_error = worker
        self.backend: Backend | None = None
        self.never = ""
        """Why Airflow never asks a vault."""
        try:
            self.backend = build_backend(environment, airflow_version, provider_version, worker=worker)
        except StartError as error:
            self.never = error.headline or str(error)
        else:
            if self.backend is None or not self.backend.is_vault:
                self.never = "Airflow's secrets backend is not Azure Key Vault."

    async def _read(self, name: str) -> str | None:
        enabled = self.enabled.get(name.lower())
        if enabled is False:
            raise VaultError(403, "SecretDisabled", "The secret is disabled.")
        return PRESENT if enabled else None

    def one(self, asked: AskedKey) -> ResolvedKey:
        """The outcome on one key."""
        if asked.kind == "variable" and not self.raises_runtime_error:
            asked = replace(asked, places=tuple(map(_caught, asked.places)))
        judged = self._judged(asked)
        caught = [each.key_error for each in asked.places if each.key_error and not each.default_given]
        if not (caught and judged.fails and asked.kind == "variable" and self.raises_runtime_error):
            return judged
        why = (
            "In a task of Airflow 3 a missing variable raises AirflowRuntimeError, which the "
            f"`except KeyError` at {caught[0]} does not catch: catch it, too, or give a default."
        )
        return replace(judged, fix=Sentences(judged.fix, why))

    def _judged(self, asked: AskedKey) -> ResolvedKey:
        found = _finished(
            simulate(
                self.environment,
                asked.key,
                kind=Kind(asked.kind),
                airflow_version=self.versions[0],
                provider_version=self.versions[1],
                context=self.context,
                read=self._read,
                platform=self.platform,
            )
        )
        if found.result.outcome == "value":
            return self._answered(asked, found)
        step = next((step for step in found.steps if step.backend == "AzureKeyVaultBackend"), None)
        if self.never or step is None:
            why = self.never or "Airflow does not ask the vault."
            return ResolvedKey(asked, "missing", found.secret_name, why, "Set the backend up first.")
        if step.outcome == "absent":
            return self._missing(asked, found.secret_name or "")
        if step.outcome == "refused":
            detail = f"{step.asked} is disabled in the vault: Airflow gets a 403."
            fix = f"Enable the secret {step.asked}."
            return ResolvedKey(asked, "unreachable", step.asked, detail, fix, disabled=True)
        if found.secret_name is not None and is_legal(found.secret_name) and not step.asked:
            return ResolvedKey(
                asked, "missing", found.secret_name, _sentence(step.detail), "Look at the settings."
            )
        return self._unreachable(asked, found, step)

    def _answered(self, asked: AskedKey, found: Simulation) -> ResolvedKey:
        by = (found.result.answered_by or "").partition("@")[0]
        if by == "AzureKeyVaultBackend":
            return ResolvedKey(asked, "resolves", found.secret_name, "The vault has this secret.")
        where = next((step.asked for step in found.steps if step.backend == by and step.asked), by)
        return ResolvedKey(
            asked, "elsewhere", found.secret_name, f"{where} is set in the project; the vault has none."
        )

    def _missing(self, asked: AskedKey, name: str) -> ResolvedKey:
        near = self._near(asked)
        if near:
            detail = f"The vault has {near[0].name}: {near[0].why}."
            return ResolvedKey(asked, "missing", name, detail, near[0].fix, near=near)
        return ResolvedKey(
            asked, "missing", name, "The vault has no such secret.", f"Store the value as {name}."
        )

    def _unreachable(self, asked: AskedKey, found: Simulation, step: Step) -> ResolvedKey:
        name = found.secret_name
        if self.backend is not None and self.backend.naming.prefix(Kind(asked.kind)) is None:
            detail, fix = step.detail, f"Set a prefix for {asked.kind}s."
        elif name is not None and not is_legal(name):
            detail = f"Key Vault cannot hold {name}: {fault(name)}"
            fix = "Rename the key: use only letters, digits, - and _."
        elif name is None:
            detail, fix = step.detail, "Rename the key, or take provider 14.1.0 or newer."
        else:
            return ResolvedKey(asked, "unreachable", name, _sentence(step.detail), _LOOK_UP)
        return ResolvedKey(asked, "unreachable", name, _sentence(detail), fix)

    def _near(self, asked: AskedKey) -> tuple[NearMiss, ...]:
        """Names that were perhaps meant; not searched for once very many pairs were compared."""
        self.compared += len(self.names)
        naming = self._naming()
        if naming is None or self.compared > _MOST_COMPARED:
            return ()
        among = likely(asked.key, self.names)
        return near_misses(asked.key, Kind(asked.kind), naming, among, limit=3)

    def _naming(self) -> Naming | None:
        """The backend's, where its prefixes and separator are text."""
        backend = self.backend
        return backend.naming if backend and backend.is_vault and backend.naming.is_text else None

    def collisions(self, keys: Sequence[AskedKey]) -> Iterable[Collision]:
        """The project's keys with the same secret name."""
        naming = self._naming()
        if naming is None:
            return
        for kind in (Kind.VARIABLE, Kind.CONNECTION):
            own = [each.key for each in keys if each.kind == kind]
            for name, sharing in collisions(own, kind, naming):
                yield Collision(kind, name, sharing)


def _caught(place: Use) -> Use:
    """The same where a `KeyError` is raised: nothing fails by a place that catches it."""
    return place._replace(aside=place.aside or "caught") if place.key_error else place


def _finished(simulation: Coroutine[object, object, Simulation]) -> Simulation:
    """The result of a simulation whose reader never waits, without an event loop."""
    try:
        simulation.send(None)
    except StopIteration as done:
        result: Simulation = done.value
        return result
    raise RuntimeError("a caller with names does not wait")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".") + "."
