"""The audit as a flat list, a finding for each place, for the formats of code scanning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kvtui.app.audit.harmless import use_harmless
from kvtui.app.audit.judging import Collision, ResolvedKey
from kvtui.dags.reader import Undecided, Unreadable, Use
from kvtui.headless.audit_formats.result import AuditResult
from kvtui.headless.remedies import words

Level = Literal["error", "warning", "note", "none"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding. Its id never changes."""

    id: str
    title: str
    help: str
    level: Level


MISSING = Rule(
    "missing-secret",
    "A key has no secret in the vault",
    "The vault lists no secret for this variable or connection, and the code gives no default: the lookup "
    "fails when the DAG runs. Store the value under the secret's name, correct the key, or give a default.",
    "error",
)
UNREACHABLE = Rule(
    "unreachable-secret",
    "A key cannot reach a secret",
    "The backend makes no name of this key that Key Vault can store, or the secret is disabled. Rename the "
    "key, or enable the secret.",
    "error",
)
UNREAD = Rule(
    "unread-file",
    "A Python file was not checked",
    "The file cannot be read as Python, so what it uses is not known. Correct it, or list it in "
    ".airflowignore.",
    "error",
)
UNDECIDABLE = Rule(
    "undecidable-key",
    "A key is computed",
    "The key of this lookup is only known when the code runs, so it was not checked. kvtui --simulate KEY "
    "looks one key up.",
    "note",
)
BROKEN_TEMPLATE = Rule(
    "broken-template",
    "A template does not parse",
    "Jinja cannot parse this file. What it seems to ask for was checked all the same.",
    "warning",
)
NEWER_PYTHON = Rule(
    "newer-python",
    "Python is newer than kvtui's own",
    "The file does not parse with the Python that kvtui runs on. What its text seems to ask for was checked; "
    "run kvtui with a newer Python to check the rest.",
    "warning",
)
SHARED = Rule(
    "shared-secret",
    "Several keys share one secret",
    "The separator replaces every _ of a key, so these keys get the same value. Rename one of them if that "
    "is not meant.",
    "warning",
)
NOT_IMPORTED = Rule(
    "not-imported",
    "A Python file was not read",
    "The file imports Airflow, and no import is known to mean it. Audit its folder, or name the folder in "
    "the configuration, if DAGs are made there.",
    "note",
)
OWN_BACKEND = Rule(
    "backend-in-code",
    "AzureKeyVaultBackend is created in the code",
    "The code signs in and asks the vault by itself. Use Variable.get or a connection id.",
    "warning",
)
SET_IN_VAIN = Rule(
    "set-without-effect",
    "Variable.set has no effect",
    "It writes to the metastore, and the vault answers first. Use a key that is not in the vault, or store "
    "the value there.",
    "warning",
)
DEFERRABLE = Rule(
    "deferrable-lookup",
    "A trigger may not look the key up",
    "In this version of Airflow a trigger that looks up in its event loop does not get what a task gets. "
    "Update Airflow, or set deferrable=False for such operators.",
    "warning",
)
PARSE_TIME = Rule(
    "parse-time-lookup",
    "A key is looked up at parse time",
    "The lookup runs whenever the scheduler reads the DAG file, and each time asks the vault. Look up inside "
    "tasks, or in templates.",
    "note",
)
FOUND = Rule(
    "used-key",
    "A key is used",
    "The code asks for this variable or connection. It was compared with no vault (--offline).",
    "none",
)
RULES = (
    *(MISSING, UNREACHABLE, UNREAD, NOT_IMPORTED, UNDECIDABLE, BROKEN_TEMPLATE, NEWER_PYTHON, SHARED),
    *(OWN_BACKEND, SET_IN_VAIN, DEFERRABLE, PARSE_TIME, FOUND),
)
_ADVICE = {"backend": OWN_BACKEND, "set": SET_IN_VAIN, "deferrable": DEFERRABLE}
_BY_OUTCOME = {"missing": MISSING, "unreachable": UNREACHABLE, "found": FOUND}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place, and what is to be said of it."""

    rule: Rule
    level: Level
    message: str
    file: str
    """From the repository's root."""
    line: int
    subject: str
    """What it is about, the same in each run: `variable etl_batch_size`."""
    ignored: str = ""
    """Why it is ignored; empty: it is not."""
    known: bool = False
    """The baseline lists it."""
    through: tuple[str, int] | None = None
    """File and line of the lookup, if a call at this place hands it the key."""


def findings(result: AuditResult) -> list[Finding]:
    """Everything that is worth a line, in the order of the report. A key that resolves is not among it."""
    report = result.report
    found = [_unreadable(each, result) for each in report.unreadable]
    for each in report.judged:
        found += _places(each, result)
    found += [_undecided(each, result) for each in report.undecided]
    for shared in report.collisions:
        found += _shared(shared, result)
    level: Level = "error" if report.found_nothing else "note"
    for file in report.unread:
        message = (
            f"{NOT_IMPORTED.help} Nothing was found in what was read."
            if level == "error"
            else NOT_IMPORTED.help
        )
        path = result.path(file)
        found.append(Finding(NOT_IMPORTED, level, message, path, 1, path))
    for said in report.advice:
        found += _advice(_ADVICE[said.kind], f"{said.what} {said.fix}", said.places, result)
    if report.parse_time is not None:
        found += _advice(PARSE_TIME, PARSE_TIME.help, report.parse_time.places, result)
    return found


def _advice(rule: Rule, message: str, places: tuple[str, ...], result: AuditResult) -> Iterator[Finding]:
    """Advice knows its places as `file:line`."""
    ignored = {
        str(place): place.reason
        for each in result.report.judged
        for place in each.asked.places
        if place.aside == "ignored"
    }
    for place in places:
        file, _, line = place.rpartition(":")
        path = result.path(file)
        subject = f"{rule.id} {path}"
        yield Finding(rule, rule.level, message, path, int(line), subject, ignored.get(place, ""))


def _places(each: ResolvedKey, result: AuditResult) -> Iterator[Finding]:
    rule = _BY_OUTCOME.get(each.outcome)
    if rule is None:
        return
    subject = f"{each.asked.kind} {each.asked.key}"
    for place in each.asked.places:
        yield Finding(
            rule,
            _level(each, place, rule),
            _message(each, place, result),
            result.path(place.file),
            place.line,
            subject,
            place.reason if place.aside == "ignored" else "",
            place.aside == "known",
            result.lookup_of(place),
        )


def _level(each: ResolvedKey, place: Use, rule: Rule) -> Level:
    """Only a place where something fails, or would but for a comment or the baseline, is an error."""
    return "note" if rule.level == "error" and (each.set_at or use_harmless(place)) else rule.level


def _message(each: ResolvedKey, place: Use, result: AuditResult) -> str:
    name = f" ({each.secret_name})" if each.secret_name else ""
    said = f'{each.asked.kind} "{each.asked.key}"{name}'
    if each.outcome == "found":
        return f"{said} is used by {place.how}{result.through(place)}."
    parts = [f"{said}: {each.detail}", words(each.fix)]
    if place.through:
        parts.append(f"It is looked up by {place.how}{result.through(place)}.")
    if harmless := use_harmless(place):
        parts.append(f"{harmless}.")
    return " ".join(filter(None, parts))


def _undecided(each: Undecided, result: AuditResult) -> Finding:
    message = f"The {each.kind} {each.expression} was not checked: {each.why}."
    subject = f"{each.kind} {each.expression}"
    file = result.path(each.file)
    return Finding(UNDECIDABLE, UNDECIDABLE.level, message, file, each.line, subject, each.ignored)


def _unreadable(each: Unreadable, result: AuditResult) -> Finding:
    rule = BROKEN_TEMPLATE
    if each.python:
        rule = NEWER_PYTHON if each.by_looks else UNREAD
    file = result.path(each.file)
    return Finding(rule, rule.level, f"{rule.title}: {each.why}.", file, each.line, file, known=each.known)


def _shared(shared: Collision, result: AuditResult) -> Iterator[Finding]:
    """At the first place of each key but the first: there the second name begins."""
    by_key = {each.asked.key: each for each in result.report.judged if each.asked.kind == shared.kind}
    keys = " and ".join(f'"{key}"' for key in shared.keys)
    for key in shared.keys[1:]:
        places = by_key[key].asked.places if key in by_key else ()
        if places:
            place = places[0]
            message = f"The {shared.kind}s {keys} share the secret {shared.secret_name}."
            ignored = place.reason if place.aside == "ignored" else ""
            file = result.path(place.file)
            subject = f"{shared.kind} {key}"
            yield Finding(SHARED, SHARED.level, message, file, place.line, subject, ignored)
