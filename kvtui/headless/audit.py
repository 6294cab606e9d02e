"""`--audit PATH`: every variable and connection that the DAGs use, and whether each would resolve."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kvtui.app.audit import audited, ignores_by_glob
from kvtui.app.audit.advice import parse_time_words
from kvtui.app.audit.judging import OUTCOMES, Audit, ResolvedKey, UndecidedGroup
from kvtui.app.exits import Exit
from kvtui.app.session import Session, chosen_vault
from kvtui.azure.model import SecretName
from kvtui.core.words import count, listed
from kvtui.dags.reader import Unreadable
from kvtui.dags.scanning import Place, Scanned, scan_project
from kvtui.dags.walking import resolved
from kvtui.headless.remedies import words
from kvtui.headless.request import Request, configuration_data, configured
from kvtui.headless.text import document, out, out_now, say, show_code
from kvtui.project.versions import versions_in_use
from kvtui.settings.model import From

_EVERY = 0.1
"""Seconds between two words of progress."""
_MOST = 5
"""Lines of one kind that are printed without --verbose."""
_ASIDE = {"test": ", in a test", "main": ', under `if __name__ == "__main__"`'}
_TITLES = {
    "missing": "Missing",
    "unreachable": "Unreachable",
    "resolves": "Resolves",
    "elsewhere": "Answered elsewhere",
}


def run(request: Request) -> int:
    """Exits 5 if a key without a default is missing or unreachable, or a Python file cannot be read; else 0.

    Raises `ProblemError`, also (usage) if there is nothing to audit.
    """
    path = Path(request.text("audit"))
    resolved(path)
    if _is_sample(request, path):
        path = request.project.directory
        say(f"note: There are no DAGs here. Auditing the demo's sample project: {path}.")
    else:
        say(f"note: The project is {request.project.directory}.")
    versions = versions_in_use(request.settings, request.project)
    for note in versions.notes:
        say(f"note: {note}")
    request, chosen = configured(request, versions)
    if chosen.source is From.SETTINGS:
        chosen_vault(request.settings)
    glob = ignores_by_glob(request.settings, request.project, versions)
    scanned, names, who = asyncio.run(_gathered(request, path, glob=glob))
    report = audited(scanned, names, chosen, versions)
    for note in scanned.notes:
        say(f"note: {note}")
    if request.json:
        document({**_document(request, scanned, report, who), "configuration": configuration_data(chosen)})
    else:
        out(_summary(scanned, report, len(names), who))
        _print(report, verbose=request.flag("verbose"))
    if request.json:
        say(_summary(scanned, report, len(names), who))
    if report.fails:
        say(_failing(report))
    return Exit.UNRESOLVED if report.fails else Exit.OK


def _is_sample(request: Request, path: Path) -> bool:
    """Whether the demo's own project is audited: for `.`, where nobody's project and no DAGs are."""
    if not request.flag("demo") or request.text("project") or path != Path():
        return False
    here = Path().resolve()
    return not (here.is_relative_to(request.project.directory) or (here / "dags").is_dir())


async def _gathered(request: Request, path: Path, *, glob: bool) -> tuple[Scanned, list[SecretName], str]:
    """The files are read in a thread while the names are listed. Raises `ProblemError`."""
    progress = _Progress()
    scanning = asyncio.to_thread(scan_project, path, glob=glob, progress=progress)
    try:
        scanned, (names, who) = await asyncio.gather(scanning, _names(request))
    except BaseException:
        progress.stopped = True
        raise
    finally:
        progress.clear()
    return scanned, names, who


async def _names(request: Request) -> tuple[list[SecretName], str]:
    if request.settings.vault is None:  # of the files: no vault can be asked, and every key says why
        return [], "no one: the files name no vault that kvtui can ask"
    async with Session(show_code, on_demand=True) as session:
        vault = await session.vault(request.settings, deployment=request.as_deployment)
        names = [name async for page in vault.names() for name in page.items]
        return names, str(vault.identity)


@dataclass
class _Progress:
    """Counts on stderr, where that is a terminal."""

    stopped: bool = False
    _said: float = 0.0

    def __call__(self, done: int, total: int) -> bool:
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._said > _EVERY:
            self._said = now
            sys.stderr.write(f"\r{done} of {total} files read")
            sys.stderr.flush()
        return not self.stopped

    def clear(self) -> None:
        """Takes the last count off the terminal."""
        if self._said:
            sys.stderr.write("\r\x1b[K")


def _some(places: Sequence[str], *, verbose: bool) -> str:
    """The first place, and how many more there are."""
    if verbose or len(places) < 2:
        return ", ".join(places)
    return f"{places[0]} and {len(places) - 1} more"


def _print(report: Audit, *, verbose: bool) -> None:
    _print_files("Cannot be read", [file for file in report.unreadable if file.fails or not file.by_looks])
    for outcome in OUTCOMES:
        group = [each for each in report.judged if each.outcome == outcome]
        if group:
            failing = sum(each.fails for each in group)
            harmless = f" ({failing} without a default)" if failing < len(group) else ""
            counted = f"{len(group)}{harmless if outcome in ('missing', 'unreachable') else ''}"
            out(f"{_TITLES[outcome]}: {counted}")
            for each in sorted(group, key=lambda key: not key.fails):
                for line in _lines(each, verbose=verbose):
                    out(line)
    _print_undecided(report, verbose=verbose)
    by_looks = [file for file in report.unreadable if file.by_looks]
    _print_files("Do not parse (read as plain text)", by_looks)
    if report.collisions:
        out(f"Keys with the same secret: {len(report.collisions)}")
        for shared in report.collisions:
            keys = " and ".join(shared.keys)
            out(f"  {shared.secret_name}  {shared.kind}s {keys}")
    _print_advice(report, verbose=verbose)
    if report.unused:
        out(f"Not used by this code: {len(report.unused)}")
        for name in report.unused[: None if verbose else _MOST]:
            out(f"  {name}")
        if len(report.unused) > _MOST and not verbose:
            out(f"  and {len(report.unused) - _MOST} more (--verbose lists them)")
    out_now()


def _print_undecided(report: Audit, *, verbose: bool) -> None:
    """By reason, and within that by expression."""
    reasons: dict[str, list[UndecidedGroup]] = {}
    for group in report.undecided_groups:
        reasons.setdefault(group.why, []).append(group)
    if reasons:
        out(f"Unknown until run time: {len(report.undecided)}")
    for why, groups in sorted(reasons.items(), key=lambda item: -sum(len(each.places) for each in item[1])):
        out(f"  {why}: {sum(len(each.places) for each in groups)}")
        for group in groups[: None if verbose else _MOST]:
            out(f"      {group.kind} {group.expression}  {_some(group.places, verbose=verbose)}")
        if len(groups) > _MOST and not verbose:
            out(f"      and {len(groups) - _MOST} more expressions")


def _print_advice(report: Audit, *, verbose: bool) -> None:
    parsed = report.parse_time
    if parsed is None and not report.advice:
        return
    out(f"Worth changing: {len(report.advice) + (parsed is not None)}")
    for each in report.advice:
        out(f"  {each.what} {each.fix}")
        out(f"      {_some(each.places, verbose=verbose)}")
    if parsed is not None:
        out(f"  {parse_time_words(parsed)}")
        out(f"      {_some(parsed.places, verbose=verbose)}")


def _print_files(title: str, files: list[Unreadable]) -> None:
    if files:
        out(f"{title}: {len(files)}")
        for file in files:
            out(f"  {file.file}:{file.line}  {file.why}")


def _lines(each: ResolvedKey, *, verbose: bool) -> Iterator[str]:
    """One key: its secret, its first place or every one, and why it does not resolve."""
    name = f"  {each.secret_name}" if each.secret_name else ""
    places = [str(place) for place in each.asked.places]
    yield f'  {each.asked.kind} "{each.asked.key}"{name}' + (
        "" if verbose else f"  {_some(places, verbose=False)}"
    )
    if each.outcome != "resolves":
        yield f"      {each.detail} {words(each.fix)}".rstrip()
    if not each.asked.is_needed and each.outcome in ("missing", "unreachable"):
        why = (
            "Every use has a default"
            if each.asked.default_given
            else "Only tests, or places with a default, use it"
        )
        yield f"      {why}, so nothing fails."
    for place in each.asked.places if verbose else ():
        through = f", through {place.through}" if place.through else ""
        default = ", with a default" if place.default_given and not each.asked.default_given else ""
        yield f"      {place}  {place.how}{through}{default}{_ASIDE.get(place.aside, '')}"


def _summary(scanned: Scanned, report: Audit, names: int, who: str) -> str:
    counts = ", ".join(f"{report.count(outcome)} {counted}" for outcome, counted in _COUNTED)
    return (
        f"{count(scanned.files, 'file')} read in {scanned.seconds:.1f} s: {counts}. "
        f"Compared with {count(names, 'secret name')}, listed by {who}."
    )


def _failing(report: Audit) -> str:
    """What makes the exit code 5."""
    parts = []
    if report.failing:
        parts.append(f"{count(report.failing, 'key')} without a value or a default")
    if report.unchecked:
        parts.append(f"{count(report.unchecked, 'Python file')} not checked")
    if report.found_nothing:
        files = count(len(report.unread), "Python file")
        parts.append(f"nothing was found, and {files} outside the DAGs that import Airflow were not read")
    return f"Failed: {listed(parts)}."


_COUNTED = (
    ("missing", "missing"),
    ("unreachable", "unreachable"),
    ("resolves", "resolve"),
    ("elsewhere", "answered elsewhere"),
    ("undecidable", "unknown until run time"),
)


def _document(request: Request, scanned: Scanned, report: Audit, who: str) -> dict[str, object]:
    return {
        "path": str(scanned.path),
        "files": scanned.files,
        "seconds": round(scanned.seconds, 3),
        "vault": str(request.settings.vault or ""),
        "asked_as": who,
        "uses": [
            {
                "kind": each.asked.kind,
                "key": each.asked.key,
                "verdict": each.outcome,
                "secret_name": each.secret_name,
                "detail": each.detail,
                "fix": words(each.fix),
                "default_given": each.asked.default_given,
                "places": [_place(place) for place in each.asked.places],
                "fails": each.fails,
                "set_at": list(each.set_at),
            }
            for each in report.judged
        ],
        "undecidable": [asdict(place) for place in report.undecided],
        "unreadable": _files(report, by_looks=False),
        "by_looks": _files(report, by_looks=True),
        "collisions": [asdict(shared) for shared in report.collisions],
        "summary": {outcome: report.count(outcome) for outcome, _ in _COUNTED},
        "failing": {"keys": report.failing, "files": report.unchecked},
        "undecidable_groups": [asdict(group) for group in report.undecided_groups],
        "advice": [asdict(each) for each in report.advice],
        "parse_time": asdict(report.parse_time) if report.parse_time is not None else None,
        "unused": list(report.unused),
        "unread": list(report.unread),
        "notes": list(scanned.notes),
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "file": place.file,
        "line": place.line,
        "how": place.how,
        "default_given": place.default_given,
        "through": place.through,
        "aside": place.aside,
        "parse_time": place.parse_time,
    }


def _files(report: Audit, *, by_looks: bool) -> list[dict[str, object]]:
    return [
        {"file": file.file, "line": file.line, "why": file.why}
        for file in report.unreadable
        if file.by_looks is by_looks
    ]
