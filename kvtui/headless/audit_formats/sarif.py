"""The audit in SARIF 2.1.0, as GitHub code scanning and editors read it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from urllib.parse import quote

from kvtui import __version__
from kvtui.core.sanitize import sanitized
from kvtui.headless.audit_formats.findings import RULES, Finding, Rule, findings
from kvtui.headless.audit_formats.result import AuditResult

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LONGEST = 2000


def render(result: AuditResult) -> str:
    """The whole document. ASCII only, so that no character in it can steer a terminal."""
    found = findings(result)
    used = [rule for rule in RULES if any(each.rule is rule for each in found)]
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "kvtui",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in used],
            }
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": 5 if result.report.fails else 0,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": sanitized(note, _LONGEST)}}
                    for note in (*result.scanned.notes, *_gone(result))
                ],
            }
        ],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
        "results": _results(found, used, compares=result.baseline is not None),
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.help},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": rule.level},
    }


def _results(found: list[Finding], used: list[Rule], *, compares: bool) -> list[dict[str, object]]:
    seen: Counter[tuple[str, str, str]] = Counter()
    results = []
    for each in found:
        place = (each.rule.id, each.subject, each.file)
        result: dict[str, object] = {
            "ruleId": each.rule.id,
            "ruleIndex": used.index(each.rule),
            "kind": "informational" if each.level == "none" else "fail",
            "level": each.level,
            "message": {"text": sanitized(each.message, _LONGEST)},
            "locations": [_location(each.file, each.line)],
            "partialFingerprints": {"kvtui/v1": _fingerprint(*place, seen[place])},
        }
        seen[place] += 1
        if each.through is not None:
            result["relatedLocations"] = [
                {**_location(*each.through), "message": {"text": "The lookup that gets the key."}}
            ]
        if compares:
            result["baselineState"] = "unchanged" if each.known else "new"
        if each.ignored:
            result["suppressions"] = [{"kind": "inSource", "justification": sanitized(each.ignored)}]
        elif each.known:
            result["suppressions"] = [{"kind": "external", "justification": "It is in the baseline."}]
        results.append(result)
    return results


def _location(file: str, line: int) -> dict[str, object]:
    artifact = {"uri": quote(file), "uriBaseId": _ROOT}
    if file.startswith("/"):
        artifact = {"uri": f"file://{quote(file)}"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": max(1, line)}}}


def _fingerprint(rule: str, subject: str, file: str, number: int) -> str:
    """The same while lines move: which use of a key in a file it is."""
    return hashlib.sha256(
        "\0".join((rule, subject, file, str(number))).encode("utf-8", "replace")
    ).hexdigest()


def _gone(result: AuditResult) -> list[str]:
    """What the baseline lists and does not fail any more: it has no place, so it is not a result."""
    gone = result.baseline.gone if result.baseline is not None else ()
    return [f"The baseline lists {subject}, which does not fail any more." for subject in gone]
