"""What the parts of the reader share: namespaces, what a reading of a body finds, where it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from kvtui.dags.reader.constructs import TEMPLATE_NAME, Vocabulary
from kvtui.dags.reader.model import Hint, Undecided, Unreadable, Use
from kvtui.dags.reader.templates import may_ask, scan_template
from kvtui.dags.reader.values import (
    BY_CALLER,
    HOLE,
    Class,
    Const,
    Function,
    Unknown,
    Value,
    Values,
    join,
)

if TYPE_CHECKING:
    from kvtui.dags.reader.files import Files

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
"""What ends a line of Python; `splitlines` knows more."""
_LONGEST = 160
"""Characters of an expression that are shown."""
_STEPS, _STEPS_OF_LINE = 10_000, 50
"""Statements and calls that are read for one file, at least and for each of its lines; after that no body is
read again for another call, and no loop turn by turn."""


Rules = dict[type[ast.AST], Callable[..., Any]]
"""What reads each kind of syntax."""


def rules(reader: type) -> Rules:
    """The methods of a class by the kinds of syntax in their names: `_on_for_asyncfor`."""
    kinds = {name.lower(): kind for name, kind in vars(ast).items() if name[0].isupper()}
    named = (
        (name.split("_")[2:], method) for name, method in vars(reader).items() if name.startswith("_on_")
    )
    return {kinds[word]: method for words, method in named for word in words}


@dataclass(eq=False, slots=True)
class Scope:
    """One namespace while it is read from top to bottom: a module's, a function's or a class's."""

    kind: Literal["module", "function", "class"]
    path: str
    """The file, relative to the project."""
    parent: Scope | None = None
    names: dict[str, Values] = field(default_factory=dict)
    owner: Class | None = None
    """The class whose method this is, or whose body."""
    body_of: Class | None = None
    """The class whose body this is."""
    me: Values = ()
    """The first argument of that method."""
    stars: tuple[str, ...] = ()
    """Modules from outside the project of which everything is imported."""
    outer: frozenset[str] = frozenset()
    """Names declared `global` or `nonlocal`."""

    def inner(self) -> Scope:
        """The scope of a comprehension in this one."""
        return Scope("function", self.path, self, owner=self.owner, me=self.me)

    def as_it_is(self) -> Scope:
        """Where a function is defined in one turn of a loop: the names as they are then."""
        return replace(self, parent=self, names=dict(self.names), stars=(), body_of=None)

    def find(self, name: str) -> Values | None:
        """What `name` means here, by Python's rules; None if the text does not show it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
            while scope is not None and scope.kind == "class":
                scope = scope.parent
        return None

    def bind(self, name: str, values: Values) -> None:
        """Gives a name its values."""
        if name not in self.outer or self.parent is None:
            self.names[name] = values
            return
        around = self.parent
        while around.parent is not None and name not in around.names:
            around = around.parent
        around.names[name] = join(around.names.get(name, ()), values)

    def change(self, name: str, values: Values) -> None:
        """Gives a name its values where it is bound: here, or around."""
        scope = self
        while name not in scope.names and scope.parent is not None:
            scope = scope.parent
        scope.names[name] = values

    def all_stars(self) -> tuple[str, ...]:
        """All modules from outside of which this file imports everything."""
        return self.stars + (self.parent.all_stars() if self.parent is not None else ())


Site = tuple[str, int, str, str]
"""An undecided place: file, line, kind, expression."""


@dataclass(eq=False, slots=True)
class Reading:
    """What one reading of a body found."""

    uses: dict[Use, None] = field(default_factory=dict)
    undecided: dict[Site, Undecided] = field(default_factory=dict)
    returns: list[Values] = field(default_factory=list)
    yields: list[Values] = field(default_factory=list)
    """Of a generator, turn by turn; nothing where it is not known how often."""
    depends: bool = False
    """A caller's argument, or an attribute of its object, decides something."""
    branches: bool = False
    """A condition depends on a caller's argument."""
    stores: bool = False
    """It stores a variable whose key a caller gives."""
    attributes: dict[str, None] = field(default_factory=dict)
    """What was read through `self`."""
    callees: dict[Function, None] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)
    """Defined in the body; like `classes`, read when the body is done."""
    classes: list[Class] = field(default_factory=list)


NOTHING = Reading()
"""The reading of a body that is still being read, or of a module that is closed; nothing is added to it."""


@dataclass(eq=False)
class Module:
    """One Python file while the project is read."""

    path: str
    text: str
    scope: Scope
    aside: str = ""
    """`test` for a file of tests: what it uses does not belong to a deployment."""
    asks: bool = True
    """It may ask for something, itself or by what it imports."""
    is_done: bool = False
    reading: Reading = field(default_factory=Reading)
    imports: set[str] = field(default_factory=set)
    """The project's modules that it imports."""
    definitions: dict[tuple[object, int, int], Function] = field(default_factory=dict)
    """Functions by their node, the scope they are defined in and the turn of a loop."""
    scopes: set[Scope] = field(default_factory=set)
    """Namespaces in which something is defined that refers to them."""
    turn: int = 0
    """The number of the turn, over all loops."""
    steps: int = 0
    """Statements and calls that were read so far to find what the file asks for, wherever they are."""
    most_steps: int = 0
    is_partial: bool = False
    """Something was not read again because there were too many of them."""

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines."""
        return _LINE_ENDS.split(self.text) if "\r" in self.text else self.text.split("\n")

    def close(self) -> None:
        """Forgets all that refers to each other, so that no garbage collection has to find it."""
        for scope in self.scopes:
            scope.names, scope.me = {}, ()
            if scope.body_of is not None:
                scope.body_of.close()
        self.scope.names, self.scopes, self.definitions = {}, set(), {}
        self.reading = NOTHING

    def may_repeat(self, turns: int = 0) -> bool:
        """Whether something is read again, or so many turns of a loop one by one."""
        self.most_steps = self.most_steps or _STEPS + _STEPS_OF_LINE * self.text.count("\n")
        fits = self.steps + turns <= self.most_steps
        self.is_partial = self.is_partial or not fits
        return fits


class Run:
    """All who read share this: where the reading is just now, and what it records there."""

    def __init__(self, vocabulary: Vocabulary, environment: Mapping[str, str], files: Files) -> None:
        self.vocabulary = vocabulary
        self.files = files
        self.environment = environment
        """What the project's own files set; a value becomes a key, and nothing else."""
        self._before: list[dict[str, Any]] = []
        self.module = Module("", "", Scope("module", ""))
        self.scope = self.module.scope
        self.reading = self.module.reading
        self.payer = self.module
        """The file for which all this is read: its steps are counted there."""
        self.aside = ""
        """`test` or `main`: what is found here does not belong to a deployment."""
        self.key_error = ""
        """File and line of the nearest `except` around that catches a `KeyError` only."""
        self.loops = 0
        """How many loops are being read turn by turn."""
        self.continues: list[dict[str, Values]] = []
        self.breaks: list[dict[str, Values]] = []
        """The names at each `continue` of the turn that is being read, and at each `break` of its loop."""
        self.is_call = False
        """A function's body is read with the arguments of a call."""
        self.depth = 0
        """Calls that are being followed, one in the other."""
        self.templates: dict[tuple[str, str], None] = {}
        """Names of template files, with the file that mentions them."""
        self.search: dict[tuple[str, str], None] = {}
        """Directories that the code gives as `template_searchpath`, likewise."""
        self.hints: dict[Hint, None] = {}
        self.unreadable: dict[Unreadable, None] = {}

    @property
    def decides(self) -> bool:
        """Whether of a condition that is known only the side that runs is read."""
        return self.is_call or self.loops > 0

    def inside(self, **where: Any) -> Run:
        """For `with`: reads there, by some of the attributes above; afterwards where it was before."""
        self._before.append(self.__dict__.copy())
        self.__dict__.update(where)
        return self

    def body(
        self, module: Module, scope: Scope, reading: Reading, payer: Module, *, is_call: bool, depth: int
    ) -> Run:
        """For `with`: reads a body of that file from its beginning."""
        self._before.append(self.__dict__.copy())
        self.module, self.scope, self.reading, self.payer = module, scope, reading, payer
        self.aside, self.key_error, self.loops = module.aside, "", 0
        self.is_call, self.depth = is_call, depth
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.__dict__.update(self._before.pop())

    def hint(self, kind: str, line: int, key: str = "") -> None:
        """Something of the file that is read now."""
        if not self.aside:
            self.hints[Hint(kind, self.module.path, line, key)] = None

    def use(self, use: Use, key: str = "", line: int = 0) -> None:
        """One decided use in the file that is read now, of that key and at that line if they are given."""
        kind, known, at, how, default, *_ = use
        place = self.module.path, self.key_error, "", self.aside, use.direct
        self.reading.uses[Use(kind, key or known, line or at, how, default, *place)] = None

    def undecided(self, kind: str, node: ast.expr, why: str, *, direct: bool = False) -> None:
        """One use whose key `node` the text does not show."""
        self._undecided(kind, self._source(node), node.lineno, why, direct=direct)

    def _undecided(self, kind: str, expression: str, line: int, why: str, *, direct: bool = False) -> None:
        if why is BY_CALLER:
            self.reading.depends = True
        site: Site = (self.module.path, line, kind, expression)
        if not self.aside:
            self.reading.undecided[site] = Undecided(
                kind, expression, line, why, self.module.path, loads=int(direct)
            )

    def keys(self, keys: Values, node: ast.expr, use: Use) -> None:
        """Every alternative of a key: as `use`, or as not decidable. None or empty: no run gets there."""
        for key in keys:
            text = key.value if isinstance(key, Const) else self._set_by_project(key)
            why = key.reason() if isinstance(key, Unknown) else "the key is not plain text"
            is_written = len(keys) == 1 and (text != "" or isinstance(node, ast.Constant))
            if not text and (use.kind == "connection" or not is_written):
                continue  # what is None, or empty, on one of several ways is not asked for there
            if isinstance(text, str):
                if not ("{{" in text or "{%" in text):
                    self.use(use, text)
                    continue
                why = "the key is a template itself"
            self.undecided(use.kind, node, why, direct=use.direct)

    def _set_by_project(self, key: Value) -> Value | str:
        """A key that depends on one environment variable, if the project itself sets that; else as it is."""
        if isinstance(key, Unknown) and key.variable in self.environment and key.text.count(HOLE) == 1:
            return key.text.replace(HOLE, self.environment[key.variable])
        return key

    def text(self, values: Values, node: ast.expr) -> None:
        """A text or a path of the code: it may be a template, or name a template file."""
        for value in values:
            text = (
                value.value
                if isinstance(value, Const)
                else getattr(value, "text", getattr(value, "path", ""))
            )
            if not isinstance(text, str):
                continue
            if "{" in text and may_ask(text):
                depends = isinstance(value, Unknown) and value.why is BY_CALLER
                self._template(text, node, depends=depends)
            if "." in text and TEMPLATE_NAME.fullmatch(text):
                self.templates[text.strip(), self.module.path] = None

    def _template(self, text: str, node: ast.expr, *, depends: bool) -> None:
        found = scan_template(text)
        if found.unreadable and "{{{{" in text:
            return  # its braces are doubled for a format that is yet to come
        for each in found.unreadable:
            broken = replace(each, line=node.lineno, file=self.module.path)
            self.unreadable[broken] = None
        for use in found.uses:
            self.use(use, line=self._line_of(use.key, use.line, node))
        for site in found.undecided:
            line, expression, why = self._line_of(site.expression, site.line, node), site.expression, site.why
            if HOLE in expression:
                expression = self._source(node)
                why = BY_CALLER if depends else "the code fills in the key"
            self._undecided(site.kind, expression, line, why)

    def _source(self, node: ast.expr) -> str:
        """The expression as it is written in the file, on one line."""
        all_lines = self.module.lines
        if node.end_lineno is None or node.end_lineno > len(all_lines):
            return ast.unparse(node)[:_LONGEST]
        lines = [line.encode() for line in all_lines[node.lineno - 1 : node.end_lineno]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        words = " ".join(line.decode(errors="replace").strip() for line in lines)
        return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"

    def _line_of(self, key: str, line: int, node: ast.expr) -> int:
        """The line of the file where a template asks for `key`; `line` is that within the template."""
        lines = self.module.lines
        last = min(node.end_lineno or node.lineno, len(lines))
        expected = min(node.lineno + line - 1, last)
        around = [expected, *range(node.lineno, last + 1)]
        return next((n for n in around if key in lines[n - 1]), expected)
