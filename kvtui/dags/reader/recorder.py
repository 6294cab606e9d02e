"""Records what is found, in the reading of the body that is read just now."""

from __future__ import annotations

import ast
from dataclasses import replace

from kvtui.dags.reader import constructs
from kvtui.dags.reader.model import Undecided, Use
from kvtui.dags.reader.run import Run, Site
from kvtui.dags.reader.templates import may_ask, scan_template
from kvtui.dags.reader.values import BY_CALLER, HOLE, Const, Unknown, Values

LONGEST = 160
"""Characters of an expression that are shown."""


class Recorder:
    """The findings of what `run` reads."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def use(
        self, kind: str, key: str, line: int, how: str, *, default: bool = False, direct: bool = False
    ) -> None:
        """One decided use."""
        frame = self._run.frame
        path = frame.module.path
        use = Use(kind, key, line, how, default, path, frame.key_errors > 0, "", frame.aside, direct)
        frame.reading.uses[use] = None

    def undecided(self, kind: str, node: ast.expr, why: str) -> None:
        """One use whose key `node` the text does not show."""
        self._undecided(kind, self.source(node), node.lineno, why)

    def _undecided(self, kind: str, expression: str, line: int, why: str) -> None:
        frame = self._run.frame
        if why is BY_CALLER:
            frame.reading.depends = True
        site: Site = (frame.module.path, line, kind, expression)
        if not frame.aside:
            frame.reading.undecided[site] = Undecided(kind, expression, line, why, frame.module.path)

    def keys(
        self,
        kind: str,
        keys: Values,
        node: ast.expr,
        how: str,
        line: int,
        *,
        default: bool = False,
        direct: bool = False,
    ) -> None:
        """Every alternative of a key: as a use, or as not decidable. None: no run gets there."""
        for key in keys:
            if isinstance(key, Const):
                text = key.value
                if isinstance(text, str) and not (kind == "connection" and not text):
                    if "{{" in text or "{%" in text:
                        self.undecided(kind, node, "the key is a template itself")
                    else:
                        self.use(kind, text, line, how, default=default, direct=direct)
                    continue
                if not text and (len(keys) > 1 or kind == "connection"):
                    continue  # what is None on one of several ways is not asked for there
            self.undecided(kind, node, key.why if isinstance(key, Unknown) else "the key is not plain text")

    def text(self, values: Values, node: ast.expr) -> None:
        """A text of the code: it may be a template, or name a template file."""
        for value in values:
            text: object = value.value if isinstance(value, Const) else ""
            if isinstance(value, Unknown):
                text = value.text
            if not isinstance(text, str):
                continue
            if "{" in text and may_ask(text):
                depends = isinstance(value, Unknown) and value.why is BY_CALLER
                self._template(text, node, depends=depends)
            if isinstance(value, Const) and "." in text and constructs.template_name(text):
                self._run.templates[text.strip(), self._run.frame.module.path] = None

    def search_path(self, name: str) -> None:
        """The code names a directory of templates."""
        self._run.search[name, self._run.frame.module.path] = None

    def _template(self, text: str, node: ast.expr, *, depends: bool) -> None:
        found = scan_template(text)
        if found.unreadable and "{{{{" in text:
            return  # its braces are doubled for a format that is yet to come
        for each in found.unreadable:
            broken = replace(each, line=node.lineno, file=self._run.frame.module.path)
            self._run.unreadable[broken] = None
        for use in found.uses:
            line = self._line_of(use.key, use.line, node)
            self.use(use.kind, use.key, line, use.how, default=use.default_given)
        for site in found.undecided:
            line, expression, why = self._line_of(site.expression, site.line, node), site.expression, site.why
            if HOLE in expression:
                expression = self.source(node)
                why = BY_CALLER if depends else "the code fills in the key"
            self._undecided(site.kind, expression, line, why)

    def source(self, node: ast.expr) -> str:
        """The expression as it is written in the file, on one line."""
        all_lines = self._run.frame.module.lines
        if node.end_lineno is None or node.end_lineno > len(all_lines):
            return ast.unparse(node)[:LONGEST]
        lines = [line.encode() for line in all_lines[node.lineno - 1 : node.end_lineno]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        words = " ".join(line.decode(errors="replace").strip() for line in lines)
        return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"

    def _line_of(self, key: str, line: int, node: ast.expr) -> int:
        """The line of the file where a template asks for `key`; `line` is that within the template."""
        lines = self._run.frame.module.lines
        last = min(node.end_lineno or node.lineno, len(lines))
        expected = min(node.lineno + line - 1, last)
        around = [expected, *range(node.lineno, last + 1)]
        return next((n for n in around if key in lines[n - 1]), expected)
