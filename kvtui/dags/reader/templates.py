"""Which variables and connections a Jinja template asks for.

Mirrors what Airflow puts into a template's context: `var.value`, `var.json` and `conn`
(`airflow/utils/context.py` in Airflow 2, `airflow/sdk/execution_time/context.py` in 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kvtui.dags.reader.values import HOLE

if TYPE_CHECKING:
    from jinja2 import nodes

_MAY_ASK = re.compile(r"\b(?:var|conn)\b")
_MARKED = re.compile(r"\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)", re.DOTALL)
_QUOTED = r"""(?:\.get\(\s*|\[\s*)(?P<{q}>['"])(?P<{k}>[^'"]*)(?P={q})(?P<{d}>\s*,)?"""
_BY_EYE = re.compile(
    r"(?<![\w.'\"])(?:var\.(?P<part>value|json)|(?P<conn>conn))(?:"
    + _QUOTED.format(q="quote", k="quoted", d="default")
    + r"|\.(?!get\b)(?P<plain>[A-Za-z_]\w*))"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a template asks for, at its own line."""

    kind: str
    key: str
    """Empty where it cannot be told."""
    line: int
    how: str
    default_given: bool = False
    expression: str = ""
    """The key's expression if it cannot be told."""


@dataclass(frozen=True, slots=True)
class TemplateRead:
    """What one template says."""

    asked: tuple[Asked, ...] = ()
    error: str = ""
    """Why Jinja cannot parse it; then `asked` was found by its looks."""
    error_line: int = 0


def may_ask(text: str) -> bool:
    """Whether a text could be a template that asks for something; spares everyone else the parser."""
    return ("{{" in text or "{%" in text) and _MAY_ASK.search(text) is not None


@lru_cache(maxsize=4096)
def read_template(text: str) -> TemplateRead:
    """What the template `text` asks for. A `HOLE` in it stands for what the code fills in."""
    if not may_ask(text):
        return TemplateRead()
    from jinja2 import Environment, TemplateSyntaxError

    environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])  # noqa: S701 - never rendered
    try:
        tree = environment.parse(text)
        return TemplateRead(tuple(_Reader(tree).read()))
    except TemplateSyntaxError as error:
        return TemplateRead(
            tuple(_by_eye(text)), (error.message or "a syntax error").rstrip("."), error.lineno
        )
    except RecursionError:
        return TemplateRead(tuple(_by_eye(text)), "it is nested too deeply", 1)


class _Reader:
    """One parsed template."""

    def __init__(self, tree: nodes.Template) -> None:
        from jinja2 import nodes

        self.nodes = nodes
        self.tree = tree
        names = list(tree.find_all(nodes.Name))
        own = {name.name for name in names if name.ctx != "load"}
        self.roots = {"var", "conn"} - own
        self.values = self._assigned()

    def _assigned(self) -> dict[str, list[nodes.Expr] | None]:
        """What `set` and `for` give to the template's own names; None if that is no plain list."""
        n = self.nodes
        found: dict[str, list[nodes.Expr] | None] = {}

        def add(target: nodes.Node, values: list[nodes.Expr] | None) -> None:
            names = [target] if isinstance(target, n.Name) else list(target.find_all(n.Name))
            for name in names:
                held = found.get(name.name, [])
                known = values if isinstance(target, n.Name) else None
                found[name.name] = None if held is None or known is None else [*held, *known]

        for node in self.tree.find_all((n.Assign, n.For)):
            if isinstance(node, n.Assign):
                add(node.target, [node.node])
            elif isinstance(node, n.For):
                items = list(node.iter.items) if isinstance(node.iter, n.List | n.Tuple) else None
                add(node.target, items)
        return found

    def read(self) -> Iterator[Asked]:
        """Everything asked, in the order of the text."""
        n = self.nodes
        for node in self.tree.find_all((n.Getattr, n.Getitem, n.Call)):
            if isinstance(node, n.Call):
                yield from self._call(node)
            elif isinstance(node, n.Getattr):
                accessor = self._accessor(node.node)
                if accessor and node.attr != "get":
                    yield from self._asked(accessor, [node.attr], node.lineno, "")
            elif isinstance(node, n.Getitem):
                accessor = self._accessor(node.node)
                if accessor:
                    yield from self._asked(accessor, self._texts(node.arg), node.lineno, _words(node.arg))

    def _call(self, node: nodes.Call) -> Iterator[Asked]:
        n = self.nodes
        called = node.node
        if not isinstance(called, n.Getattr) or called.attr != "get":
            return
        accessor = self._accessor(called.node)
        given = {each.key: each.value for each in node.kwargs}
        key = node.args[0] if node.args else given.get("key", given.get("conn_id"))
        if not accessor or key is None:
            return
        default = len(node.args) > 1 or any(name.startswith("default") for name in given)
        yield from self._asked(accessor, self._texts(key), node.lineno, _words(key), default)

    def _accessor(self, node: nodes.Node) -> str:
        """`var.value`, `var.json` or `conn`; empty for anything else."""
        n = self.nodes
        if isinstance(node, n.Name) and node.name == "conn" and "conn" in self.roots:
            return "conn"
        inner = getattr(node, "node", None)
        if not (isinstance(inner, n.Name) and inner.name == "var" and "var" in self.roots):
            return ""
        part = node.attr if isinstance(node, n.Getattr) else ""
        if isinstance(node, n.Getitem) and isinstance(node.arg, n.Const):
            part = str(node.arg.value)
        return f"var.{part}" if part in ("value", "json") else ""

    def _texts(self, node: nodes.Expr, depth: int = 0) -> list[str]:
        """The texts that an expression may be; empty if they cannot be told."""
        n = self.nodes
        if depth > 5:
            return []
        if isinstance(node, n.Const):
            return [node.value] if isinstance(node.value, str) else []
        if isinstance(node, n.CondExpr) and node.expr2 is not None:
            sides = [self._texts(node.expr1, depth + 1), self._texts(node.expr2, depth + 1)]
            return sides[0] + sides[1] if all(sides) else []
        if isinstance(node, n.Name):
            given = self.values.get(node.name)
            found = [self._texts(each, depth + 1) for each in given or []]
            return [text for texts in found for text in texts] if all(found) else []
        if isinstance(node, n.Concat | n.Add):
            parts = node.nodes if isinstance(node, n.Concat) else [node.left, node.right]
            made = [""]
            for part in parts:
                made = [one + text for one in made for text in self._texts(part, depth + 1)]
            return made[:100]
        return []

    @staticmethod
    def _asked(
        accessor: str, keys: list[str], line: int, expression: str, default: bool = False
    ) -> Iterator[Asked]:
        kind, how = ("connection" if accessor == "conn" else "variable"), f"{{{{ {accessor} }}}}"
        if not keys:
            yield Asked(kind, "", line, how, default, expression)
        for key in dict.fromkeys(keys):
            hidden = HOLE in key.lower()
            yield Asked(kind, "" if hidden else key, line, how, default, key if hidden else "")


def _words(node: nodes.Node) -> str:
    """A key's expression in a few words."""
    name = getattr(node, "name", None)
    if isinstance(name, str):
        return name
    inner = getattr(node, "node", None)
    if inner is not None and hasattr(node, "attr"):
        return f"{_words(inner)}.{node.attr}"
    return "an expression of the template"


def _by_eye(text: str) -> Iterator[Asked]:
    """What a template that does not parse seems to ask for, within its marks."""
    for marked in _MARKED.finditer(text):
        for found in _BY_EYE.finditer(marked.group()):
            key = found["plain"] or found["quoted"] or ""
            kind, how = (
                ("connection", "{{ conn }}")
                if found["conn"]
                else ("variable", f"{{{{ var.{found['part']} }}}}")
            )
            line = text.count("\n", 0, marked.start() + found.start()) + 1
            hidden = HOLE in key.lower() or not key
            yield Asked(kind, "" if hidden else key, line, how, bool(found["default"]), key if hidden else "")
