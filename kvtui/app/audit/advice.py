"""What in the DAGs' code is worth changing, beside keys that do not resolve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.airflow import rules
from kvtui.airflow.backend import Backend
from kvtui.core.words import count
from kvtui.dags.reader import Hint, Undecided, Use
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.app.audit.judging import ResolvedKey

_INTERVAL = (
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL",
    "AIRFLOW__SCHEDULER__MIN_FILE_PROCESS_INTERVAL",
)
"""The option of Airflow 3, and of 2."""
_DEFAULT_INTERVAL = 30
_CACHE, _CACHE_SECONDS = "AIRFLOW__SECRETS__USE_CACHE", "AIRFLOW__SECRETS__CACHE_TTL_SECONDS"
_DEFAULT_CACHE_SECONDS = 900
_HOUR = 3600
_KINDS = (Kind.VARIABLE, Kind.CONNECTION)


@dataclass(frozen=True, slots=True)
class Advice:
    """One kind of advice, with the places that it is about."""

    kind: str
    """`backend`, `set`, `deferrable` or `parse-time`."""
    what: str
    fix: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParseTime:
    """Lookups that are made whenever the scheduler reads the files."""

    places: tuple[str, ...]
    """Each line once: several keys may be looked up on it."""
    lookups: int
    """Of each key at each of its places."""
    requests_per_hour: int
    """Estimated: places, times the DAG files that load each, times readings an hour."""
    interval: int
    """Seconds between two readings of one file."""
    cached: bool
    """Airflow keeps values between them."""


def of_parse_time(found: ParseTime) -> Advice:
    """What the lookups at parse time cost, and what to do."""
    how = "with Airflow's cache" if found.cached else f"every file is read every {found.interval} s"
    where = f" on {count(len(found.places), 'line')}" if len(found.places) != found.lookups else ""
    lookups = f"{count(found.lookups, 'lookup')}{where} {'runs' if found.lookups == 1 else 'run'}"
    what = (
        f"{lookups} whenever the scheduler reads the DAG files: about "
        f"{count(found.requests_per_hour, 'request')} to the vault an hour ({how})."
    )
    return Advice("parse-time", what, "Look up inside tasks, or in templates.", found.places)


def parse_time(
    judged: Iterable[ResolvedKey],
    undecided: Iterable[Undecided],
    environment: Mapping[str, str],
    airflow_version: str,
    backend: Backend | None,
) -> ParseTime | None:
    """What reading the files asks the vault for, whether the key is known or not; None if for nothing."""
    asked = [
        (key, place) for key in judged for place in key.asked.places if place.parse_time and key.secret_name
    ]
    naming = backend.naming if backend is not None and backend.is_vault else None
    unknown = [
        each for each in undecided if each.loads and naming and naming.prefix(Kind(each.kind)) is not None
    ]
    if not asked and not unknown:
        return None
    option = _INTERVAL[not rules.TASK_SDK.holds(airflow_version)]
    interval = _number(environment.get(option, ""), _DEFAULT_INTERVAL)
    cached = environment.get(_CACHE, "").strip().lower() in ("true", "1", "t", "yes")
    every = max(1, interval)
    if cached:
        every = max(every, _number(environment.get(_CACHE_SECONDS, ""), _DEFAULT_CACHE_SECONDS))
    found: list[Use | Undecided] = [*(place for _, place in asked), *unknown]
    made = sum(place.loads for place in found)
    if cached:
        made = len({key.secret_name for key, _ in asked} | {(each.kind, each.expression) for each in unknown})
    places = tuple(dict.fromkeys(f"{place.file}:{place.line}" for place in found))
    return ParseTime(places, len(found), made * _HOUR // every, interval, cached)


def advice(hints: Sequence[Hint], judged: Iterable[ResolvedKey], airflow_version: str) -> tuple[Advice, ...]:
    """What the code does that does not work, or costs more than it seems."""
    answered = {key.asked.key for key in judged if key.asked.kind == "variable" and key.outcome == "resolves"}
    out = []
    if made := _places(hints, "backend"):
        what = "AzureKeyVaultBackend is created in the code: it signs in and asks the vault by itself."
        out.append(Advice("backend", what, "Use Variable.get or a connection id.", made))
    for key in dict.fromkeys(hint.key for hint in hints if hint.kind == "set" and hint.key in answered):
        what = (
            f'Variable.set("{key}") has no effect: it writes to the metastore, and the vault answers first.'
        )
        places = _places([hint for hint in hints if hint.key == key], "set")
        out.append(
            Advice("set", what, "Use a key that is not in the vault, or store the value there.", places)
        )
    deferring = _places(hints, "deferrable")
    if deferring and (why := _about_triggers(airflow_version)):
        fix = "Update Airflow, or set deferrable=False for operators that look up in their trigger."
        out.append(Advice("deferrable", why, fix, deferring))
    return tuple(out)


def _about_triggers(version: str) -> str:
    what = f"deferrable=True: in Airflow {version} a trigger that looks up in its event loop "
    if rules.TRIGGER_LOSES_VALUES.holds(version):
        return what + "gets a RuntimeError, also for what the vault has."
    if rules.TRIGGER_CANNOT_ASK_SERVER.holds(version):
        return what + "gets a RuntimeError for what the vault does not have."
    if rules.TRIGGER_VARIABLES_NOT_ASKED.holds(version):
        return what + "does not find variables of the metastore; it finds those of the vault."
    return ""


def unused(judged: Iterable[ResolvedKey], names: Iterable[str], backend: Backend | None) -> tuple[str, ...]:
    """The vault's names under the backend's prefixes that no key in the code maps to."""
    if backend is None or not backend.is_vault or not backend.naming.is_text:
        return ()
    starts = tuple(filter(None, (backend.naming.built(kind, "").lower() for kind in _KINDS)))
    used = {key.secret_name.lower() for key in judged if key.secret_name}
    return tuple(
        sorted(
            name for name in names if starts and name.lower().startswith(starts) and name.lower() not in used
        )
    )


def _places(hints: Iterable[Hint], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{hint.file}:{hint.line}" for hint in hints if hint.kind == kind))


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.strip().isdecimal() else otherwise
