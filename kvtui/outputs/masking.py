"""The lines of a file as they may be shown: values that could be secrets are masked.

Ours are known by their keys. Of other people's assignments only booleans and numbers are shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from kvtui.airflow.kwargs import BACKEND_VARIABLE, KWARGS_VARIABLE
from kvtui.outputs.env_file import UNKNOWN_SECRET
from kvtui.outputs.env_lines import entries
from kvtui.outputs.model import FileKind
from kvtui.outputs.readers.astro_load import trimmed
from kvtui.outputs.values_content import SECRET_KEY
from kvtui.secret_text import MASK

_OPEN_KWARGS = {
    "connections_prefix",
    "variables_prefix",
    "config_prefix",
    "vault_url",
    "sep",
    "tenant_id",
    "client_id",
    "managed_identity_client_id",
    "workload_identity_tenant_id",
}
_PAIR = re.compile(r'"(?P<key>[^"\\]*)"(?P<colon>\s*:\s*)"(?:[^"\\]|\\.)*"')
_HARMLESS = re.compile(
    r"(['\"]?)(?:true|false|yes|no|on|off|none|null|-?\d{1,9}(?:\.\d{1,9})?)?\1\s*", re.IGNORECASE
)
_CLASS = re.compile(r"(['\"]?)[A-Za-z0-9_.]+\1\s*")
_COMMENTED = re.compile(
    r"(?P<head>\s*#+\s*(?:export\s+)?(?P<key>[A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*)(?P<value>.+)"
)
_USERINFO = re.compile(r"(://)[^/\s@]+@")

_YAML_LINE = re.compile(
    r"(?P<head>(?P<indent>\s*(?:#\s*)?)(?P<dash>-\s+)?(?P<key>[\w./-]+)\s*:)(?P<space>\s*)(?P<value>.*)"
)
_SECRET_KEY = re.compile(
    r"(?i).*(token|password|passwd|apikey|secretdata|credentials?|privatekey|connection|fernetkey|secretkey|pass)"
)
_SECRET_NAME = re.compile(r"(?i).*(secret|token|pass|pwd|key|conn|cred|uri|dsn|sas)")
_FLOW_PAIR = re.compile(
    r"""(?P<head>(?P<key>[\w./-]+):\s+)(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,{}\[\]][^,}\]]*)"""
)
_QUOTED_KWARGS = re.compile(r"'(?P<inner>(?:[^']|'')*)'(?P<rest>\s*(?:#.*)?)")
_FLOW_NAME = re.compile(r"""(?:name|envName):\s+["']?(?P<name>[A-Za-z_][A-Za-z0-9_]*)""")
_OUR_KEY = re.compile(rf"""(["']?){SECRET_KEY}\1\s*(?:#.*)?""")
_OPEN_MANIFEST = {"apiVersion", "kind", "metadata", "name", "namespace", "type", "stringData", "data"}


def masked_lines(text: str, kind: FileKind) -> list[str]:
    """The lines of `text`, without their endings, as they may be shown. One for each line of `text`."""
    rules: Mapping[FileKind, Callable[[str], Iterator[str]]] = {
        FileKind.ENV: _env,
        FileKind.VALUES: _values,
        FileKind.KUBERNETES_SECRET: _manifest,
        FileKind.REQUIREMENTS: plain_lines,
        FileKind.GITIGNORE: plain_lines,
    }
    return [_USERINFO.sub(rf"\1{MASK}@", line) for line in rules[kind](text)]


def plain_lines(text: str) -> Iterator[str]:
    """The lines of `text` without their endings; a last line without one counts as well."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return iter([line.removesuffix("\r") for line in lines])


def masked_kwargs(value: str) -> str:
    """Kwargs in whatever form, with every value masked that is not known to be harmless."""
    try:
        kwargs = json.loads(trimmed(value))
    except (ValueError, RecursionError):
        return MASK
    if not isinstance(kwargs, dict):
        return MASK
    hidden = {key: item for key, item in kwargs.items() if key not in _OPEN_KWARGS}
    if not all(isinstance(item, str | bool | None) for item in hidden.values()):
        return MASK
    shown = _PAIR.sub(
        lambda pair: pair[0] if pair["key"] in _OPEN_KWARGS else f'"{pair["key"]}"{pair["colon"]}"{MASK}"',
        value,
    )
    plain = [item for item in hidden.values() if isinstance(item, str) and len(item) > 3]
    return MASK if any(item in shown for item in plain) else shown


def _env(text: str) -> Iterator[str]:
    if text.startswith("\ufeff"):
        yield from _env(text[1:]) if len(text) > 1 else [""]
        return
    for entry in entries(text):
        first, *rest = plain_lines(text[entry.start : entry.end])
        head = text[entry.start : entry.value]
        value = text[entry.value : entry.start + len(first)]
        if not entry.key:
            yield _unassigned(first)
        elif rest:
            yield head + MASK
        else:
            yield head + _env_value(entry.key, value)
        yield from (MASK for _ in rest)


def _env_value(key: str, value: str) -> str:
    if _HARMLESS.fullmatch(value) or UNKNOWN_SECRET.fullmatch(value):
        return value
    if key == KWARGS_VARIABLE:
        return masked_kwargs(value)
    if key == BACKEND_VARIABLE and _CLASS.fullmatch(value):
        return value
    return MASK


def _unassigned(line: str) -> str:
    """A blank line or a comment as it is, but for a value that it comments out; anything else masked."""
    commented = _COMMENTED.fullmatch(line)
    if commented:
        return commented["head"] + _env_value(commented["key"], commented["value"])
    return line if not line.strip() or line.lstrip().startswith("#") else MASK


def _values(text: str) -> Iterator[str]:
    name = ""
    hidden_from: int | None = None
    for line in plain_lines(text):
        indent = len(line) - len(line.lstrip())
        if hidden_from is not None and (indent > hidden_from or not line.strip()):
            yield " " * indent + MASK if line.strip() else line
            continue
        hidden_from = None
        match = _YAML_LINE.fullmatch(line)
        if match is None:
            yield _flow(line)
            continue
        if match["dash"]:
            name = ""
        if match["key"] in ("name", "envName"):
            name = match["value"].strip().strip("'\"")
        shown = _yaml_value(match["key"], match["value"], name)
        if shown == MASK and (not match["value"] or match["value"][0] in "|>'\"#&!"):
            hidden_from = len(match["indent"]) + len(match["dash"] or "")
        yield match["head"] + match["space"] + (shown if match["value"] else "")


def _yaml_value(key: str, value: str, name: str) -> str:
    if key == "value":
        if name == KWARGS_VARIABLE:
            return _yaml_kwargs(value)
        secret = not name or (bool(_SECRET_NAME.match(name)) and name != BACKEND_VARIABLE)
    else:
        secret = _is_secret_key(key, value)
    if not secret or (value and _HARMLESS.fullmatch(value)):
        return _flow(value) if value.startswith(("{", "[")) else value
    return MASK


def _flow(text: str) -> str:
    """Entries within braces or brackets; of another's environment entry only the name is shown."""
    shown: list[str] = []
    position, name = 0, ""
    for pair in _FLOW_PAIR.finditer(text):
        between = text[position : pair.start()]
        if "}" in between:
            name = ""
        if named := _FLOW_NAME.match(pair[0]):
            name = named["name"]
        shown += [between, _flow_pair(pair, name)]
        position = pair.end()
    return "".join(shown) + text[position:]


def _flow_pair(pair: re.Match[str], name: str) -> str:
    if pair["key"] == "value" and name == KWARGS_VARIABLE:
        return pair["head"] + _yaml_kwargs(pair["value"])
    secret = pair["key"] == "value" or _is_secret_key(pair["key"], pair["value"])
    return pair["head"] + MASK if secret and not _HARMLESS.fullmatch(pair["value"]) else pair[0]


def _is_secret_key(key: str, value: str) -> bool:
    """By its name; but for ours, which names a key of the Kubernetes Secret and is none itself."""
    return bool(_SECRET_KEY.fullmatch(key)) and not (key == "secretKey" and _OUR_KEY.fullmatch(value))


def _yaml_kwargs(value: str) -> str:
    """Kwargs in single quotes, and a comment behind them, where neither holds what must not be shown."""
    quoted = _QUOTED_KWARGS.fullmatch(value)
    if quoted is None:
        return MASK
    comment = quoted["rest"]
    return f"'{masked_kwargs(quoted['inner'].replace(chr(39) * 2, chr(39)))}'{comment}"


def _manifest(text: str) -> Iterator[str]:
    for line in plain_lines(text):
        match = _YAML_LINE.fullmatch(line)
        if match is None:
            yield line if not line.strip() or line.strip() == "---" else MASK
        elif match["key"] in _OPEN_MANIFEST or not match["value"]:
            yield line
        else:
            yield match["head"] + match["space"] + _yaml_kwargs(match["value"])
