"""Reads statements from top to bottom, both sides of every branch, each turn of a loop that is known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from kvtui.dags.reader import constructs
from kvtui.dags.reader.expressions import Expressions, truth
from kvtui.dags.reader.scopes import Scope
from kvtui.dags.reader.values import (
    External,
    ModuleRef,
    Unknown,
    Values,
    any_element,
    elements,
    join,
    unknown,
)


class Statements(Expressions):
    """Every kind of statement. A block says whether what follows it is reached."""

    def block(self, body: Sequence[ast.stmt]) -> bool:
        """Reads a block; False if it ends in `return` or `raise`. What follows that is read all the same."""
        reached = True
        for statement in body:
            reader: Callable[[ast.stmt], bool | None] = getattr(
                self, f"_do_{type(statement).__name__}", self._do
            )
            if reader(statement) is False:
                reached = False
        return reached

    def _do(self, node: ast.AST) -> None:
        """A statement without rules of its own: what stands in it."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.ev(child)
            elif isinstance(child, ast.stmt):
                self.block([child])
            else:
                self._do(child)

    def _do_Expr(self, node: ast.Expr) -> None:  # noqa: N802 - named for the node
        if not isinstance(node.value, ast.Constant):  # a docstring, or a text that nobody gets
            self.ev(node.value)

    def _do_Return(self, node: ast.Return) -> bool:  # noqa: N802
        if node.value is not None:
            self.ev(node.value)
        return False

    def _do_Raise(self, node: ast.Raise) -> bool:  # noqa: N802
        self._do(node)
        return False

    # Names

    def _do_Assign(self, node: ast.Assign) -> None:  # noqa: N802
        documents = any(constructs.documents(_last_name(target)) for target in node.targets)
        values = self.part(node.value) if documents else self.ev(node.value)
        for target in node.targets:
            self.assign(target, values)

    def _do_AnnAssign(self, node: ast.AnnAssign) -> None:  # noqa: N802
        if node.value is not None:
            self.assign(node.target, self.ev(node.value))

    def _do_AugAssign(self, node: ast.AugAssign) -> None:  # noqa: N802
        together = ast.BinOp(_as_read(node.target), node.op, node.value)
        self.assign(node.target, self.ev(ast.copy_location(together, node)))

    def _do_Delete(self, node: ast.Delete) -> None:  # noqa: N802
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.scope.names.pop(target.id, None)

    def _do_Global(self, node: ast.Global | ast.Nonlocal) -> None:  # noqa: N802
        self.scope.outer.update(node.names)

    _do_Nonlocal = _do_Global  # noqa: N815

    def _do_Import(self, node: ast.Import) -> None:  # noqa: N802
        for alias in node.names:
            found = self.sources.import_module(alias.name, self.scope.path)
            if alias.asname:
                self.bind(alias.asname, found)
            elif isinstance(found[0], ModuleRef):
                self._bind_path(alias.name.split("."), found)
            else:
                first = alias.name.split(".")[0]
                self.bind(first, (External(first),))

    def _bind_path(self, steps: list[str], found: Values) -> None:
        """`import include.names` binds `include`, through which `names` is reached."""
        if len(steps) == 1:
            self.bind(steps[0], found)
            return
        held = self.scope.names.get(steps[0], ())
        outer = held[0].scope if held and isinstance(held[0], ModuleRef) else Scope("module", "")
        self.bind(steps[0], (ModuleRef(outer),))
        for step in steps[1:-1]:
            inner = outer.names.get(step, ())
            below = inner[0].scope if inner and isinstance(inner[0], ModuleRef) else Scope("module", "")
            outer.names[step] = (ModuleRef(below),)
            outer = below
        outer.names[steps[-1]] = found

    def _do_ImportFrom(self, node: ast.ImportFrom) -> None:  # noqa: N802
        for alias in node.names:
            if alias.name != "*":
                found = self.sources.import_from(node, alias.name, self.scope.path)
                self.bind(alias.asname or alias.name, found)
                continue
            module = self.sources.everything(node, self.scope.path)
            if module is None:
                self.scope.stars.append(node.module or "")
            else:
                public = {name: held for name, held in module.names.items() if not name.startswith("_")}
                self.scope.names.update(public)
                self.scope.stars += module.stars

    # Branches

    def _do_If(self, node: ast.If) -> bool:  # noqa: N802
        test = self.ev(node.test)
        decided = truth(test) if self.turns else None
        if decided is not None:
            return self.block(node.body if decided else node.orelse)
        sides = [self.narrowed(node.test, outcome=outcome) for outcome in (True, False)]
        return self._either([node.body, node.orelse], sides)

    def _either(
        self, blocks: Sequence[Sequence[ast.stmt]], narrowed: Sequence[dict[str, Values]] = ()
    ) -> bool:
        """Reads each of the blocks from the same beginning; what follows knows what any of them leaves.

        `narrowed`: for each block, what the condition says of its names.
        """
        before = dict(self.scope.names)
        after: list[dict[str, Values]] = []
        for number, body in enumerate(blocks):
            self.scope.names = before | (narrowed[number] if narrowed else {})
            if self.block(body):
                after.append(self.scope.names)
        self.scope.names = _merged(after) if after else before
        return bool(after)

    def _do_Match(self, node: ast.Match) -> bool:  # noqa: N802
        subject = self.ev(node.subject)
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str):
                    whole = pattern is case.pattern
                    self.bind(name, subject if whole else unknown("it is computed"))
            if case.guard is not None:
                self.ev(case.guard)
        return self._either([*(case.body for case in node.cases), []])

    def _do_Try(self, node: ast.Try) -> bool:  # noqa: N802
        before = dict(self.scope.names)
        catches = _catches_key_error_only(node)
        self.recorder.key_errors += catches
        reached = self.block(node.body)
        self.recorder.key_errors -= catches
        if reached and node.orelse:
            reached = self.block(node.orelse)
        after = [self.scope.names] if reached else []
        started = _merged([before, self.scope.names])
        imported = reached and self._is_there(node.body)
        for handler in node.handlers:
            self.scope.names = dict(started)
            if handler.type is not None:
                self.ev(handler.type)
            if handler.name:
                self.bind(handler.name, unknown("it is an exception"))
            if self.block(handler.body) and not imported:
                after.append(self.scope.names)
        self.scope.names = _merged(after) if after else started
        return self.block(node.finalbody) and bool(after)

    _do_TryStar = _do_Try  # noqa: N815

    def _is_there(self, body: Sequence[ast.stmt]) -> bool:
        """Whether a block only imports what the project has, so that `except ImportError` is not met."""
        names = [
            alias.asname or alias.name
            for each in body
            if isinstance(each, ast.ImportFrom)
            for alias in each.names
        ]
        found = [value for name in names for value in self.scope.names.get(name, ())]
        only = all(isinstance(each, ast.ImportFrom) for each in body)
        return only and bool(found) and not any(isinstance(value, External | Unknown) for value in found)

    def _do_With(self, node: ast.With | ast.AsyncWith) -> bool:  # noqa: N802
        for item in node.items:
            values = self.ev(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, values)
        return self.block(node.body)

    _do_AsyncWith = _do_With  # noqa: N815

    # Loops

    def _do_For(self, node: ast.For | ast.AsyncFor) -> None:  # noqa: N802
        values = self.ev(node.iter)
        turns = elements(values)
        if turns is None or not self.may_unroll(len(turns)):
            self._again_and_again(node.body, lambda: self.assign(node.target, any_element(values)))
        else:
            self._turn_by_turn(node, turns)
        self.block(node.orelse)

    _do_AsyncFor = _do_For  # noqa: N815

    def _turn_by_turn(self, node: ast.For | ast.AsyncFor, turns: list[Values]) -> None:
        """Each turn with its own element, so that what belongs together stays together."""
        ends_early = any(isinstance(each, ast.Break) for each in ast.walk(node))
        every = [dict(self.scope.names)] if ends_early else []
        self.turns += 1
        for turn in turns:
            self.turn += 1
            self.assign(node.target, turn)
            self.block(node.body)
            if ends_early:
                every.append(dict(self.scope.names))
        self.turns -= 1
        if ends_early:
            self.scope.names = _merged(every)

    def _do_While(self, node: ast.While) -> None:  # noqa: N802
        self.ev(node.test)
        self._again_and_again(node.body, lambda: None)
        self.block(node.orelse)

    def _again_and_again(self, body: Sequence[ast.stmt], begin: Callable[[], None]) -> None:
        """A loop of unknown length: read until nothing new is known; what keeps growing is not known."""
        for name in _built_upon(body):
            if name in self.scope.names:
                self.bind(name, unknown("it changes from one turn of a loop to the next"))
        before = dict(self.scope.names)
        begin()
        self.block(body)
        for name, held in list(self.scope.names.items()):
            if name in before and before[name] != held:
                self.scope.names[name] = join(before[name], held)
        middle = dict(self.scope.names)
        if all(before.get(name) == held for name, held in middle.items() if name in before):
            self.scope.names = _merged([before, middle])
            return
        begin()
        self.block(body)
        for name, held in list(self.scope.names.items()):
            known = middle.get(name, held)
            if name in before and any(value not in known for value in held):
                self.scope.names[name] = unknown("it changes from one turn of a loop to the next")
        begin()
        self.block(body)
        self.scope.names = _merged([before, self.scope.names])


def _merged(many: Sequence[dict[str, Values]]) -> dict[str, Values]:
    """The names of several ways through, each with what it may be after any of them."""
    if len(many) == 1:
        return many[0]
    out = dict(many[0])
    for names in many[1:]:
        for name, held in names.items():
            mine = out.get(name)
            out[name] = held if mine is None or mine is held or mine == held else join(mine, held)
    return out


def _built_upon(body: Sequence[ast.stmt]) -> list[str]:
    """The names that the body makes of themselves: `n += 1`, `n = n + 1`."""
    names = []
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                names.append(node.target.id)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node.value)):
                    names.append(name)
    return names


def _last_name(target: ast.expr) -> str:
    return target.attr if isinstance(target, ast.Attribute) else ""


def _as_read(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    return ast.parse(ast.unparse(target), mode="eval").body


def _catches_key_error_only(node: ast.Try) -> bool:
    """Whether the handlers name `KeyError` and nothing as wide as `AirflowRuntimeError`."""
    names = {
        each.id if isinstance(each, ast.Name) else getattr(each, "attr", "")
        for handler in node.handlers
        for each in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])
    }
    wider = {"", "Exception", "BaseException", "RuntimeError", "AirflowException", "AirflowRuntimeError"}
    return "KeyError" in names and not names & wider
