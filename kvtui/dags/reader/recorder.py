"""Collects what is found in one file, by the call it was found in, so that nothing is listed twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from kvtui.dags.reader import constructs
from kvtui.dags.reader.model import Findings, Undecided, Unreadable, Use
from kvtui.dags.reader.templates import Asked, may_ask, read_template
from kvtui.dags.reader.values import HOLE, Const, Unknown, Values

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
"""What ends a line of Python; `splitlines` knows more."""
LONGEST = 160
"""Characters of an expression that are shown."""


@dataclass(slots=True)
class _Bucket:
    """What one reading of one function body found."""

    uses: dict[Use, None] = field(default_factory=dict)
    undecided: dict[tuple[str, int, int, str], Undecided] = field(default_factory=dict)


class Recorder:
    """The findings of one file."""

    def __init__(self, path: str, text: str) -> None:
        self.key_errors = 0
        """How many blocks around what is read now catch a `KeyError` only."""
        self._path = path
        self._file = ""
        """The other file whose code is being read just now; empty: the one that is scanned."""
        self._lines = _LINE_ENDS.split(text)
        self._now = _Bucket()
        """Where what is found just now is kept."""
        self._buckets: dict[Hashable, _Bucket] = {"module": self._now}
        self._unreadable: dict[tuple[str, int], Unreadable] = {}
        self._templates: dict[str, None] = {}
        self._search: dict[str, None] = {}

    @contextmanager
    def reading(self, name: Hashable, path: str) -> Iterator[None]:
        """What is found now belongs to `name`, in the file `path`; it replaces what was found before."""
        before = self._now, self._file
        self._now = self._buckets[name] = _Bucket()
        self._file = "" if path == self._path else path
        try:
            yield
        finally:
            self._now, self._file = before

    def drop(self, name: Hashable, *, undecided: bool) -> None:
        """Takes back the uses found for `name`, and if asked what was undecided, too."""
        if name in self._buckets:
            self._buckets[name].uses.clear()
            if undecided:
                self._buckets[name].undecided.clear()

    def use(self, use: Use) -> None:
        """One decided use."""
        self._now.uses[replace(use, file=self._file, key_error=bool(self.key_errors))] = None

    def undecided(self, kind: str, node: ast.expr, why: str) -> None:
        """One use whose key `node` the text does not tell."""
        place = (self._file, node.lineno, node.col_offset, kind)
        self._now.undecided[place] = Undecided(kind, self._source(node), node.lineno, why, self._file)

    def keys(
        self,
        kind: str,
        keys: Values,
        node: ast.expr,
        how: str,
        line: int,
        *,
        default: bool = False,
    ) -> None:
        """Every alternative of a key: as a use, or as not decidable. None: no run gets there."""
        for key in keys:
            if len(keys) > 1 and isinstance(key, Const) and key.value is None:
                continue  # what is None on one of several ways is not asked for there
            if isinstance(key, Const) and isinstance(key.value, str):
                if "{{" in key.value or "{%" in key.value:
                    self.undecided(kind, node, "it is a template itself")
                else:
                    self.use(Use(kind, key.value, line, how, default))
            else:
                self.undecided(kind, node, key.why if isinstance(key, Unknown) else "it is not plain text")

    def template_file(self, name: str) -> None:
        """A text of the code, in case that it names a file that may be a template."""
        if constructs.template_name(name):
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
        if read.error and "{{{{" in text:
            return  # its braces are doubled for a format that is yet to come
        if read.error and read.asked:
            found = Unreadable(node.lineno, read.error, by_looks=True, file=self._file)
            self._unreadable[self._file, node.lineno] = found
        for asked in read.asked:
            line = self._line_of(asked.key or asked.expression, asked.line, node)
            if asked.key:
                self.use(Use(asked.kind, asked.key, line, asked.how, asked.default_given))
            else:
                self._undecided_in_template(asked, line, node)

    def _undecided_in_template(self, asked: Asked, line: int, node: ast.expr) -> None:
        whole = self._source(node) if HOLE in asked.expression else asked.expression
        why = "the code fills in the key" if whole != asked.expression else "the template computes the key"
        place = (self._file, line, node.col_offset, f"{asked.kind} {asked.expression}")
        self._now.undecided[place] = Undecided(asked.kind, whole, line, why, self._file)

    def _source(self, node: ast.expr) -> str:
        """The expression as it is written in the file, on one line."""
        if self._file or node.end_lineno is None or node.end_lineno > len(self._lines):
            return ast.unparse(node)[:LONGEST]
        lines = [line.encode() for line in self._lines[node.lineno - 1 : node.end_lineno]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        words = " ".join(line.decode(errors="replace").strip() for line in lines)
        return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"

    def _line_of(self, key: str, line: int, node: ast.expr) -> int:
        """The line of the file where a template asks for `key`; `line` is that within the template."""
        end = node.end_lineno or node.lineno
        if self._file:
            return min(node.lineno + line - 1, end)
        last = min(end, len(self._lines))
        expected = min(node.lineno + line - 1, last)
        around = [expected, *range(node.lineno, last + 1)]
        return next((n for n in around if key in self._lines[n - 1]), expected)

    def findings(self) -> Findings:
        """Everything, in the order of the lines."""
        uses = dict.fromkeys(use for bucket in self._buckets.values() for use in bucket.uses)
        undecided: dict[tuple[str, int, int, str], Undecided] = {}
        for bucket in self._buckets.values():
            undecided |= bucket.undecided
        return Findings(
            tuple(sorted(uses, key=lambda use: (use.file, use.line, use.kind, use.key, use.how))),
            tuple(undecided[place] for place in sorted(undecided)),
            tuple(self._unreadable.values()),
            tuple(self._templates),
            tuple(self._search),
        )
