"""The audit as workflow commands of GitHub Actions: an annotation for each place.

The escapes are those of `@actions/core`, `command.ts`: `escapeData` and `escapeProperty`.
"""

from __future__ import annotations

from kvtui.core.sanitize import sanitized
from kvtui.headless.audit_formats.findings import Finding, findings
from kvtui.headless.audit_formats.result import AuditResult

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
LONGEST = 2000
"""Characters of a message."""


def render(result: AuditResult) -> str:
    """One line for each annotation. What is ignored or known gets none."""
    lines = [
        _command(each)
        for each in findings(result)
        if each.level in _COMMANDS and not each.ignored and not each.known
    ]
    return "".join(f"{line}\n" for line in lines)


def _command(each: Finding) -> str:
    where = f"file={_property(each.file)},line={each.line},title={_property(each.rule.title)}"
    return f"::{_COMMANDS[each.level]} {where}::{_data(each.message)}"


def _data(text: str) -> str:
    return sanitized(text, LONGEST).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
