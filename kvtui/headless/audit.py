"""`--audit PATH`: every variable and connection that the DAGs use, and whether each would resolve."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from kvtui.app.audit import audited, found_only, ignores_by_glob
from kvtui.app.exits import Exit
from kvtui.app.listed_names import ListedNames
from kvtui.app.session import Session, chosen_vault
from kvtui.azure.model import SecretName
from kvtui.core.sanitize import path_shown
from kvtui.core.words import count
from kvtui.dags.audit_config import config_around
from kvtui.dags.narrowing import only_in
from kvtui.dags.reader import Undecided, Unreadable
from kvtui.dags.resolving import OUTCOMES, Audit, Place, ResolvedKey
from kvtui.dags.scanning import Scanned
from kvtui.headless.audit_formats import github, junit, missing, sarif
from kvtui.headless.audit_formats.result import AuditResult, paths_from_root
from kvtui.headless.audit_inputs import (
    files_reported,
    names_given,
    paths_of,
    scan,
    with_baseline,
    without_vault,
)
from kvtui.headless.remedies import words
from kvtui.headless.request import Request, configuration_data, configured
from kvtui.headless.text import document, out, out_now, out_text, say, show_code
from kvtui.project.versions import versions_in_use
from kvtui.settings.model import From

_ASIDE = {"ignored": ", ignored: {}", "known": ", known (in the baseline)"}
_EVERY = 0.1
"""Seconds between two words of progress."""
_TITLES = {
    "missing": "Missing",
    "unreachable": "Unreachable",
    "resolves": "Resolves",
    "elsewhere": "Answered elsewhere",
    "found": "Found",
}


def run(request: Request) -> int:
    """Exits 5 if a key without a default is missing or unreachable, or a Python file cannot be read; else 0.

    What is ignored, and what the baseline knows, does not count. Raises `ProblemError`, also (usage) if there
    is nothing to audit.
    """
    given = tuple(map(Path, request.words("audit")))
    paths = paths_of(given, one_project=not request.text("project"))
    if _is_sample(request, given):
        paths = paths_of((request.project.directory,), one_project=True)
        say(f"note: There are no DAGs here. Auditing the demo's sample project: {paths.base}.")
    else:
        say(f"note: The project is {request.project.directory}.")
    config = config_around(paths.base)
    names, offline = names_given(request), request.flag("offline")
    files = files_reported(request, paths)
    versions = versions_in_use(request.settings, request.project)
    for note in (*config.warnings, *versions.notes):
        say(f"note: {note}")
    vault = str(request.settings.vault or (names.vault if names else ""))
    if offline or names is not None:
        request = replace(request, settings=without_vault(request.settings))
    request, chosen = configured(request, versions)
    if chosen.source is From.SETTINGS:
        chosen_vault(request.settings)
    elif not (offline or names):
        vault = str(request.settings.vault or "")
    glob = ignores_by_glob(request.settings, request.project, versions)
    work = partial(scan, paths, config, glob=glob)
    scanned, listed, who = asyncio.run(_gathered(request, work, names, offline=offline))
    for note in scanned.notes:
        say(f"note: {note}")
    report = found_only(scanned, chosen, versions) if offline else audited(scanned, listed, chosen, versions)
    from_root = paths_from_root(report, paths.base, paths.root)
    report, baseline = with_baseline(request, report, from_root)
    if files is not None:
        report = only_in(report, files)
    named = request.text("names")
    result = AuditResult(
        scanned, report, chosen, len(listed), who, named, vault, offline, from_root, baseline
    )
    _print_result(request, result)
    return Exit.UNRESOLVED if report.fails else Exit.OK


def _print_result(request: Request, result: AuditResult) -> None:
    """The one form that was asked for on stdout, the summary on stderr."""
    match request.text("missing") or request.text("format", "json" if request.json else "text"):
        case "json":
            document(_document(result))
        case "sarif":
            out_text(sarif.render(result))
        case "github":
            out_text(github.render(result))
        case "junit":
            out_text(junit.render(result))
        case "list":
            out_text(missing.render_list(result))
        case "script":
            vault = request.settings.vault if result.vault else None
            out_text(missing.render_script(result, vault.name if vault else ""))
        case _:
            _print(result.report)
    say(_summary(result))
    for line in _set_aside(result):
        say(line)
    if result.report.fails:
        say(_failing(result.report))


def _set_aside(result: AuditResult) -> Iterator[str]:
    """What does not count: ignored places, known failures, entries of the baseline that are gone."""
    if result.ignored:
        yield f"Ignored: {count(result.ignored, 'place')}."
    if result.baseline is not None:
        yield f"Known failures, in {result.baseline.file}: {result.baseline.known}."
        gone = result.baseline.gone
        if gone:
            some = ", ".join(gone[:_MOST_GONE])
            more = f" and {len(gone) - _MOST_GONE} more" if len(gone) > _MOST_GONE else ""
            yield (
                f"{count(len(gone), 'entry', 'entries')} of the baseline no longer "
                f"{'fails' if len(gone) == 1 else 'fail'}: {some}{more}. --write-baseline removes "
                f"{'it' if len(gone) == 1 else 'them'}."
            )


def _is_sample(request: Request, paths: tuple[Path, ...]) -> bool:
    """Whether the demo's own project is audited: for `.`, where nobody's project and no DAGs are."""
    if not request.flag("demo") or request.text("project") or paths != (Path(),):
        return False
    here = Path().resolve()
    return not (here.is_relative_to(request.project.directory) or (here / "dags").is_dir())


async def _gathered(
    request: Request, scan: Callable[..., Scanned], names: ListedNames | None, *, offline: bool
) -> tuple[Scanned, Sequence[SecretName], str]:
    """The files are read in a thread while the names are listed. Raises `ProblemError`."""
    progress = _Progress()
    scanning = asyncio.to_thread(scan, progress=progress)
    try:
        if names is not None:
            return await scanning, names.names, ""
        if offline:
            return await scanning, (), ""
        scanned, (listed, who) = await asyncio.gather(scanning, _names(request))
    except BaseException:
        progress.stopped = True
        raise
    finally:
        progress.clear()
    return scanned, listed, who


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


def _print(report: Audit) -> None:
    _print_files("Cannot be read", [file for file in report.unreadable if not file.by_looks])
    for outcome in OUTCOMES:
        group = [each for each in report.judged if each.outcome == outcome]
        if group:
            failing = sum(each.fails for each in group)
            harmless = f", {failing} of them without a default" if failing < len(group) else ""
            counted = f"{len(group)}{harmless if outcome in ('missing', 'unreachable') else ''}"
            out(f"{_TITLES[outcome]}: {counted}")
            for each in group:
                for line in _lines(each):
                    out(line)
    if report.undecided:
        out(f"Not decidable: {len(report.undecided)}")
        for place in report.undecided:
            out(f"  {place.file}:{place.line}  {place.kind} {place.expression}  {place.why}{_ignored(place)}")
    by_looks = [file for file in report.unreadable if file.by_looks]
    _print_files("Templates that do not parse (read as plain text)", by_looks)
    if report.collisions:
        out(f"Share a secret: {len(report.collisions)}")
        for shared in report.collisions:
            keys = " and ".join(shared.keys)
            out(f"  {shared.secret_name}  is the secret name of the {shared.kind}s {keys}")
    out_now()


def _ignored(each: Undecided) -> str:
    return _ASIDE["ignored"].format(each.ignored) if each.ignored else ""


def _print_files(title: str, files: list[Unreadable]) -> None:
    if files:
        out(f"{title}: {len(files)}")
        for file in files:
            out(f"  {file.file}:{file.line}  {file.why}")


def _lines(each: ResolvedKey) -> Iterator[str]:
    """One key: its secret, why not if so, and every place that asks for it."""
    name = f"  {each.secret_name}" if each.secret_name else ""
    yield f'  {each.asked.kind} "{each.asked.key}"{name}'
    if each.outcome not in ("resolves", "found"):
        yield f"      {each.detail} {words(each.fix)}".rstrip()
    if each.asked.default_given and each.outcome in ("missing", "unreachable"):
        yield "      Every place gives a default, so nothing fails."
    for place in each.asked.places:
        default = ", with a default" if place.default_given and not each.asked.default_given else ""
        yield f"      {place}  {place.how}{default}{_ASIDE.get(place.aside, '').format(place.reason)}"


def _summary(result: AuditResult) -> str:
    report, scanned = result.report, result.scanned
    counted = _COUNTED_OFFLINE if result.offline else _COUNTED
    counts = ", ".join(f"{report.count(outcome)} {words}" for outcome, words in counted)
    read = f"{count(scanned.files, 'file')} read in {scanned.seconds:.1f} s: {counts}."
    if result.offline:
        return f"{read} Compared with no vault."
    names = count(result.names, "name")
    if result.names_from:
        where = "stdin" if result.names_from == "-" else path_shown(result.names_from)
        return f"{read} Compared with {names} from {where}."
    return f"{read} Compared with {names} listed as {result.asked_as}."


def _failing(report: Audit) -> str:
    """What makes the exit code 5."""
    parts = []
    if report.failing:
        gets = "key gets" if report.failing == 1 else "keys get"
        parts.append(f"{report.failing} {gets} neither a value nor a default")
    if report.unchecked:
        files = "Python file was" if report.unchecked == 1 else "Python files were"
        parts.append(f"{report.unchecked} {files} not checked")
    return f"Failed: {', '.join(parts)}."


_COUNTED = (
    ("missing", "missing"),
    ("unreachable", "unreachable"),
    ("resolves", "resolve"),
    ("elsewhere", "answered elsewhere"),
    ("undecidable", "not decidable"),
)
_COUNTED_OFFLINE = (("found", "found"), ("undecidable", "not decidable"))
_MOST_GONE = 5
"""Entries of the baseline that are named."""


def _document(result: AuditResult) -> dict[str, object]:
    report, scanned, baseline = result.report, result.scanned, result.baseline
    outcomes = (*_COUNTED, _COUNTED_OFFLINE[0])
    return {
        "path": str(scanned.path),
        "files": scanned.files,
        "seconds": round(scanned.seconds, 3),
        "vault": result.vault,
        "asked_as": result.asked_as,
        "names_from": result.names_from,
        "uses": [
            {
                "kind": each.asked.kind,
                "key": each.asked.key,
                "verdict": each.outcome,
                "secret_name": each.secret_name,
                "detail": each.detail,
                "fix": words(each.fix),
                "default_given": each.asked.default_given,
                "fails": each.fails,
                "places": [_place(place) for place in each.asked.places],
            }
            for each in report.judged
        ],
        "undecidable": [asdict(place) for place in report.undecided],
        "unreadable": _files(report, by_looks=False),
        "by_looks": _files(report, by_looks=True),
        "collisions": [asdict(shared) for shared in report.collisions],
        "summary": {**{outcome: report.count(outcome) for outcome, _ in outcomes}, "ignored": result.ignored},
        "failing": {"keys": report.failing, "files": report.unchecked},
        "baseline": baseline
        and {"file": baseline.file, "known": baseline.known, "gone": list(baseline.gone)},
        "configuration": configuration_data(result.configuration),
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "file": place.file,
        "line": place.line,
        "how": place.how,
        "aside": place.aside,
        "reason": place.reason,
    }


def _files(report: Audit, *, by_looks: bool) -> list[dict[str, object]]:
    return [
        {"file": file.file, "line": file.line, "why": file.why}
        for file in report.unreadable
        if file.by_looks is by_looks
    ]
