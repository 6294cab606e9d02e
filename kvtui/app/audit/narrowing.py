"""A report about some of the files only. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kvtui.app.audit.judging import Audit
from kvtui.dags.reader import Use


def only_in(report: Audit, files: Collection[str]) -> Audit:
    """The report on what those files use, by the paths that the report gives.

    A key is used by the file that asks for it and, where a call hands it on, by the file of the lookup. What
    is about the whole project (names that are not used, lookups an hour, files not read) is left out.
    """
    judged = []
    for each in report.judged:
        places = tuple(place for place in each.asked.places if _is_in(place, files))
        if places:
            judged.append(replace(each, asked=replace(each.asked, places=places)))
    kept = {(each.asked.kind, each.asked.key) for each in judged}
    advice = []
    for said in report.advice:
        about = tuple(place for place in said.places if place.rpartition(":")[0] in files)
        if about:
            advice.append(replace(said, places=about))
    return Audit(
        tuple(judged),
        tuple(each for each in report.undecided if each.file in files),
        tuple(each for each in report.unreadable if each.file in files),
        tuple(each for each in report.collisions if any((each.kind, key) in kept for key in each.keys)),
        tuple(advice),
    )


def _is_in(place: Use, files: Collection[str]) -> bool:
    return place.file in files or place.through.rpartition(":")[0] in files
