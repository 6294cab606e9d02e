"""How Airflow reads the options that name the secrets backend, from the process environment.

Mirrors `_get_env_var_option`, `expand_env_var` and `_collect_kwarg_env_vars` of
`airflow/_shared/configuration/parser.py` (3.3.2) and `airflow/configuration.py` (2.11.2). Commands are
recognised and explained, never run.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from kvtui.airflow import rules

_USED = re.compile(r"\$(\w+|\{[^}]*\})", re.ASCII)
_ROUNDS = 100


class EndlessExpansionError(Exception):
    """The option's `$NAME`s refer to themselves: Airflow never stops expanding."""


def expand(text: str, environment: Mapping[str, str]) -> str:
    """`text` with `$NAME`, `${NAME}` and a leading `~` replaced until nothing changes.

    Unknown names are kept. Raises `EndlessExpansionError` where Airflow would loop for ever.
    """
    for _ in range(_ROUNDS):
        if "$" not in text and not text.startswith("~"):
            return text
        filled = _USED.sub(lambda used: environment.get(used[1].strip("{}"), used[0]), text)
        if filled == "~" or filled.startswith("~/"):
            home = environment.get("HOME", "").rstrip("/")
            filled = home + filled[1:] if home else filled
        if filled == text or len(filled) > 1_000_000:
            break
        text = filled
    else:
        raise EndlessExpansionError
    if len(filled) > 1_000_000:
        raise EndlessExpansionError
    return text


@dataclass(frozen=True, slots=True)
class Option:
    """One option as Airflow finds it."""

    text: str | None = field(repr=False)
    """Its value after expansion; None if it is not set, or cannot be known."""
    source: str = ""
    """The environment variable that decides."""
    how: str = "absent"
    """`absent`, `plain`, `command` or `secret`."""
    failed: bool = False
    """The command fails: Airflow treats that as bad JSON."""
    expanded: bool = False
    """A `$NAME` or `~` in it was replaced."""
    unknown: bool = False
    """The value comes from a command that kvtui does not run."""
    raises: tuple[str, str] | None = None
    """The class and the text of what reading it raises: the command line cannot be split."""


def read_option(environment: Mapping[str, str], section: str, key: str, *, sensitive: bool) -> Option:
    """The option `key` of `section`. A plain value wins over `_CMD`, and `_CMD` over `_SECRET`.

    `sensitive`: `_CMD` and `_SECRET` apply to this option. Raises `EndlessExpansionError`.
    """
    name = f"AIRFLOW__{section.upper()}__{key.upper()}"
    if name in environment:
        text = expand(environment[name], environment)
        return Option(text, name, "plain", expanded=text != environment[name])
    if sensitive and f"{name}_CMD" in environment:
        return _from_command(environment[f"{name}_CMD"], f"{name}_CMD")
    if sensitive and f"{name}_SECRET" in environment:
        return Option(environment[f"{name}_SECRET"], f"{name}_SECRET", "secret")
    return Option(None)


def _from_command(command: str, source: str) -> Option:
    """What a command prints, if its words show it: `echo`, `printf`, `true` and `false`."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        return Option(None, source, "command", raises=("ValueError", str(error)))
    if not words:
        return Option(None, source, "command", raises=("IndexError", "list index out of range"))
    program = words[0].rsplit("/", 1)[-1]
    if program == "echo" and not any(word.startswith("-") for word in words[1:2]):
        return Option(" ".join(words[1:]) + "\n", source, "command")
    if program == "printf" and len(words) == 2 and not re.search(r"[%\\]", words[1]):
        return Option(words[1], source, "command")
    if program == "printf" and len(words) == 3 and words[1] == "%s":
        return Option(words[2], source, "command")
    if program == "true":
        return Option("", source, "command")
    if program == "false":
        return Option(None, source, "command", failed=True)
    return Option(None, source, "command", unknown=True)


def per_key_kwargs(
    environment: Mapping[str, str], section: str, kwargs_key: str, airflow_version: str
) -> dict[str, object]:
    """The kwargs that `AIRFLOW__SECRETS__BACKEND_KWARG__NAME` variables set: raw texts, names lower-cased."""
    if not rules.PER_KEY_KWARGS.holds(airflow_version):
        return {}
    prefix = f"AIRFLOW__{section.upper()}__{kwargs_key.upper().replace('_KWARGS', '_KWARG')}__"
    return {
        name[len(prefix) :].lower(): value
        for name, value in environment.items()
        if name.startswith(prefix) and len(name) > len(prefix)
    }


class NotABooleanError(Exception):
    """A boolean option has another value. Its text is that of Airflow's `AirflowConfigException`."""


def is_true(environment: Mapping[str, str], section: str, key: str) -> bool:
    """A boolean option as `getboolean` reads it; not set: False. Raises `NotABooleanError`."""
    found = read_option(environment, section, key, sensitive=False).text
    if found is None:
        return False
    text = found.lower().strip().partition("#")[0].strip()
    if text in ("t", "true", "1"):
        return True
    if text in ("f", "false", "0"):
        return False
    raise NotABooleanError(
        f'Failed to convert value to bool. Please check "{key}" key in "{section}" section. '
        f'Current value: "{text}".'
    )
