"""The lines of a file as they may be shown: values that could be secrets are masked.

kvtui's lines are recognised by their keys. Of other assignments only booleans and numbers are shown. In YAML
a value is masked when its key looks secret, or when the value itself does: `password=…`, or a long random
word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from kvtui.airflow.kwargs import BACKEND_VARIABLE, KWARGS_VARIABLE
from kvtui.core.secret_text import MASK
from kvtui.outputs.env.file import UNKNOWN_SECRET
from kvtui.outputs.env.lines import entries
from kvtui.outputs.env.parsers.go_lines import trimmed
from kvtui.outputs.helm.content import SECRET_KEY
from kvtui.outputs.model import FileKind

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
_PAIR = re.compile(r'"(?P<key>[^"\\]*)"(?P<colon>\s*:\s*)"(?:[^"\\]++|\\.)*+"')
_HARMLESS = re.compile(
    r"(['\"]?)(?:true|false|yes|no|on|off|none|null|-?\d{1,9}(?:\.\d{1,9})?)?\1\s*", re.IGNORECASE
)
_CLASS = re.compile(r"(['\"]?)[A-Za-z0-9_.]+\1\s*")
_COMMENTED = re.compile(
    r"(?P<head>\s*#+\s*(?:export\s+)?(?P<key>[A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*)(?P<value>.+)"
)
_TRUTH = re.compile(r"(['\"]?)(?:true|false|yes|no|on|off|none|null)?\1\s*", re.IGNORECASE)
"""What is shown even for a key that looks secret; a number may be its value."""
_USERINFO = re.compile(r"(://)(?:[^\s@/:]*:\S+|[^/\s@]+)@")

_KEY = r"""(?P<quote>["']?)(?P<key>[\w./-]++)(?P=quote)"""
_YAML_LINE = re.compile(
    rf"(?P<head>(?P<indent>\s*(?:#\s*)?)(?P<dash>(?:-\s+)*){_KEY}\s*:)(?P<space>\s+|$)(?P<value>.*)"
)
_KEY_WORDS = (
    r"secret|token|pass(?:word|wd|phrase|code)|pwd|cred|conn(?:ection)?(?:string|str|uri|url)|webhook"
    r"|sas(?:url|uri)"
    r"|signature|(?:api|access|account|private|shared|fernet|signing|encryption|master|licen[cs]e|ssh|hmac)key"
    r"|connectionid|cookie|bearer|authorization"
)
_SECRET_KEY = re.compile(
    rf"(?i){_KEY_WORDS}|(?:pass|pat|pin|key|conn(?:ection)?|dsn|sas|sig|uri|jwt|auth)s?$"
)
_NAMES_ONLY = re.compile(
    r"(?i)(?:names?|ref|namespace|enabled|type|class|backend|version|path|paths|seconds|size|mode|policy)$"
    r"|^secretbackend|^(?:image)?pullsecrets?$|^existingsecret"
)
"""Keys that hold a secret's name or kind and not its value: `secretName`, `secretKeyRef`."""
_SECRET_NAME = re.compile(r"(?i).*(secret|token|pass|pwd|key|conn|cred|uri|dsn|sas)")
_SECRET_VALUE = re.compile(
    r"""(?i)(?:secret|token|passw\w{0,20}|passphrase|pwd|cred\w{0,20}|(?:api|access|account|private|shared)[-_]?key|sas|sig)"""
    r"""["']?\s{0,9}[:=]\s{0,9}[^\s]|BEGIN [A-Z ]*PRIVATE KEY"""
)
_RANDOM = re.compile(r"(?<![\w/+])(?=[\w/+]*?\d)(?=[\w/+]*?[a-z])(?=[\w/+]*?[A-Z])[\w/+]{24,}+")
_HIDES_ALL = {"secretdata", "stringdata", "data"}
"""Mappings of a Kubernetes Secret: whatever is below them."""
_FLOW_PAIR = re.compile(
    rf"""(?<![\w./-])(?P<head>{_KEY}(?::\s+|(?<=["']):\s*))(?P<value>"(?:[^"\\]++|\\.)*+"|'(?:[^']++|'')*+'"""
    r"""|[^\s,{}\[\]"'][^,}\]]*)"""
)
_QUOTED_KWARGS = re.compile(r"'(?P<inner>(?:[^']++|'')*+)'(?P<rest>\s*(?:#.*)?)")
_FLOW_NAME = re.compile(r"""["']?(?:name|envName)["']?:\s*["']?(?P<name>[A-Za-z_][A-Za-z0-9_]*)""")
_OUR_KEY = re.compile(rf"""(["']?){SECRET_KEY}\1\s*(?:#.*)?""")
_REF = "secretKeyRef"
"""Its `key` is the name of an entry of a Kubernetes Secret, not a secret."""
_REF_KEY = re.compile(r"""(["']?)[\w.-]{1,253}\1\s*(?:#.*)?""")
_FLOW_REF = re.compile(rf"""{_REF}["']?:\s*\{{[^}}]*$""")
_OPEN_MANIFEST = {"apiVersion", "kind", "metadata", "name", "namespace", "type"}
_WORD = re.compile(r"""["']?[\w./-]*["']?""")


def masked_lines(text: str, kind: FileKind) -> list[str]:
    """The lines of `text`, without their endings, as they may be shown. One for each line of `text`."""
    rules: Mapping[FileKind, Callable[[str], Iterator[str]]] = {
        FileKind.ENV: _env,
        FileKind.VALUES: _values,
        FileKind.KUBERNETES_SECRET: _manifest,
        FileKind.REQUIREMENTS: _requirements,
        FileKind.GITIGNORE: plain_lines,
        FileKind.BASELINE: plain_lines,
    }
    return [_USERINFO.sub(rf"\1{MASK}@", line) for line in rules[kind](text)]


def plain_lines(text: str) -> Iterator[str]:
    """The lines of `text` without their endings; a last line without one counts as well."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return iter([line.removesuffix("\r") for line in lines])


def masked_kwargs(value: str) -> str:
    """Kwargs in any form, with every value masked that is not known to be harmless."""
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


def _requirements(text: str) -> Iterator[str]:
    """Shown, except for credentials in the address of an index, which are masked everywhere."""
    for line in plain_lines(text):
        yield MASK if "://" in line and _looks_secret(line) else line


def _looks_secret(value: str) -> bool:
    return bool(_SECRET_VALUE.search(value) or _RANDOM.search(value))


def _env(text: str) -> Iterator[str]:
    if text == "\ufeff":
        yield ""
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
    harmless = _TRUTH if _is_secret_key(key, "") else _HARMLESS
    if harmless.fullmatch(value) or UNKNOWN_SECRET.fullmatch(value):
        return value
    if key == KWARGS_VARIABLE:
        return masked_kwargs(value)
    if key == BACKEND_VARIABLE and _CLASS.fullmatch(value):
        return value
    return MASK


def _unassigned(line: str) -> str:
    """A blank line, or a comment with any value in it masked; anything else is masked."""
    commented = _COMMENTED.fullmatch(line)
    if commented:
        return commented["head"] + _env_value(commented["key"], commented["value"])
    if line.lstrip().startswith("#"):
        return f"# {MASK}" if _looks_secret(line) else line
    return line if not line.strip() else MASK


def _values(text: str) -> Iterator[str]:
    """Below a secret key everything is hidden, or (`words_from`) the lines without a key of their own."""
    name = ""
    hidden_from: int | None = None
    words_from: int | None = None
    ref_at: int | None = None
    for line in plain_lines(text):
        indent = len(line) - len(line.lstrip())
        if hidden_from is not None and (indent > hidden_from or not line.strip()):
            yield " " * indent + MASK if line.strip() else line
            continue
        hidden_from = None
        match = _YAML_LINE.fullmatch(line)
        if match is None:
            below = words_from is not None and indent >= words_from
            hide = line.strip() and not line.lstrip().startswith("#") and below
            hide = hide or line.lstrip().startswith(("? ", ": "))
            yield " " * indent + MASK if hide or _looks_secret(line) else _flow(line)
            continue
        if words_from is not None and indent <= words_from:
            words_from = None
        if match["dash"]:
            name = ""
        if match["key"] in ("name", "envName"):
            name = match["value"].strip().strip("'\"")
        value = match["value"]
        depth = len(match["indent"]) + len(match["dash"])
        ref_at = depth if match["key"] == _REF else None if ref_at is None or depth <= ref_at else ref_at
        shown = _yaml_value(match["key"], value, name, in_ref=ref_at is not None)
        if shown == MASK and value and value[0] in "|>'\"#&!":
            hidden_from = depth
        elif shown == MASK and not value:
            below_it = match["key"].lower() in _HIDES_ALL or _is_plain_secret(match["key"])
            hidden_from, words_from = (depth, words_from) if below_it else (None, depth)
        elif shown == MASK or (value[:1] in ("'", '"') and not value.rstrip().endswith(value[0])):
            words_from = depth + 1 if words_from is None else words_from
        yield match["head"] + match["space"] + (shown if value else "")


def _yaml_value(key: str, value: str, name: str, *, in_ref: bool) -> str:
    if in_ref and _names_an_entry(key, value):
        return value
    if key == "value":
        if name == KWARGS_VARIABLE:
            return _yaml_kwargs(value)
        secret = not name or (bool(_SECRET_NAME.match(name)) and name != BACKEND_VARIABLE)
    else:
        secret = _is_secret_key(key, value)
    if secret and not (value and _TRUTH.fullmatch(value)):
        return MASK
    if value.startswith(("{", "[")):
        return _flow(value, in_ref=key == _REF)
    return MASK if _looks_secret(value) else value


def _names_an_entry(key: str, value: str) -> bool:
    """Whether it is the `key` of a `secretKeyRef`, and nothing that looks like a secret."""
    return key == "key" and bool(_REF_KEY.fullmatch(value)) and not _looks_secret(value)


def _flow(text: str, *, in_ref: bool = False) -> str:
    """Entries within braces or brackets; of other tools' environment entries only the name is shown."""
    shown: list[str] = []
    position, name = 0, ""
    for pair in _FLOW_PAIR.finditer(text):
        between = text[position : pair.start()]
        if "}" in between:
            name, in_ref = "", False
        in_ref = in_ref or bool(_FLOW_REF.search(between))
        if named := _FLOW_NAME.match(pair[0]):
            name = named["name"]
        entry = in_ref and _names_an_entry(pair["key"], pair["value"])
        shown += [between, pair[0] if entry else _flow_pair(pair, name)]
        position = pair.end()
    return "".join(shown) + text[position:]


def _flow_pair(pair: re.Match[str], name: str) -> str:
    if pair["key"] == "value" and name == KWARGS_VARIABLE:
        return pair["head"] + _yaml_kwargs(pair["value"])
    key, value = pair["key"], pair["value"]
    if key == "value":
        secret = not _HARMLESS.fullmatch(value)
    else:
        secret = _is_secret_key(key, value) and not _TRUTH.fullmatch(value)
    return pair["head"] + MASK if secret or _looks_secret(value) else pair[0]


def _is_secret_key(key: str, value: str) -> bool:
    """By its name, except kvtui's own, which names a key of the Kubernetes Secret."""
    if key == "secretKey" and _OUR_KEY.fullmatch(value):
        return False
    plain = re.sub(r"[-_.]", "", key.rpartition("/")[2])
    if plain.lower() in _HIDES_ALL:
        return not value or value[0] in "|>{'\"&!"
    return bool(_SECRET_KEY.search(plain)) and not _NAMES_ONLY.search(plain)


def _is_plain_secret(key: str) -> bool:
    """Whether a list or mapping below `key` holds secrets, and not facts about them."""
    plain = re.sub(r"[-_.]", "", key.rpartition("/")[2])
    return bool(
        re.search(r"(?i)(?:tokens?|passwords?|passwd|credentials?|(?:api|private|fernet)keys?)$", plain)
    )


def _yaml_kwargs(value: str) -> str:
    """Kwargs in single quotes, and a comment behind them, if neither holds a secret."""
    quoted = _QUOTED_KWARGS.fullmatch(value)
    if quoted is None:
        return MASK
    comment = quoted["rest"]
    return f"'{masked_kwargs(quoted['inner'].replace(chr(39) * 2, chr(39)))}'{comment}"


def _manifest(text: str) -> Iterator[str]:
    data_from: int | None = None
    for line in plain_lines(text):
        match = _YAML_LINE.fullmatch(line)
        indent = len(line) - len(line.lstrip())
        if data_from is not None and line.strip() and indent <= data_from:
            data_from = None
        if match is None:
            yield line if not line.strip() or line.strip() == "---" else MASK
        elif not match["value"] or (
            data_from is None and match["key"] in _OPEN_MANIFEST and _WORD.fullmatch(match["value"])
        ):
            yield line
        else:
            yield match["head"] + match["space"] + _yaml_kwargs(match["value"])
        if match is not None and match["key"] in ("data", "stringData") and data_from is None:
            data_from = indent
