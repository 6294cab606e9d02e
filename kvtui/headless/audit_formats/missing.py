"""The secrets that the vault lacks: as a list of names, or as a script that stores them.

The script holds no value and gives none to a program as an argument: each value is read from a file, or
typed, and handed to `az keyvault secret set` as a file.
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from kvtui.app.audit.judging import Audit, ResolvedKey
from kvtui.azure.commands import store_from_file
from kvtui.core.problems import ProblemError
from kvtui.core.words import count, listed
from kvtui.dags.reader import Use
from kvtui.headless.audit_formats.result import AuditResult
from kvtui.settings.model import CloudName
from kvtui.settings.vault_address import parse_vault_address

_SCRIPT = """\
#!/bin/sh
# Stores {secrets} that the DAGs use and the vault does not have.
#
#   sh FILE{usage}            asks for each value; what you type is not shown
#   sh FILE{usage} DIRECTORY  reads each value from DIRECTORY/NAME, and asks for those that are not there
#
# Keys that need no value (each use has a default, is ignored or is in a test, or
# the code stores the variable) are not in this script.
# The script contains no value. Line endings at the end of a value are not stored. Enter skips a secret.
# The exit code is 1 if a secret was skipped or not stored.
set -eu
umask 077
{vault}
values=${{{directory}:-}}
failed=0
value=$(mktemp)
trap 'rm -f "$value"; stty echo 2>/dev/null || true' EXIT
trap 'exit 1' HUP INT TERM

# fill NAME: puts the value into the file $value; fails if it is empty.
fill() {{
    if [ -n "$values" ] && [ -f "$values/$1" ]; then
        text=$(cat "$values/$1")
    else
        printf 'Value of %s: ' "$1" >&2
        stty -echo 2>/dev/null || true
        IFS= read -r text || true
        stty echo 2>/dev/null || true
        echo >&2
    fi
    printf %s "$text" > "$value"
    [ -s "$value" ] || {{ echo "Skipped: $1" >&2; return 1; }}
}}
"""


@dataclass(frozen=True, slots=True)
class MissingSecret:
    """One secret to store, and what uses it."""

    name: str
    kind: str
    key: str
    place: Use


def missing_secrets(report: Audit) -> list[MissingSecret]:
    """The secrets of keys that are missing and needed, known failures included; each name once."""
    found: dict[str, MissingSecret] = {}
    for each in report.judged:
        needed = [place for place in each.asked.places if not place.default_given]
        needed = [place for place in needed if place.aside in ("", "known")]
        if each.outcome == "missing" and each.secret_name and needed and not each.set_at:
            secret = MissingSecret(each.secret_name, each.asked.kind, each.asked.key, needed[0])
            found.setdefault(each.secret_name, secret)
    return sorted(found.values(), key=lambda each: each.name)


def counted(report: Audit) -> str:
    """How many of the missing keys the secrets are for, and why the others are left out."""
    secrets = {each.name for each in missing_secrets(report)}
    missing = [each for each in report.judged if each.outcome == "missing"]
    inside = sum(each.secret_name in secrets for each in missing)
    printed = f"{count(len(secrets), 'secret')} printed"
    if inside == len(missing):
        return f"{printed}, for {count(inside, 'missing key')}."
    left = [_why_left_out(each) for each in missing if each.secret_name not in secrets]
    whys = Counter(left)
    if len(whys) == 1:
        why = ("it " if len(left) == 1 else "they ") + left[0][len(left) != 1]
    else:
        why = listed([f"{number:,} {words[number != 1]}" for words, number in whys.items()])
    are = count(len(left), "is", "are")
    return f"{printed}. {count(len(missing), 'key is', 'keys are')} missing. {are} left out: {why}."


def _why_left_out(each: ResolvedKey) -> tuple[str, str]:
    """Why a missing key is not among the secrets, of one key and of several."""
    if not each.secret_name:
        return "has no name in Key Vault", "have no name in Key Vault"
    places = each.asked.places
    if each.asked.is_needed:
        return "is stored by the code", "are stored by the code"
    if any(place.default_given for place in places):
        return "has a default", "have a default"
    if any(place.aside == "ignored" for place in places):
        return "is ignored", "are ignored"
    if any(place.aside == "caught" for place in places):
        return "is used only where a KeyError is caught", "are used only where a KeyError is caught"
    only = {"test": "by tests", "main": 'under `if __name__ == "__main__"`'}
    asides = {place.aside for place in places}
    where = only[asides.pop()] if len(asides) == 1 else f"{only['test']} or {only['main']}"
    return f"is used only {where}", f"are used only {where}"


def render_list(result: AuditResult) -> str:
    """The names, one a line."""
    return "".join(f"{each.name}\n" for each in missing_secrets(result.report))


def render_script(result: AuditResult) -> str:
    """The script. Where the vault is not known, its name is the first argument."""
    secrets, vault_name = missing_secrets(result.report), _name_of(result.vault)
    head = _SCRIPT.format(
        secrets=count(len(secrets), "secret"),
        usage="" if vault_name else " VAULT",
        vault=f"vault={shlex.quote(vault_name)}" if vault_name else "vault=${1:?Name the vault}",
        directory="1" if vault_name else "2",
    )
    lines = [head]
    for each in secrets:
        where = f"{result.path(each.place.file)}:{each.place.line}"
        lines.append(f"# {each.kind} {json.dumps(each.key)}, {json.dumps(where)[1:-1]}")
        lines.append(f"fill {shlex.quote(each.name)} &&")
        lines.append(f"    {store_from_file(each.name)} || failed=1")
    return "\n".join([*lines, "", 'exit "$failed"', ""])


def _name_of(vault: str) -> str:
    """The name in a vault's URL, of any cloud; empty if it is not the URL of a vault."""
    for cloud_name in CloudName if vault else ():
        with suppress(ProblemError):
            return parse_vault_address(vault, cloud_name).name
    return ""
