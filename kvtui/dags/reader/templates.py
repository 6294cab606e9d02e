"""Which variables and connections a Jinja template asks for.

Mirrors what Airflow puts into a template's context: `var.value`, `var.json` and `conn`
(`airflow/utils/context.py` in Airflow 2, `airflow/sdk/execution_time/context.py` in 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

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
        return _findings(_Reader(_JINJA.parse(text)).read())
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
            yield _asked(accessor, key, line, bool(said["default"]), said.get("computed", ""))


class _Reader:
    """One parsed template."""

    def __init__(self, tree: n.Template) -> None:
        self.tree = tree
        own: set[int] = set()
        self.hidden: set[int] = set()
        """Names, by their identity, that mean what a loop, or a macro's parameter, gives them."""
        blocks: list[n.For | n.Macro] = [*tree.find_all(n.For), *tree.find_all(n.Macro)]
        for block in blocks:
            targets = _names(block.target) if isinstance(block, n.For) else block.args
            named = {each.name for each in targets}
            own.update(map(id, targets))
            test = [block.test] if isinstance(block, n.For) and block.test is not None else []
            inside = (each for part in (*block.body, *test) for each in part.find_all(n.Name))
            self.hidden.update(id(each) for each in inside if each.name in named)
        every = tree.find_all(n.Name)
        self.roots = {"var", "conn"} - {
            each.name for each in every if each.ctx != "load" and id(each) not in own
        }
        self.values: dict[str, list[n.Node] | None] = {}
        """What `set` and `for` give to the template's own names; None if that is not a plain list."""
        for node in tree.find_all((n.Assign, n.For)):
            if isinstance(node, n.Assign):
                self._assign(node.target, [node.node])
            elif isinstance(node, n.For):
                self._assign(
                    node.target, list(node.iter.items) if isinstance(node.iter, (n.List, n.Tuple)) else None
                )

    def _assign(self, target: n.Node, values: list[n.Node] | None) -> None:
        whole = isinstance(target, n.Name)
        for name in _names(target):
            held = self.values.get(name.name, [])
            known = held is not None and values is not None and whole
            self.values[name.name] = [*(held or ()), *(values or ())] if known else None

    def read(self) -> Iterator[Use | Undecided]:
        """Everything asked, in the order of the text."""
        for node in self.tree.find_all((n.Getattr, n.Getitem, n.Call)):
            if isinstance(node, n.Call):
                yield from self._call(node)
            elif isinstance(node, n.Getattr) and node.attr != "get":
                yield from self._asked(node.node, [node.attr], "", node.lineno)
            elif isinstance(node, n.Getitem):
                yield from self._asked(node.node, self._texts(node.arg), _words(node.arg), node.lineno)

    def _call(self, node: n.Call) -> Iterator[Use | Undecided]:
        given = {each.key: each.value for each in node.kwargs}
        key = node.args[0] if node.args else given.get("key", given.get("conn_id"))
        if isinstance(node.node, n.Getattr) and node.node.attr == "get" and key is not None:
            default = len(node.args) > 1 or any(name.startswith("default") for name in given)
            yield from self._asked(node.node.node, self._texts(key), _words(key), node.lineno, default)

    def _asked(
        self, holder: n.Node, keys: list[str], expression: str, line: int, default: bool = False
    ) -> Iterator[Use | Undecided]:
        """What `holder`, if it is one that asks, is asked for; without `keys`, by an expression."""
        accessor = self._accessor(holder)
        if accessor and not keys:
            yield _asked(accessor, "", line, default, expression)
        for key in dict.fromkeys(keys if accessor else ()):
            yield _asked(accessor, key, line, default)

    def _accessor(self, node: n.Node) -> str:
        """`var.value`, `var.json` or `conn`; empty for anything else."""
        if self._is_root(node, "conn"):
            return "conn"
        if not self._is_root(getattr(node, "node", None), "var"):
            return ""
        part = node.attr if isinstance(node, n.Getattr) else ""
        if isinstance(node, n.Getitem) and isinstance(node.arg, n.Const):
            part = str(node.arg.value)
        return f"var.{part}" if part in ("value", "json") else ""

    def _is_root(self, node: n.Node | None, name: str) -> bool:
        is_name = isinstance(node, n.Name) and node.name == name
        return is_name and name in self.roots and id(node) not in self.hidden

    def _texts(self, node: n.Node, depth: int = 0) -> list[str]:
        """The texts that an expression may be; empty if they is not known."""
        if depth > 5:
            return []
        if isinstance(node, n.Const):
            return [node.value] if isinstance(node.value, str) else []
        if isinstance(node, n.CondExpr) and node.expr2 is not None:
            sides = [self._texts(node.expr1, depth + 1), self._texts(node.expr2, depth + 1)]
            return sides[0] + sides[1] if all(sides) else []
        if isinstance(node, n.Name):
            found = [self._texts(each, depth + 1) for each in self.values.get(node.name) or ()]
            return [text for texts in found for text in texts] if all(found) else []
        if isinstance(node, (n.Concat, n.Add)):
            made = [""]
            for part in node.nodes if isinstance(node, n.Concat) else [node.left, node.right]:
                made = [one + text for one in made for text in self._texts(part, depth + 1)]
            return made[:100]
        return []


def _asked(accessor: str, key: str, line: int, default: bool, expression: str = "") -> Use | Undecided:
    """One use; its key is not known where the code fills in a part of it."""
    kind = "connection" if accessor == "conn" else "variable"
    if not key or HOLE in key.lower():
        return Undecided(kind, key or expression, line, "the template computes the key")
    return Use(kind, key, line, f"{{{{ {accessor} }}}}", default)


def _names(target: n.Node) -> list[n.Name]:
    """The names that get a value together."""
    return [target] if isinstance(target, n.Name) else list(target.find_all(n.Name))


def _words(node: n.Node) -> str:
    """A key's expression in a few words."""
    name = getattr(node, "name", None)
    if isinstance(name, str):
        return name
    if isinstance(node, n.Getattr):
        return f"{_words(node.node)}.{node.attr}"
    return "an expression of the template"
