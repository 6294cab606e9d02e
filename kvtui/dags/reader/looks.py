"""What texts show that no parser reads: newer Python, data of a DAG factory, Airflow's configuration."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator

from kvtui.dags.reader.model import Unreadable, Use
from kvtui.dags.reader.templates import scan_template

_NEWER = re.compile(
    r"\s*(?:type\s+\w+\s*(?:\[.*\]\s*)?=|(?:async\s+)?(?:def|class)\s+\w+\s*\[|except\*?\s+[A-Z]\w*(?:\s*,\s*[A-Z]\w*)+\s*:)"
    r"|.*\bt[\"']"
)
"""Lines of Python 3.12 to 3.14: `type X =`, `def f[T]`, `except A, B:`, `t"…"`."""
_IN_PYTHON = re.compile(
    r"(?:\b(?P<how>Variable\.get|(?<=Hook\.)get_connection)\(\s*(?:(?:key|conn_id)\s*=\s*)?"
    r"|(?<![\w.])(?P<name>(?:\w+_)?conn_id)\s*=\s*)"
    r"(?P<quote>['\"])(?P<key>[^'\"\n]+)(?P=quote)(?=(?P<default>\s*,\s*(?:default|[^d)]))?)"
)
_KEY = r"""(?P<name>(?:\w+_)?(?:conn|connection)_ids?)["']?\s*[:=]\s*"""
_IN_DATA = re.compile(rf"""(?<![\w.-]){_KEY}(?P<value>\[[^\]\n]*\]|"[^"\n]*"|'[^'\n]*'|[^\s#,{{}}\[\]"']+)""")
_DEFINES = re.compile(r"""(?:^|[\s"'{,])(?:conn_type|conn_uri|conn_host)["']?\s*[:=]""")
"""A file with such keys makes connections; it does not use them."""
_TEXT = re.compile(r"""[^\s,"'\[\]]+""")
_NO_NAME = ("null", "none", "~", "true", "false", "str", "string")
_OPTION = re.compile(
    r"""(?:AIRFLOW__[A-Z_]+__(?=\w*CONN_ID\b)|^[\s-]*(?=(?:remote_log|email|git)_conn_id\b)|["'](?=git_conn_id\b))"""
    r"""(\w+)\\?["']?(?:[ \t]*[:=][ \t]*|[ \t]+|[ \t]*,?\s*["']?value["']?:[ \t]*)"""
    r"""\\?["']?(?P<value>[\w.-]+)""",
    re.MULTILINE,
)
"""Such an option and its value, also as `name` and `value` in one of Kubernetes' lists."""
_SETS = re.compile(
    r"""^[ \t]*(?:export[ ]|ENV[ ])?[ \t]*(?!\w*(?:PASS|PWD|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_KEY))"""
    r"""(\w+)[ ]?[= ][ ]?(["']?)((?![A-Za-z0-9]{20})[A-Za-z][\w.-]{,39})\2[ \t\r]*\\?$""",
    re.MULTILINE,
)
"""A line of `.env` or a Dockerfile that sets a variable to what may be a name: it looks like no secret."""


def of_syntax_error(text: str, error: SyntaxError) -> Unreadable:
    """Why a Python file does not parse: perhaps it is newer than the Python that runs kvtui."""
    line = error.lineno or 1
    lines = text.splitlines()
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    if _NEWER.match(shown) or error.msg.startswith("f-string"):
        why = f"it does not parse with Python {platform.python_version()}, perhaps it is newer: {error.msg}"
        return Unreadable(line, why, python=True, by_looks=True)
    return Unreadable(line, f"not Python: {error.msg}", python=True)


def in_python(text: str) -> Iterator[Use]:
    """What the text of Python code seems to ask for."""
    code = re.sub(r"(?m)^(\s*)#.*$", r"\1", text)
    for found in _IN_PYTHON.finditer(code):
        kind = "variable" if found["how"] == "Variable.get" else "connection"
        line, default = code.count("\n", 0, found.start()) + 1, kind == "variable" and bool(found["default"])
        yield Use(kind, found["key"], line, found["how"] or f"{found['name']}=", default)
    for number, each in enumerate(code.split("\n"), 1):
        for use in scan_template(each).uses:
            yield use._replace(line=number)


def in_data(text: str) -> Iterator[Use]:
    """The connections that a YAML, JSON or TOML file of a DAG factory names."""
    if "conn" not in text or _DEFINES.search(text):
        return
    for number, each in enumerate(text.split("\n"), 1):
        if "conn" not in each or each.lstrip().startswith(("#", "//")):
            continue
        for found in _IN_DATA.finditer(each):
            value = found["value"]
            many = value.startswith("[")
            for name in _TEXT.findall(value) if many else [value.strip("\"'")]:
                if name and name.lower() not in _NO_NAME and not re.search(r"[{}$<>\s|&*]", name):
                    yield Use("connection", name, number, f"'{found['name']}':")


def environment(text: str) -> dict[str, str]:
    """The variables that `.env` or a Dockerfile sets to what may be a key's name."""
    return {name: value for name, _, value in _SETS.findall(text)}


def in_configuration(text: str) -> Iterator[Use]:
    """The connections that Airflow's own options name: `AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID`, a bundle's."""
    for found in _OPTION.finditer(text):
        start = text.rfind("\n", 0, found.start("value")) + 1
        set_here = f"AIRFLOW_CONN_{found['value'].upper()}" in text
        if not set_here and not text[start:].lstrip().startswith(("#", ";")):
            yield Use("connection", found["value"], text.count("\n", 0, start) + 1, found[1])
