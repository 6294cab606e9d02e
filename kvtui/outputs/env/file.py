"""The `.env`: renders kvtui's two variables, merges them into an existing file, and reads them from one.

Form A, `KEY={...}` without quotes, is read correctly by every parser of the Astro CLI. Form B puts the kwargs
in single quotes for shells; `docker run --env-file` then keeps the quotes. Measured with the programs
themselves; with the alphabet of `escape` nothing else in the value is interpreted.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kvtui.airflow.kwargs import BACKEND_CLASS, BACKEND_VARIABLE, KWARGS_VARIABLE, backend_kwargs
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.outputs.env.escape import kwargs_json
from kvtui.outputs.env.lines import Entry, entries, line_ending
from kvtui.outputs.env.parsers.go_lines import trimmed
from kvtui.outputs.env.parsers.python_dotenv import unexpanded

if TYPE_CHECKING:
    from kvtui.settings.model import Settings

MANAGED_KEYS = (BACKEND_VARIABLE, KWARGS_VARIABLE)
UNKNOWN_SECRET = re.compile(r"\s*# secret\s*")
"""What `astro deployment variable list --save` writes for a secret value."""

_CLASS = re.compile(r"[A-Za-z0-9_.]{1,200}")
_MANAGED_LINE = re.compile(rf"^\s*(?:export\s+)?({BACKEND_VARIABLE}|{KWARGS_VARIABLE})\s*=", re.MULTILINE)


def managed_values(settings: Settings) -> dict[str, str]:
    """kvtui's variables and their values. Holds the client secret."""
    return {BACKEND_VARIABLE: BACKEND_CLASS, KWARGS_VARIABLE: kwargs_json(backend_kwargs(settings))}


def managed_lines(settings: Settings) -> dict[str, str]:
    """kvtui's variables and the lines that assign them, without line endings. Holds the client secret."""
    quote = "'" if settings.shell_sourceable else ""
    values = managed_values(settings)
    return {
        BACKEND_VARIABLE: f"{BACKEND_VARIABLE}={values[BACKEND_VARIABLE]}",
        KWARGS_VARIABLE: f"{KWARGS_VARIABLE}={quote}{values[KWARGS_VARIABLE]}{quote}",
    }


def render_env(settings: Settings) -> str:
    """A fresh `.env` of kvtui's two lines. Holds the client secret in client-secret mode."""
    return "".join(f"{line}\n" for line in managed_lines(settings).values())


def merge_env(text: str, settings: Settings, name: str = ".env") -> str:
    """`text` with kvtui's two variables set; all other characters are unchanged.

    kvtui's lines replace the first assignment of the same variable; later ones are dropped; missing ones are
    appended. `ProblemError` (exit 7) if that would lose or hide something; it calls the file `name`.
    """
    wanted = managed_lines(settings)
    parts: list[str] = []
    position = 0
    for entry in managed_entries(text, name):
        parts.append(text[position : entry.start])
        position = entry.end
        line = wanted.pop(entry.key, None)
        if line is not None:
            parts.append(line + entry.ending(text))
    parts.append(text[position:])
    merged = "".join(parts)
    newline = line_ending(text)
    for line in wanted.values():
        separator = newline if merged.removeprefix("\ufeff") and not merged.endswith("\n") else ""
        merged += f"{separator}{line}{newline}"
    for entry in entries(merged):
        _reject_hidden_assignment(merged, entry, name)
    return merged


def managed_entries(text: str, name: str = ".env") -> list[Entry]:
    """Where `text` assigns kvtui's variables. `ProblemError` (exit 7) where its parsers disagree on that."""
    ours: list[Entry] = []
    for entry in _with_whole_kwargs(text, list(entries(text))):
        if entry.key in MANAGED_KEYS:
            _reject_lone_return(text, entry, name)
            ours.append(entry)
        else:
            _reject_hidden_assignment(text, entry, name)
    return ours


def _with_whole_kwargs(text: str, found: list[Entry]) -> list[Entry]:
    """The entries, where unquoted kwargs that run over several lines are one entry.

    No parser reads such a value as meant, but its later lines may hold a secret and must be removed with it.
    """
    whole: list[Entry] = []
    swallowed = 0
    for index, entry in enumerate(found):
        if entry.start < swallowed:
            continue
        if entry.key == KWARGS_VARIABLE and entry.raw(text).startswith("{"):
            end = _object_end(text, entry, found[index + 1 : index + 51])
            swallowed = end
            entry = Entry(entry.key, entry.start, entry.value, end, entry.line, entry.exported)
        whole.append(entry)
    return whole


def _object_end(text: str, entry: Entry, following: list[Entry]) -> int:
    """Where the JSON object that `entry` opens ends: at its own end unless later lines complete it."""
    if _is_object(entry.raw(text)):
        return entry.end
    for later in following:
        if later.key:
            break
        if _is_object(text[entry.value : later.end]):
            return later.end
    return entry.end


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _reject_hidden_assignment(text: str, entry: Entry, name: str) -> None:
    hidden = _MANAGED_LINE.search(text, entry.value, entry.end)
    if entry.key and hidden and "\n" in text[entry.value : hidden.start(1)]:
        line = text.count("\n", 0, hidden.start(1)) + 1
        raise ProblemError(
            Problem(
                f"Line {line} of {name} assigns {hidden[1]}, but the quote opened in line "
                f"{entry.line} for {entry.key} runs over it, so some parsers see it and others do not.",
                f"Close the quote in line {entry.line}, then try again.",
                ProblemKind.NOT_WRITTEN,
            )
        )


def _reject_lone_return(text: str, entry: Entry, name: str) -> None:
    if "\r" in entry.raw(text):
        raise ProblemError(
            Problem(
                f"Line {entry.line} of {name} contains a carriage return within the line, which some "
                "parsers treat as a line end.",
                "Remove the carriage return, then try again.",
                ProblemKind.NOT_WRITTEN,
            )
        )


@dataclass(frozen=True, slots=True)
class ExistingEnv:
    """The backend in an existing `.env`."""

    backend: str | None = None
    """The class, or None if the file names none."""
    kwargs: dict[str, object] | None = field(default=None, repr=False)
    """The kwargs, or None if they are missing, unknown or not JSON. May hold a secret: not shown."""
    warnings: tuple[str, ...] = ()


def read_env(text: str, name: str = ".env") -> ExistingEnv:
    """The backend and its kwargs from the text of a `.env`, quoted or not, on one line or several.

    Never raises: a value that cannot be parsed gives a warning with its line number, without the value.
    """
    warnings: list[str] = []
    found = _with_whole_kwargs(text, list(entries(text)))
    ours = [entry for entry in found if entry.key in MANAGED_KEYS]
    ours.sort(key=lambda entry: not UNKNOWN_SECRET.fullmatch(trimmed(entry.raw(text))))
    last = {entry.key: entry for entry in ours}  # the CLI's placeholder for a secret is not a value
    for key in last:
        lines = [str(entry.line) for entry in found if entry.key == key]
        if len(lines) > 1:
            counts = f"the one in line {last[key].line} counts here"
            warnings.append(f"{key} is set in lines {', '.join(lines)} of {name}; {counts}.")
    values = unexpanded(text.removeprefix("\ufeff")) if last else {}
    backend = kwargs = None
    if BACKEND_VARIABLE in last:
        backend = _plain(text, last[BACKEND_VARIABLE], values.get(BACKEND_VARIABLE), name, warnings)
    if KWARGS_VARIABLE in last:
        kwargs = _kwargs(text, last[KWARGS_VARIABLE], values.get(KWARGS_VARIABLE), name, warnings)
    return ExistingEnv(backend, kwargs, tuple(warnings))


def repeated(text: str, name: str) -> list[str]:
    """A sentence for each of kvtui's variables that `text` assigns more than once."""
    ours = managed_entries(text, name)
    lines = {key: [entry.line for entry in ours if entry.key == key] for key in MANAGED_KEYS}
    return [
        f"{key} is set in lines {', '.join(map(str, found))} of {name}: the first counts for `astro "
        "deployment variable … --load`, the last elsewhere."
        for key, found in lines.items()
        if len(found) > 1
    ]


def other_backend(text: str) -> str:
    """The secrets backend that `text` names if it is not Key Vault's; empty: it is, or none is named."""
    named = read_env(text).backend
    if named is None or named == BACKEND_CLASS:
        return ""
    return named if _CLASS.fullmatch(named) else "which is not a class name"


def _plain(text: str, entry: Entry, value: str | None, name: str, warnings: list[str]) -> str | None:
    if UNKNOWN_SECRET.fullmatch(trimmed(entry.raw(text))):
        warnings.append(_unknown(entry, name))
        return None
    return value or trimmed(entry.raw(text)) or None


def _kwargs(
    text: str, entry: Entry, value: str | None, name: str, warnings: list[str]
) -> dict[str, object] | None:
    raw = entry.raw(text)
    if UNKNOWN_SECRET.fullmatch(trimmed(raw)):
        warnings.append(_unknown(entry, name))
        return None
    readings = [reading for reading in (_object(trimmed(raw)), _object(value)) if reading is not None]
    if not readings:
        warnings.append(
            f"Line {entry.line} of {name}: {entry.key} is not a JSON object, so Airflow would use no kwargs."
        )
        return None
    if len(readings) == 2 and readings[0] != readings[1]:
        warnings.append(
            f"Line {entry.line} of {name}: {entry.key} is quoted or escaped in a way that parsers "
            "read differently; kvtui reads it as the Astro CLI does."
        )
    return readings[0]


def _object(text: str | None) -> dict[str, object] | None:
    try:
        value = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _unknown(entry: Entry, name: str) -> str:
    return (
        f"Line {entry.line} of {name}: {entry.key} is `# secret`, a placeholder for a value that "
        "`astro deployment variable list --save` could not show."
    )
