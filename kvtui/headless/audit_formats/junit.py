"""The audit as JUnit XML, as Jenkins, GitLab and Azure DevOps read it: a test case for each key.

Elements and attributes are those that the schema of Jenkins' xUnit plugin (`junit-10.xsd`) has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from kvtui.app.audit.judging import READ_IT, ResolvedKey
from kvtui.core.sanitize import sanitized
from kvtui.core.words import count
from kvtui.dags.reader import Undecided, Unreadable
from kvtui.headless.audit_formats.result import AuditResult
from kvtui.headless.remedies import words

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST = 2000
MOST_PLACES = 50
"""Places that a failure lists."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One test case."""

    group: str
    name: str
    outcome: Literal["passed", "failure", "error", "skipped"] = "passed"
    message: str = ""
    type: str = ""
    lines: tuple[str, ...] = ()


def render(result: AuditResult) -> str:
    """The whole document: one suite, with a case for each key, each file not checked, each computed key."""
    cases = list(_cases(result))
    counts = Counter(each.outcome for each in cases)
    suite = (
        f'<testsuite name="kvtui audit" tests="{len(cases)}" failures="{counts["failure"]}" '
        f'errors="{counts["error"]}" skipped="{counts["skipped"]}" time="{result.scanned.seconds:.3f}">'
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", suite]
    return "\n".join([*lines, *map(_xml, cases), "</testsuite>", "</testsuites>", ""])


def _cases(result: AuditResult) -> Iterator[_Case]:
    report = result.report
    yield from (_file(each, result) for each in report.unreadable if each.python)
    yield from (_key(each, result) for each in report.judged)
    if report.found_nothing:
        for file in map(result.path, report.unread):
            message = f"It imports Airflow, and no import is known to mean it: it was not read. {READ_IT}"
            yield _Case("file", file, "error", message, "not-imported", (file,))
    yield from (_computed(each, result) for each in report.undecided)


def _key(each: ResolvedKey, result: AuditResult) -> _Case:
    kind, key, places = each.asked.kind, each.asked.key, each.asked.places
    if each.fails:
        lines = [f"Secret: {each.secret_name}"] if each.secret_name else []
        lines += [
            f"{result.path(place.file)}:{place.line}  {place.how}{result.through(place)}"
            for place in places[:MOST_PLACES]
        ]
        lines += (
            [f"and {count(len(places) - MOST_PLACES, 'more place')}"] if len(places) > MOST_PLACES else []
        )
        message = f"{each.detail} {words(each.fix)}".rstrip()
        return _Case(kind, key, "failure", message, each.outcome, tuple(lines))
    if each.outcome in ("missing", "unreachable"):
        return _Case(kind, key, "skipped", f"{each.why_harmless}. {each.detail}")
    if each.outcome == "found":
        return _Case(kind, key, "skipped", "Found only: it was compared with no vault.")
    return _Case(kind, key)


def _file(each: Unreadable, result: AuditResult) -> _Case:
    path = result.path(each.file)
    if each.by_looks:
        return _Case("file", path, "skipped", f"Read as plain text, because {each.why}.")
    if each.known:
        return _Case("file", path, "skipped", f"Known failure, in the baseline. {each.why}")
    message = f"The file was not checked: {each.why}."
    return _Case("file", path, "error", message, "unread-file", (f"{path}:{each.line}",))


def _computed(each: Undecided, result: AuditResult) -> _Case:
    name = f"{each.expression} ({result.path(each.file)}:{each.line})"
    return _Case(each.kind, name, "skipped", f"Not checked: {each.why}.")


def _xml(case: _Case) -> str:
    start = f"<testcase classname={_attribute(case.group)} name={_attribute(case.name)}"
    if case.outcome == "passed":
        return f"{start}/>"
    inside = f"<{case.outcome} message={_attribute(case.message)}"
    if case.outcome == "skipped":
        return f"{start}>{inside}/></testcase>"
    text = escape("\n".join(map(_plain, case.lines)))
    return f"{start}>{inside} type={_attribute(case.type)}>{text}</{case.outcome}></testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_plain(text))


def _plain(text: str) -> str:
    """The text on one line, without what XML cannot hold."""
    return _NOT_XML.sub("?", sanitized(text, _LONGEST))
