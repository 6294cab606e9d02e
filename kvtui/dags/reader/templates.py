"""Which variables and connections a Jinja template asks for.

Mirrors what Airflow puts into a template's context: `var.value`, `var.json` and `conn`
(`airflow/utils/context.py` in Airflow 2, `airflow/sdk/execution_time/context.py` in 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice, product

from jinja2 import Environment, TemplateSyntaxError
from jinja2 import nodes as n

from kvtui.dags.reader.model import Findings, Undecided, Unreadable, Use
from kvtui.dags.reader.values import HOLE

_JINJA = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])  # noqa: S701 - never rendered
_MAY_ASK = re.compile(r"\b(?:var|conn)\b")
_MARKED = re.compile(r"\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)", re.DOTALL)
_TEXT = r"""'[\w .:/-]*'|"[\w .:/-]*\""""
_STEPS = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_RAW, _END_RAW = r"\{%-?\s*raw\s*-?%\}", r"\{%-?\s*endraw\s*-?%\}"
_IN_TURN = re.compile(rf"\{{#.*?(?:#\}}|\Z)|{_RAW}.*?(?:{_END_RAW}|\Z)|{_MARKED.pattern}", re.DOTALL)
"""What Jinja does not take as text; comments, and `raw` to `endraw`, as one."""
_SIMPLE = re.compile(
    rf"\{{#.*#\}}|{_RAW}.*{_END_RAW}|\{{\{{-?\s*(?:(?:var\.(?P<part>value|json)|(?P<conn>conn))"
    rf"(?:\.(?!get\b)(?P<key>[A-Za-z_]\w*)|\[(?P<item>{_TEXT})\]"
    rf"|\.get\((?:(?P<got>{_TEXT})|(?P<computed>{_STEPS}))(?P<default>,\s*(?:{_TEXT}))?\))"
    r"|(?!var\b|conn\b)[A-Za-z_]\w*)(?:\.(?!get\b)[A-Za-z_]\w*)*\s*-?\}\}",
    re.DOTALL,
)
"""Most templates need no parser."""
_BY_LOOKS = re.compile(
    r"(?<![\w.'\"])(?:var\.(?P<part>value|json)|(?P<conn>conn))(?:\.(?!get\b)(?P<key>[A-Za-z_]\w*)"
    r"""|(?:\.get\(\s*|\[\s*)(?P<item>'[^'"]*'|"[^'"]*")(?P<default>\s*,)?)"""
)
"""For what does not parse, within its marks."""


def may_ask(text: str) -> bool:
    """Whether a text could be a template that asks for something; spares everyone else the parser."""
    return ("{{" in text or "{%" in text) and _MAY_ASK.search(text) is not None


@lru_cache(maxsize=4096)
def scan_template(text: str) -> Findings:
    """What the template `text` asks for. A `HOLE` in it is what the code fills in.

    One that Jinja cannot parse is read by its looks; if it asks for nothing, it may be as broken as it likes.
    """
    if not may_ask(text):
        return Findings()
    marked = [_SIMPLE.fullmatch(text, *each.span()) for each in _IN_TURN.finditer(text)]
    simple = [each for each in marked if each is not None]
    if len(simple) == len(marked):
        return _findings(_simply(simple))
    try:
        return _findings(_read(_JINJA.parse(text), {}))
    except TemplateSyntaxError as error:
        broken = Unreadable(error.lineno, (error.message or "a syntax error").rstrip("."), by_looks=True)
    except RecursionError:
        broken = Unreadable(1, "it is nested too deeply", by_looks=True)
    marks = (each.span() for each in _MARKED.finditer(text))
    return _findings(_simply(found for span in marks for found in _BY_LOOKS.finditer(text, *span)), broken)


def _findings(asked: Iterable[Use | Undecided], error: Unreadable | None = None) -> Findings:
    found = tuple(dict.fromkeys(asked))
    return Findings(
        tuple(each for each in found if isinstance(each, Use)),
        tuple(each for each in found if isinstance(each, Undecided)),
        (error,) if error is not None and found else (),
    )


def _simply(names: Iterable[re.Match[str]]) -> Iterator[Use | Undecided]:
    """What simple names in a template ask for."""
    for found in names:
        said = found.groupdict("")
        if said["part"] or said["conn"]:
            line = found.string.count("\n", 0, found.start()) + 1
            key = said["key"] or (said["item"] or said.get("got", ""))[1:-1]
            accessor = said["conn"] or f"var.{said['part']}"
            yield _use(accessor, key, line, bool(said["default"]), said.get("computed", ""))


Names = dict[str, list[str]]
"""The texts that each of a template's own names may be; none: they are not known."""


def _read(node: n.Node, names: Names) -> Iterator[Use | Undecided]:
    """Everything that is asked for in a part of a template. Adds to `names` what it gives to names."""
    inner, apart = names, set[int]()
    if isinstance(node, n.For):
        inner, apart = dict(names), {id(node.iter), *map(id, node.else_)}
        items = node.iter.items if isinstance(node.iter, (n.List, n.Tuple)) else []
        texts = [_texts(each, names) for each in items]
        _bind(node.target, list(chain.from_iterable(texts)) if all(texts) else [], inner, is_new=True)
    elif isinstance(node, n.Macro):
        inner = names | {each.name: [] for each in node.args}
    elif isinstance(node, n.Getattr) and node.attr != "get":
        yield from _asked(node.node, [node.attr], node, node.lineno, names)
    elif isinstance(node, n.Getitem):
        yield from _asked(node.node, _texts(node.arg, names), node.arg, node.lineno, names)
    elif isinstance(node, n.Call) and isinstance(node.node, n.Getattr) and node.node.attr == "get":
        given = {each.key: each.value for each in node.kwargs}
        key = node.args[0] if node.args else given.get("key", given.get("conn_id"))
        default = len(node.args) > 1 or any(name.startswith("default") for name in given)
        if key is not None:
            yield from _asked(node.node.node, _texts(key, names), key, node.lineno, names, default)
    for child in node.iter_child_nodes():
        yield from _read(child, names if id(child) in apart else inner)
    if isinstance(node, n.Assign):
        _bind(node.target, _texts(node.node, names), names)


def _bind(target: n.Node, texts: list[str], names: Names, *, is_new: bool = False) -> None:
    for name in [target] if isinstance(target, n.Name) else target.find_all(n.Name):
        held = [] if is_new else names.get(name.name, [])
        is_known = texts and name is target and (held or is_new or name.name not in names)
        names[name.name] = [*held, *texts] if is_known else []


def _asked(
    holder: n.Node, keys: list[str], key: n.Node, line: int, names: Names, default: bool = False
) -> Iterator[Use | Undecided]:
    """What `holder`, if it is one that asks, is asked for; without `keys`, by an expression."""
    accessor = _accessor(holder, names)
    for text in dict.fromkeys(keys or [""]) if accessor else ():
        yield _use(accessor, text, line, default, _words(key))


def _accessor(node: n.Node, names: Names) -> str:
    """`var.value`, `var.json` or `conn`; empty for anything else."""
    root = getattr(node, "node", node)
    name = root.name if isinstance(root, n.Name) and root.name not in names else ""
    part = node.attr if isinstance(node, n.Getattr) else ""
    if isinstance(node, n.Getitem) and isinstance(node.arg, n.Const):
        part = str(node.arg.value)
    if name == "var" and part in ("value", "json"):
        return f"var.{part}"
    return "conn" if name == "conn" and root is node else ""


def _texts(node: n.Node, names: Names) -> list[str]:
    """The texts that an expression may be; empty if they are not known."""
    if isinstance(node, n.Const):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, n.CondExpr) and node.expr2 is not None:
        sides = [_texts(node.expr1, names), _texts(node.expr2, names)]
        return sides[0] + sides[1] if all(sides) else []
    if isinstance(node, n.Name):
        return names.get(node.name, [])
    if isinstance(node, (n.Concat, n.Add)):
        parts = node.nodes if isinstance(node, n.Concat) else [node.left, node.right]
        return ["".join(each) for each in islice(product(*(_texts(part, names) for part in parts)), 100)]
    return []


def _use(accessor: str, key: str, line: int, default: bool, expression: str = "") -> Use | Undecided:
    """One use; its key is not known where the code fills in a part of it."""
    kind = "connection" if accessor == "conn" else "variable"
    if not key or HOLE in key.lower():
        return Undecided(kind, key or expression, line, "the template computes the key")
    return Use(kind, key, line, f"{{{{ {accessor} }}}}", default)


def _words(node: n.Node) -> str:
    """A key's expression in a few words."""
    name = getattr(node, "name", None)
    if isinstance(name, str):
        return name
    if isinstance(node, n.Getattr):
        return f"{_words(node.node)}.{node.attr}"
    return "an expression of the template"
