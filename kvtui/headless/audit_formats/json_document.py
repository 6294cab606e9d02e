"""The audit as the one document of `--json`. Fields are only added."""

from __future__ import annotations

from dataclasses import asdict

from kvtui.app.audit.judging import Audit, ResolvedKey
from kvtui.dags.reader import Use
from kvtui.headless.audit_formats.result import AuditResult
from kvtui.headless.remedies import words
from kvtui.headless.request import configuration_data

_SUMMARY = ("missing", "unreachable", "resolves", "elsewhere", "undecidable", "found")


def content(result: AuditResult) -> dict[str, object]:
    """The document."""
    report, scanned, baseline = result.report, result.scanned, result.baseline
    return {
        "path": str(scanned.path),
        "files": scanned.files,
        "seconds": round(scanned.seconds, 3),
        "vault": result.vault,
        "asked_as": result.asked_as,
        "uses": [_use(each) for each in report.judged],
        "undecidable": [asdict(place) for place in report.undecided],
        "unreadable": _files(report, by_looks=False),
        "by_looks": _files(report, by_looks=True),
        "collisions": [asdict(shared) for shared in report.collisions],
        "summary": {outcome: report.count(outcome) for outcome in _SUMMARY} | {"ignored": result.ignored},
        "failing": {
            "keys": report.failing,
            "files": report.unchecked,
            "unread": len(report.unread) if report.found_nothing else 0,
        },
        "undecidable_groups": [asdict(group) for group in report.undecided_groups],
        "advice": [asdict(each) for each in report.advice],
        "parse_time": asdict(report.parse_time) if report.parse_time is not None else None,
        "unused": list(report.unused),
        "unread": list(report.unread),
        "notes": list(scanned.notes),
        "names_from": result.names_from,
        "baseline": asdict(baseline) if baseline is not None else None,
        "configuration": configuration_data(result.configuration),
    }


def _use(each: ResolvedKey) -> dict[str, object]:
    return {
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


def _place(place: Use) -> dict[str, object]:
    return {
        "file": place.file,
        "line": place.line,
        "how": place.how,
        "default_given": place.default_given,
        "through": place.through,
        "aside": place.aside,
        "reason": place.reason,
        "parse_time": place.parse_time,
    }


def _files(report: Audit, *, by_looks: bool) -> list[dict[str, object]]:
    return [
        {"file": file.file, "line": file.line, "why": file.why, "known": file.known}
        for file in report.unreadable
        if file.by_looks is by_looks
    ]
