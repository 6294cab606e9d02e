"""The audit as text for people: the summary, then the keys by result, what fails first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kvtui.app.audit.judging import FAILING, OUTCOMES, Audit, ResolvedKey, UndecidedGroup
from kvtui.core.sanitize import path_shown
from kvtui.core.words import count, listed
from kvtui.dags.reader import Unreadable, Use
from kvtui.headless.audit_formats.result import AuditResult
from kvtui.headless.remedies import words

_MOST = 5
"""Lines of one kind that are printed without --verbose."""
_ASIDE = {
    "test": ", in a test",
    "main": ', under `if __name__ == "__main__"`',
    "known": ", known (in the baseline)",
    "caught": ", under `except KeyError`",
}
_TITLES = {
    "missing": "Missing",
    "unreachable": "Cannot be looked up",
    "resolves": "Resolved",
    "elsewhere": "Set outside the vault",
    "found": "Used",
}


def _some(places: Sequence[str], *, verbose: bool) -> str:
    """The first place, and how many more there are."""
    if verbose or len(places) < 2:
        return ", ".join(places)
    return f"{places[0]} and {len(places) - 1} more"


def lines(result: AuditResult, *, verbose: bool) -> Iterator[str]:
    """Every line: the summary first, then the keys by result; without `verbose` one place for each key."""
    report = result.report
    yield summary(result)
    yield from set_aside(result)
    if report.found_nothing:
        yield report.nothing_found
    yield from _files(
        "Cannot be read", [file for file in report.unreadable if file.fails or not file.by_looks]
    )
    for outcome in OUTCOMES:
        group = [each for each in report.judged if each.outcome == outcome]
        if group:
            yield f"{_TITLES[outcome]}: {len(group)}{_of_them(group, baseline=result.baseline is not None)}"
            for each in sorted(group, key=lambda key: not key.fails):
                yield from _lines(each, verbose=verbose)
    yield from _undecided(report, verbose=verbose)
    by_looks = [file for file in report.unreadable if file.by_looks]
    yield from _files("Do not parse (read as plain text)", by_looks)
    if report.collisions:
        yield f"Keys with the same secret: {len(report.collisions)}"
        for shared in report.collisions:
            keys = " and ".join(shared.keys)
            yield f"  {shared.secret_name}  {shared.kind}s {keys}"
    yield from _advice(report, verbose=verbose)
    if report.unused:
        yield f"Not used by this code: {len(report.unused)}"
        for name in report.unused[: None if verbose else _MOST]:
            yield f"  {name}"
        if len(report.unused) > _MOST and not verbose:
            yield f"  and {len(report.unused) - _MOST} more (--verbose lists them)"


def _of_them(group: list[ResolvedKey], *, baseline: bool) -> str:
    """How many of the keys fail, where not all of them do: ` (2 of them fail)`."""
    failing = sum(each.fails for each in group)
    if failing == len(group) or group[0].outcome not in FAILING:
        return ""
    if baseline:
        return f" ({count(failing, 'new failure')})"
    return f" ({failing or 'none'} of them {'fails' if failing < 2 else 'fail'})"


def _undecided(report: Audit, *, verbose: bool) -> Iterator[str]:
    """By reason, and within that by expression."""
    reasons: dict[str, list[UndecidedGroup]] = {}
    for group in report.undecided_groups:
        reasons.setdefault(group.why, []).append(group)
    if reasons:
        ignored = sum(bool(each.ignored) for each in report.undecided)
        yield f"Unknown until run time: {len(report.undecided)}" + (
            f", {ignored} of them ignored" if ignored else ""
        )
    for why, groups in sorted(reasons.items(), key=lambda item: -sum(len(each.places) for each in item[1])):
        yield f"  {count(sum(len(each.places) for each in groups), 'use')}: {why}"
        for group in groups[: None if verbose else _MOST]:
            yield f"      {group.kind} {group.expression}  {_some(group.places, verbose=verbose)}"
        if len(groups) > _MOST and not verbose:
            yield f"      and {count(len(groups) - _MOST, 'more expression')}"


def _advice(report: Audit, *, verbose: bool) -> Iterator[str]:
    if report.worth_changing:
        yield f"Worth changing: {len(report.worth_changing)}"
    for each in report.worth_changing:
        yield f"  {each.what} {each.fix}"
        yield f"      {_some(each.places, verbose=verbose)}"


def _files(title: str, files: list[Unreadable]) -> Iterator[str]:
    if files:
        yield f"{title}: {len(files)}"
        for file in files:
            yield f"  {file.file}:{file.line}  {file.why}"


def _lines(each: ResolvedKey, *, verbose: bool) -> Iterator[str]:
    """One key: its secret, its first place or every one, and why it does not resolve."""
    name = f"  {each.secret_name}" if each.secret_name else ""
    places = [str(place) for place in each.asked.places]
    if each.asked.places[0].through:
        places[0] += f" (through {each.asked.places[0].through})"
    first = "" if verbose else f"  {_some(places, verbose=False)}"
    why = each.why_harmless
    harmless = f"  ({why[0].lower()}{why[1:]})" if why and each.outcome == "found" else ""
    yield f'  {each.asked.kind} "{each.asked.key}"{name}{first}{harmless}'
    if each.outcome not in ("resolves", "found"):
        yield f"      {each.detail} {words(each.fix)}".rstrip()
    if why and each.outcome in FAILING:
        yield f"      {why}, so nothing fails."
    for place in each.asked.places if verbose else ():
        through = f", through {place.through}" if place.through else ""
        default = ", with a default" if place.default_given and not each.asked.default_given else ""
        yield f"      {place}  {place.how}{through}{default}{_aside(place)}"


def _aside(place: Use) -> str:
    return f", ignored: {place.reason}" if place.aside == "ignored" else _ASIDE.get(place.aside, "")


def summary(result: AuditResult) -> str:
    """What was read and found, and what it was compared with, in one line."""
    report, scanned = result.report, result.scanned
    counts = ", ".join(f"{report.count(outcome)} {how}" for outcome, how in _COUNTED)
    keys = count(len(report.judged), "key")
    found = f"{keys} used" if result.offline else f"{keys}: {counts}"
    unknown = f"{report.count('undecidable')} unknown until run time"
    read = f"{count(scanned.files, 'file')} read in {scanned.seconds:.1f} s. {found}; {unknown}."
    names = count(result.names, "secret name")
    if result.offline:
        return f"{read} Compared with no vault."
    if result.names_from:
        where = "stdin" if result.names_from == "-" else path_shown(result.names_from)
        return f"{read} Compared with {names} from {where}."
    return f"{read} Compared with {names}, listed by {result.asked_as}."


def set_aside(result: AuditResult) -> Iterator[str]:
    """What does not count: ignored places, known failures, entries of the baseline that are gone."""
    if result.ignored:
        yield f"Ignored: {count(result.ignored, 'use')}."
    if result.baseline is None:
        return
    yield f"Known failures, in {path_shown(result.baseline.file)}: {result.baseline.known}."
    gone = result.baseline.gone
    if gone:
        some = ", ".join(gone[:_MOST]) + (f" and {len(gone) - _MOST} more" if len(gone) > _MOST else "")
        entries = (
            "entry of the baseline no longer fails"
            if len(gone) == 1
            else "entries of the baseline no longer fail"
        )
        yield f"{len(gone):,} {entries}: {some}. --write-baseline updates it."


def failing(report: Audit) -> str:
    """What makes the exit code 5, in one line."""
    parts = []
    if report.failing:
        parts.append(f"{count(report.failing, 'key')} ({_kinds_of_failure(report)})")
    if report.unchecked:
        parts.append(f"{count(report.unchecked, 'Python file')} not checked")
    if report.found_nothing:
        what = report.nothing_found
        parts.append(f"{what[0].lower()}{what[1:-1]}")
    return f"Failed: {listed(parts)}."


def _kinds_of_failure(report: Audit) -> str:
    """`2 of the 3 missing, 1 cannot be looked up`: a missing key with a default does not fail."""
    words, parts = dict(_COUNTED), []
    for outcome in FAILING:
        found = [each.fails for each in report.judged if each.outcome == outcome]
        how = words[outcome] if all(found) else f"of the {len(found):,} {_OF[outcome]}"
        if any(found):
            parts.append(f"{sum(found):,} {how}")
    return ", ".join(parts)


_OF = {"missing": "missing", "unreachable": "that cannot be looked up"}
"""The outcomes in a sentence about some of their keys."""
_COUNTED = (
    ("missing", "missing"),
    ("unreachable", "cannot be looked up"),
    ("resolves", "resolved"),
    ("elsewhere", "set outside the vault"),
)
