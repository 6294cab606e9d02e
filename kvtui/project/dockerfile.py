"""The environment that a project's Dockerfile sets. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

_CONTINUED = re.compile(r"\\[ \t]*\r?\n")
_ENV = re.compile(r"\s*(ENV|ARG)\s+(.*)", re.IGNORECASE)
_OLD_FORM = re.compile(r"([A-Za-z_]\w*)\s+([^=].*)")
_BACKEND = re.compile(r"AIRFLOW__(?:SECRETS__BACKEND|WORKERS__SECRETS_BACKEND)\w*")
_CLIENT_SECRET = re.compile(r"(AZURE_CLIENT_SECRET)[\s=]+[^\s=]|(AIRFLOW__\w+)[\s=].*client_secret", re.I)


def environment_of(text: str) -> dict[str, str]:
    """The variables of the `ENV` lines, the last one of a name. A `$NAME` in them is not expanded."""
    found: dict[str, str] = {}
    for keyword, rest in _lines(text):
        if keyword != "ENV":
            continue
        old = _OLD_FORM.fullmatch(rest.strip())
        try:
            if old and "=" not in old[1]:
                found[old[1]] = _without_quotes(old[2].strip())
                continue
            words = shlex.split(rest)
        except ValueError:
            continue
        found.update(word.split("=", 1) for word in words if "=" in word)  # type: ignore[misc]
    return found


def dockerfile_warnings(text: str, name: str) -> tuple[str, ...]:
    """What the Dockerfile called `name` should not set, one sentence each; values are never named."""
    found: list[str] = []
    names = [each for each in environment_of(text) if _BACKEND.fullmatch(each)]
    if names:
        found.append(
            f"{name} sets {' and '.join(names)}: every image carries it, and it counts wherever nothing else "
            "sets it. Remove it there, so that one place configures the backend."
        )
    secrets = [match[1] or match[2] for _, rest in _lines(text) if (match := _CLIENT_SECRET.match(rest))]
    if secrets:
        found.append(
            f"{name} holds a client secret in clear text ({' and '.join(dict.fromkeys(secrets))}): everyone "
            "who gets the image or the repository can read it. Remove it, and renew the secret."
        )
    return tuple(found)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Each `ENV` or `ARG` with what follows it."""
    for line in _CONTINUED.sub(" ", text).splitlines():
        match = _ENV.fullmatch(line)
        if match:
            yield match[1].upper(), match[2]


def _without_quotes(value: str) -> str:
    """A value of the old form, `ENV NAME value`: Docker removes quotes that are not escaped."""
    lexer = shlex.shlex(value, posix=True)
    lexer.whitespace = lexer.commenters = ""
    lexer.whitespace_split = True
    return "".join(lexer)
