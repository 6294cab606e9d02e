"""`--compare VAULT|FILE|DIR`: the vault beside another one, a list of names or the DAGs, by key."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kvtui.airflow.naming import Naming
from kvtui.app.compare.keys import (
    ComparedKey,
    Comparison,
    Difference,
    Status,
    ValueResult,
    compare,
    left_out_words,
    with_values,
)
from kvtui.app.compare.sides import (
    IN_CODE,
    STDIN,
    Chosen,
    Side,
    SideKind,
    chosen,
    dags_side,
    in_order,
    names_side,
    vault_side,
)
from kvtui.app.exits import Exit
from kvtui.app.session import Session, chosen_vault
from kvtui.azure.model import SecretName
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.words import count
from kvtui.headless.request import Request
from kvtui.headless.text import document, out, out_now, say, show_code, stamp
from kvtui.settings.model import Kind, Settings

_TITLES = {
    Status.ONLY_HERE: "Only in {here}",
    Status.ONLY_THERE: "Only in {there}",
    Status.DIFFERS: "Different",
}
_NO_VALUES = "Values were not compared (--values compares them)."
_DIFFERENT = {
    Difference.DISABLED_HERE: "disabled in {here}",
    Difference.DISABLED_THERE: "disabled in {there}",
    Difference.EXPIRED_HERE: "expired in {here}",
    Difference.EXPIRED_THERE: "expired in {there}",
    Difference.NOT_YET_VALID_HERE: "not yet valid in {here}",
    Difference.NOT_YET_VALID_THERE: "not yet valid in {there}",
    Difference.VALUE: "values differ",
}


@dataclass(frozen=True, slots=True)
class _Result:
    """What is printed."""

    given: Chosen
    here: Side
    there: Side
    comparison: Comparison
    values: bool

    def words(self, text: str) -> str:
        """A text with the names of both sides."""
        return text.format(here=self.here.label, there=self.there.label)


def run(request: Request) -> int:
    """Prints every key that is on one side only or differs; exits 5 if there is one.

    Raises `ProblemError`, also (usage) for something that cannot be compared.
    """
    chosen_vault(request.settings)
    given = chosen(_named(request), request.settings)
    if request.flag("values") and given.kind is not SideKind.VAULT:
        what = f"{given.label} has no values: only those of two vaults can be compared."
        raise ProblemError(Problem(what, "Leave --values out, or name a vault.", ProblemKind.USAGE))
    result = asyncio.run(_compare(request, given))
    if request.json:
        document(_data(result))
    else:
        for line in _lines(result):
            out(line)
        out_now()
    say(_summary(result))
    return Exit.UNRESOLVED if result.comparison.differs else Exit.OK


def _named(request: Request) -> str:
    """What to compare with; in the demo a path that is not here is one of its sample project."""
    from kvtui.headless.audit_inputs import means_sample

    named = request.text("compare")
    if means_sample(request, (Path(named),)):
        found = request.project.directory
        say(f"note: There are no DAGs here. Comparing with the demo's sample project: {found}.")
        return str(found)
    if request.sample and named != STDIN and not os.path.lexists(Path(named).expanduser()):
        of_sample = request.project.directory / named
        if named and of_sample.exists():
            say(f"note: {named} is not here. Comparing with that of the demo's sample project: {of_sample}.")
            return str(of_sample)
    return named


async def _compare(request: Request, given: Chosen) -> _Result:
    settings, deployment = request.settings, request.as_deployment
    named = names_side(given) if given.kind is SideKind.NAMES else None
    async with Session(show_code, on_demand=True) as session:
        here = await vault_side(session, settings, deployment=deployment)
        say(f"{here.label}: {count(len(here.names), 'name')}, listed as {here.identity}.")
        match given.kind:
            case SideKind.VAULT:
                there = await vault_side(session, given.settings(settings), deployment=deployment)
                say(f"{there.label}: {count(len(there.names), 'name')}, listed as {there.identity}.")
            case SideKind.DAGS:
                there = await asyncio.to_thread(_dags, request, given, here.names)
            case _:
                there = named or names_side(given)
        kinds = IN_CODE if given.kind is SideKind.DAGS else tuple(Kind)
        found = compare(here.names, there.names, Naming.of(settings), datetime.now(UTC), kinds)
        if request.flag("values"):
            found = await _with_values(session, settings, given, found, deployment=deployment)
    return _Result(given, here, there, found, request.flag("values"))


async def _with_values(
    session: Session, settings: Settings, given: Chosen, found: Comparison, *, deployment: bool
) -> Comparison:
    from kvtui.app.compare.values import compare_values

    here = await session.vault(settings, deployment=deployment)
    there = await session.vault(given.settings(settings), deployment=deployment)
    values = await compare_values(here, there, found.readable, _progress(len(found.readable)))
    return with_values(found, values)


def _progress(total: int) -> Callable[[int], None]:
    """Counts on stderr, where that is a terminal."""

    def show(done: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} of {total} values compared" if done < total else "\r\x1b[K")
            sys.stderr.flush()

    return show


def _dags(request: Request, given: Chosen, names: tuple[SecretName, ...]) -> Side:
    """What the code uses, read and judged as the audit does."""
    from kvtui.headless.audit_inputs import used_in

    report = used_in(request, Path(given.text), names)
    if report.undecided:
        places = count(len(report.undecided), "place in the DAGs computes", "places in the DAGs compute")
        say(f"note: {places} a key at run time: kvtui cannot say which secret is used there.")
    return dags_side(given, report)


def _lines(result: _Result) -> Iterator[str]:
    width = max((len(each.key) for each in result.comparison.keys), default=0)
    for status in in_order(result.there):
        keys = result.comparison.of(status) if status in _TITLES else ()
        if not keys:
            continue
        yield f"{result.words(_TITLES[status])}: {len(keys)}"
        for each in keys:
            why = f"  {_why(result, each)}" if each.differences else ""
            yield f"  {each.kind:<10}  {each.key:<{min(width, 40)}}  {each.name}{why}"


def _why(result: _Result, key: ComparedKey) -> str:
    return ", ".join(result.words(_DIFFERENT[each]) for each in key.differences)


def _summary(result: _Result) -> str:
    found = result.comparison
    counts = found.counts()
    here, there, differ, same = (counts[status] for status in Status)
    vaults = result.given.kind is SideKind.VAULT
    words = [
        result.words(f"{count(here, 'key')} only in {{here}}, {there} only in {{there}}"),
        *([f"{differ} different"] if vaults or differ else []),
    ]
    if not vaults:
        words.append(f"{same} in both without a difference." if differ else f"{same} in both.")
    elif result.values:
        words.append(f"{same} the same.")
    else:
        words.append(f"{same} with the same name and state. {_NO_VALUES}")
    said = " ".join(filter(None, (", ".join(words), left_out_words(found))))
    unread = sum(each.value is ValueResult.UNREADABLE for each in found.keys)
    if unread:
        said += f" {count(unread, 'value')} could not be read."
    return said


def _data(result: _Result) -> dict[str, object]:
    found = result.comparison
    return {
        "here": _side(result.here),
        "there": _side(result.there),
        "differs": found.differs,
        "values_compared": result.values,
        "summary": {str(status): number for status, number in found.counts().items()},
        "not_compared": found.left_out,
        "keys": [
            {
                "kind": each.kind,
                "key": each.key,
                "status": each.status,
                "differences": list(each.differences),
                "value": each.value,
                "here": _secret(each.here),
                "there": _secret(each.there),
            }
            for each in found.keys
        ],
    }


def _side(side: Side) -> dict[str, object]:
    return {
        "from": side.kind,
        "label": side.label,
        "vault": side.vault,
        "identity": side.identity,
        "names": len(side.names),
    }


def _secret(secret: SecretName | None) -> dict[str, object] | None:
    if secret is None:
        return None
    return {"name": secret.name, "enabled": secret.enabled, "expires": stamp(secret.expires)}
