"""Collects what is found in one file, by the call it was found in, so that nothing is said twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable
from dataclasses import replace

from kvtui.dags.reader.model import Findings, Undecided, Unreadable, Use
from kvtui.dags.reader.templates import may_ask, read_template
from kvtui.dags.reader.values import Const, Unknown, Values

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
"""What ends a line of Python; `splitlines` knows more."""
LONGEST = 160
"""Characters of an expression that are shown."""


class Bucket:
    """What one reading of one function body found."""

    def __init__(self) -> None:
        self.uses: dict[Use, None] = {}
        self.undecided: dict[tuple[str, int, int, str], Undecided] = {}


class Recorder:
    """The findings of one file."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self.file = ""
        """The other file whose code is being read just now; empty: the one that is scanned."""
        self.key_errors = 0
        """How many blocks around what is read now catch a `KeyError` only."""
        self._lines = _LINE_ENDS.split(text)
        self._buckets: dict[Hashable, Bucket] = {}
        self.now = self.begin("module")
        """Where what is found just now is kept."""
        self._unreadable: dict[tuple[str, int], Unreadable] = {}
        self._templates: dict[str, None] = {}
        self._search: dict[str, None] = {}

    def begin(self, name: Hashable) -> Bucket:
        """What is found from now on belongs to `name`; what was found for it before is forgotten."""
        self.now = self._buckets[name] = Bucket()
        return self.now

    def read_from(self, path: str) -> str:
        """From now on code of the file `path` is read; returns what `file` was before."""
        before, self.file = self.file, "" if path == self._path else path
        return before

    def drop_uses(self, name: Hashable, *, undecided: bool) -> None:
        """Takes back the uses found for `name`, and if asked what was undecided, too."""
        if name in self._buckets:
            self._buckets[name].uses.clear()
            if undecided:
                self._buckets[name].undecided.clear()

    def use(self, use: Use) -> None:
        """One decided use."""
        self.now.uses[replace(use, file=self.file, key_error=bool(self.key_errors))] = None

    def undecided(self, kind: str, node: ast.expr, why: str) -> None:
        """One use whose key `node` the text does not tell."""
        place = (self.file, node.lineno, node.col_offset, kind)
        self.now.undecided[place] = Undecided(kind, self.source(node), node.lineno, why, self.file)

    def source(self, node: ast.expr) -> str:
        """The expression as it stands in the file, on one line."""
        if self.file or node.end_lineno is None or node.end_lineno > len(self._lines):
            return ast.unparse(node)[:LONGEST]
        lines = [line.encode() for line in self._lines[node.lineno - 1 : node.end_lineno]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        words = " ".join(line.decode(errors="replace").strip() for line in lines)
        return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"

    def template_file(self, name: str) -> None:
        """The code names a file that may be a template."""
        self._templates[name.strip()] = None

    def search_path(self, name: str) -> None:
        """The code names a directory of templates."""
        self._search[name] = None

    def template(self, values: Values, node: ast.expr) -> None:
        """Reads what may be a template, every alternative of it."""
        for value in values:
            text: object = value.text if isinstance(value, Unknown) else ""
            if isinstance(value, Const):
                text = value.value
            if isinstance(text, str) and may_ask(text):
                self._read(text, node)

    def _read(self, text: str, node: ast.expr) -> None:
        read = read_template(text)
        if read.fault and "{{{{" in text:
            return  # its braces are doubled for a format that is yet to come
        if read.fault and read.asked:
            found = Unreadable(node.lineno, read.fault, by_looks=True, file=self.file)
            self._unreadable[self.file, node.lineno] = found
        for asked in read.asked:
            line = self._line_of(asked.key or asked.expression, asked.line, node)
            if asked.key:
                self.use(Use(asked.kind, asked.key, line, asked.how, asked.default_given))
            else:
                self._undecided_in_template(asked.kind, asked.expression, line, node)

    def _undecided_in_template(self, kind: str, expression: str, line: int, node: ast.expr) -> None:
        whole = self.source(node) if "kvtui_hole" in expression else expression
        why = "the code fills in the key" if whole != expression else "the template computes the key"
        place = (self.file, line, node.col_offset, f"{kind} {expression}")
        self.now.undecided[place] = Undecided(kind, whole, line, why, self.file)

    def _line_of(self, key: str, line: int, node: ast.expr) -> int:
        """The line of the file where a template asks for `key`; `line` is that within the template."""
        if self.file:
            return min(node.lineno + line - 1, node.end_lineno or node.lineno)
        last = min(node.end_lineno or node.lineno, len(self._lines))
        expected = min(node.lineno + line - 1, last)
        around = [expected, *range(node.lineno, last + 1)]
        return next((n for n in around if key in self._lines[n - 1]), expected)

    def findings(self) -> Findings:
        """Everything, in the order of the lines."""
        uses = dict.fromkeys(use for bucket in self._buckets.values() for use in bucket.uses)
        undecided: dict[tuple[str, int, int, str], Undecided] = {}
        for bucket in self._buckets.values():
            undecided.update(bucket.undecided)
        return Findings(
            tuple(sorted(uses, key=lambda use: (use.file, use.line, use.kind, use.key, use.how))),
            tuple(undecided[place] for place in sorted(undecided)),
            tuple(self._unreadable.values()),
            tuple(self._templates),
            tuple(self._search),
        )
