"""`--audit PATH`: every variable and connection that the DAGs use, and whether each would resolve."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kvtui.app.audit import audited, ignores_by_glob
from kvtui.app.exits import Exit
from kvtui.app.session import Session, chosen_vault
from kvtui.azure.model import SecretName
from kvtui.core.words import count, listed
from kvtui.dags.reader import Unreadable
from kvtui.dags.resolving import OUTCOMES, Audit, ResolvedKey
from kvtui.dags.scanning import Scanned, scan_project
from kvtui.dags.walking import resolved
from kvtui.headless.remedies import words
from kvtui.headless.request import Request, configuration_data, configured
from kvtui.headless.text import document, out, out_now, say, show_code
from kvtui.project.versions import versions_in_use
from kvtui.settings.model import From

_EVERY = 0.1
"""Seconds between two progress messages."""
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
        _print(report)
    say(_summary(scanned, report, len(names), who))
    if report.fails:
        say(_failing(report))
    return Exit.UNRESOLVED if report.fails else Exit.OK


def _is_sample(request: Request, path: Path) -> bool:
    """Whether to audit the demo's own project: for `.`, in a directory without a project and DAGs."""
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
    if request.settings.vault is None:  # from the files: no vault can be asked, and every key says why
        return [], "no one: the files name no vault that kvtui can ask"
    async with Session(show_code, on_demand=True) as session:
        vault = await session.vault(request.settings, deployment=request.as_deployment)
        names = [name async for page in vault.names() for name in page.items]
        return names, str(vault.identity)


@dataclass
class _Progress:
    """Progress on stderr, if that is a terminal."""

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
        """Erases the last progress message."""
        if self._said:
            sys.stderr.write("\r\x1b[K")


def _print(report: Audit) -> None:
    _print_files("Cannot be read", [file for file in report.unreadable if not file.by_looks])
    for outcome in OUTCOMES:
        group = [each for each in report.judged if each.outcome == outcome]
        if group:
            failing = sum(each.fails for each in group)
            harmless = f" ({failing} without a default)" if failing < len(group) else ""
            counted = f"{len(group)}{harmless if outcome in ('missing', 'unreachable') else ''}"
            out(f"{_TITLES[outcome]}: {counted}")
            for each in group:
                for line in _lines(each):
                    out(line)
    if report.undecided:
        out(f"Unknown until run time: {len(report.undecided)}")
        for place in report.undecided:
            out(f"  {place.file}:{place.line}  {place.kind} {place.expression}  {place.why}")
    by_looks = [file for file in report.unreadable if file.by_looks]
    _print_files("Templates that do not parse (read as plain text)", by_looks)
    if report.collisions:
        out(f"Keys with the same secret: {len(report.collisions)}")
        for shared in report.collisions:
            keys = " and ".join(shared.keys)
            out(f"  {shared.secret_name}  {shared.kind}s {keys}")
    out_now()


def _print_files(title: str, files: list[Unreadable]) -> None:
    if files:
        out(f"{title}: {len(files)}")
        for file in files:
            out(f"  {file.file}:{file.line}  {file.why}")


def _lines(each: ResolvedKey) -> Iterator[str]:
    """One key: its secret, why it has none, and every use of it."""
    name = f"  {each.secret_name}" if each.secret_name else ""
    yield f'  {each.asked.kind} "{each.asked.key}"{name}'
    if each.outcome != "resolves":
        yield f"      {each.detail} {words(each.fix)}".rstrip()
    if each.asked.default_given and each.outcome in ("missing", "unreachable"):
        yield "      Every use has a default, so nothing fails."
    for place in each.asked.places:
        default = ", with a default" if place.default_given and not each.asked.default_given else ""
        yield f"      {place}  {place.how}{default}"


def _summary(scanned: Scanned, report: Audit, names: int, who: str) -> str:
    counts = ", ".join(f"{report.count(outcome)} {counted}" for outcome, counted in _COUNTED)
    return (
        f"{count(scanned.files, 'file')} read in {scanned.seconds:.1f} s: {counts}. "
        f"Compared with {count(names, 'secret name')}, listed by {who}."
    )


def _failing(report: Audit) -> str:
    """Why the exit code is 5."""
    parts = []
    if report.failing:
        parts.append(f"{count(report.failing, 'key')} without a value or a default")
    if report.unchecked:
        parts.append(f"{count(report.unchecked, 'Python file')} not checked")
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
                "places": [
                    {"file": place.file, "line": place.line, "how": place.how} for place in each.asked.places
                ],
            }
            for each in report.judged
        ],
        "undecidable": [asdict(place) for place in report.undecided],
        "unreadable": _files(report, by_looks=False),
        "by_looks": _files(report, by_looks=True),
        "collisions": [asdict(shared) for shared in report.collisions],
        "summary": {outcome: report.count(outcome) for outcome, _ in _COUNTED},
        "failing": {"keys": report.failing, "files": report.unchecked},
    }


def _files(report: Audit, *, by_looks: bool) -> list[dict[str, object]]:
    return [
        {"file": file.file, "line": file.line, "why": file.why}
        for file in report.unreadable
        if file.by_looks is by_looks
    ]
