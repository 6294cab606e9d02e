"""`--check`: the checklist. Asks Azure once for each fact, reads at most one value and keeps none."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from kvtui.app.checks.facts import Facts, Outcome, shown
from kvtui.app.checks.gathering import gather
from kvtui.app.checks.results import checklist, checklist_exit
from kvtui.app.configuration import Configuration
from kvtui.app.exits import Exit
from kvtui.app.session import Session
from kvtui.headless.remedies import words
from kvtui.headless.request import Request, configuration_data, configured
from kvtui.headless.text import document, out, out_now, show_code
from kvtui.project.versions import VersionsInUse, versions_in_use

_MARKS = {Outcome.OK: "✓", Outcome.WARN: "!", Outcome.FAIL: "✗", Outcome.SKIPPED: "·"}


def run(request: Request) -> int:
    """Prints the checklist; the exit code follows from its results."""
    versions = versions_in_use(request.settings, request.project)
    request, chosen = configured(request, versions)
    results = checklist(asyncio.run(_facts(request, chosen, versions)), request.settings)
    code = checklist_exit(results)
    if request.json:
        checks = [
            {"name": each.name, "verdict": each.outcome, "detail": each.detail, "remedy": words(each.remedy)}
            for each in results
        ]
        document({"ok": code is Exit.OK, "checks": checks, "configuration": configuration_data(chosen)})
        return code
    for result in results:
        out(f"{_MARKS[result.outcome]} {shown(result.name):<24}  {result.detail}")
        if result.remedy and result.outcome is not Outcome.OK:
            out(f"  {'':<24}  {words(result.remedy)}")
    out_now()
    return code


async def _facts(request: Request, chosen: Configuration, versions: VersionsInUse) -> Facts:
    async with Session(show_code, on_demand=True) as session:
        facts = await gather(session, request.settings, request.project, chosen, versions)
    return replace(facts, demo=request.flag("demo"))
