"""`--audit PATH…`: every variable and connection that the DAGs use, and whether each would resolve."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kvtui.app.audit import audited, found_only, ignores_by_glob
from kvtui.app.audit.listed_names import ListedNames
from kvtui.app.audit.reading import read_uses
from kvtui.app.exits import Exit
from kvtui.app.session import Session, chosen_vault
from kvtui.azure.model import SecretName
from kvtui.core.sanitize import sanitized
from kvtui.core.words import count
from kvtui.dags.audit_config import config_around
from kvtui.dags.scanning import Scanned
from kvtui.headless.audit_formats import github, json_document, junit, missing, sarif, text
from kvtui.headless.audit_formats.result import AuditResult
from kvtui.headless.audit_inputs import (
    files_reported,
    means_sample,
    names_given,
    narrowed,
    paths_of,
    with_baseline,
    without_vault,
)
from kvtui.headless.request import Request, configured
from kvtui.headless.text import document, out, out_now, out_text, say, show_code
from kvtui.project.versions import versions_in_use
from kvtui.settings.model import From

_EVERY = 0.1
"""Seconds between two words of progress."""


def run(request: Request) -> int:
    """Exits 5 if a key without a default is missing or unreachable, or a Python file cannot be read; else 0.

    What is ignored, and what the baseline knows, does not count. Raises `ProblemError`, also (usage) if there
    is nothing to audit.
    """
    given = tuple(map(Path, request.words("audit")))
    paths = paths_of(given, one_project=not request.text("project"))
    if means_sample(request, given):
        paths = paths_of((request.project.directory,), one_project=True)
        say(f"note: There are no DAGs here. Auditing the demo's sample project: {paths.base}.")
    elif request.sample:
        dags = ", ".join(sanitized(path.absolute(), 200) for path in given)
        say(
            "note: The demo takes the Airflow version, requirements.txt and .env from its own sample project."
        )
        say(f"note: The DAGs are from {dags}.")
    else:
        say(f"note: The project is {request.project.directory}.")
    config = config_around(paths.base)
    names, offline = names_given(request), request.flag("offline")
    files = files_reported(request, paths)
    versions = versions_in_use(request.settings, request.project)
    for note in versions.notes:
        say(f"note: {note}")
    vault = str(request.settings.vault or (names.vault if names else ""))
    is_asked = not offline and names is None
    if not is_asked:
        request = replace(request, settings=without_vault(request.settings))
    request, chosen = configured(request, versions)
    if chosen.source is From.SETTINGS:
        chosen_vault(request.settings)
    elif is_asked:
        vault = str(request.settings.vault or "")
    glob = ignores_by_glob(request.settings, request.project, versions)
    work = partial(read_uses, paths.given, paths.base, config, glob=glob)
    scanned, listed, who = asyncio.run(_gathered(request, work, names, is_asked=is_asked))
    for note in scanned.notes:
        say(f"note: {note}")
    report = found_only(scanned, chosen, versions) if offline else audited(scanned, listed, chosen, versions)
    report, baseline = with_baseline(request, report, paths)
    if files is not None:
        report = narrowed(request, report, scanned, files, paths)
    result = AuditResult(
        scanned,
        report,
        chosen,
        names=len(listed),
        asked_as=who,
        names_from=request.text("names"),
        vault=vault,
        offline=offline,
        path=paths.from_root,
        baseline=baseline,
    )
    _print(request, result)
    return Exit.UNRESOLVED if report.fails else Exit.OK


def _print(request: Request, result: AuditResult) -> None:
    """The one form that was asked for on stdout; the summary of a form that is not text on stderr."""
    form = request.text("missing") or request.text("format", "json" if request.json else "text")
    match form:
        case "json":
            document(json_document.content(result))
        case "sarif":
            out_text(sarif.render(result))
        case "github":
            out_text(github.render(result))
        case "junit":
            out_text(junit.render(result))
        case "list":
            out_text(missing.render_list(result))
        case "script":
            out_text(missing.render_script(result))
        case _:
            for line in text.lines(result, verbose=request.flag("verbose")):
                out(line)
    out_now()
    if form != "text":
        say(text.summary(result))
        for line in text.set_aside(result):
            say(line)
    if form in ("list", "script"):
        say(missing.counted(result.report))
    if result.report.fails:
        say(text.failing(result.report))


async def _gathered(
    request: Request, scan: Callable[..., Scanned], names: ListedNames | None, *, is_asked: bool
) -> tuple[Scanned, Sequence[SecretName], str]:
    """The files are read in a thread while the names are listed. Raises `ProblemError`."""
    progress = _Progress()
    scanning = asyncio.to_thread(scan, progress=progress)
    try:
        if not is_asked:
            return await scanning, names.names if names is not None else (), ""
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
            sys.stderr.write(f"\r{done} of {count(total, 'file')} read")
            sys.stderr.flush()
        return not self.stopped

    def clear(self) -> None:
        """Takes the last count off the terminal."""
        if self._said:
            sys.stderr.write("\r\x1b[K")
