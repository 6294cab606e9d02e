"""Reads statements from top to bottom, both sides of every branch, each turn of a loop that is known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from kvtui.dags.reader import constructs
from kvtui.dags.reader import values as v
from kvtui.dags.reader.expressions import Evaluator
from kvtui.dags.reader.operators import narrowed
from kvtui.dags.reader.run import Run, Scope, rules

if TYPE_CHECKING:
    from kvtui.dags.reader.modules import Project

Names = dict[str, v.Values]
"""The names of a scope, and what they may be."""
_TURNS = "the key changes from one turn of a loop to the next"
_AUTO = v.unknown("the key comes from auto()")
"""What an enum's `auto()` gives."""
_WIDER = {"", "Exception", "BaseException", "RuntimeError", "AirflowException", "AirflowRuntimeError"}
"""Exceptions as wide as what Airflow 3 raises for a missing variable."""


class StatementWalker:
    """Each kind of statement by the method of its name. A block says whether what follows it is reached."""

    def __init__(self, run: Run, project: Project, evaluator: Evaluator) -> None:
        self._run = run
        self._project = project
        self._evaluator = evaluator
        self._ev = evaluator.ev

    def block(self, body: Sequence[ast.stmt]) -> bool:
        """Reads a block; False if it ends in `return` or the like. What follows that is read all the same,
        unless the block is read with what is known of one call, or one turn of a loop."""
        reached = True
        self._run.payer.steps += len(body)
        for statement in body:
            rule = RULES.get(type(statement))
            if rule is None:
                self._other(statement)
            elif rule(self, statement) is False:
                reached = False
                if self._run.decides:
                    break
        return reached

    def _other(self, node: ast.AST) -> None:
        """A statement without rules of its own: what is in it."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._ev(child)
            elif isinstance(child, ast.stmt):
                self.block([child])
            else:
                self._other(child)

    def _on_expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring, or a text that nobody gets
            self._ev(node.value)

    def _on_return(self, node: ast.Return) -> bool:
        values = self._ev(node.value) if node.value is not None else (v.Const(None),)
        self._run.reading.returns.append(values)
        return False

    def _on_raise(self, node: ast.Raise) -> bool:
        self._other(node)
        return False

    # Names

    def _on_assign(self, node: ast.Assign) -> None:
        first = node.targets[0]
        documents = isinstance(first, ast.Attribute) and first.attr in constructs.DOCUMENTATION
        values = self._evaluator.part(node.value) if documents else self._ev(node.value)
        for target in node.targets:
            self._evaluator.assign(target, values)
            if isinstance(target, ast.Name) and (body := self._run.scope.body_of):
                body.lines[target.id] = node.lineno

    def _on_annassign(self, node: ast.AnnAssign) -> None:
        if isinstance(node.target, ast.Name) and (body := self._run.scope.body_of):
            body.fields.append(node.target.id)
        if node.value is not None:
            self._evaluator.assign(node.target, self._ev(node.value))

    def _on_augassign(self, node: ast.AugAssign) -> None:
        together = ast.BinOp(node.target, node.op, node.value)
        self._evaluator.assign(node.target, self._ev(ast.copy_location(together, node)))

    def _on_delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._run.scope.names.pop(target.id, None)

    def _on_global_nonlocal(self, node: ast.Global | ast.Nonlocal) -> None:
        self._run.scope.outer |= {*node.names}

    def _on_import(self, node: ast.Import) -> None:
        for alias in node.names:
            found, scope = self._project.import_module(alias.name, self._run.module), self._run.scope
            *outer, last = [alias.asname] if alias.asname else alias.name.split(".")
            if outer and not isinstance(found[0], Scope):
                found, last, outer = v.external(outer[0]), outer[0], []
            for step in outer:  # `import include.names` binds `include`, through which `names` is reached
                held = v.only(scope.names.get(step, ()))
                below = held if isinstance(held, Scope) else Scope("module", "")
                scope.bind(step, (below,))
                scope = below
            scope.bind(last, found)

    def _on_importfrom(self, node: ast.ImportFrom) -> None:
        run = self._run
        into, scope = run.module, run.scope
        named, module = self._project.source(node, into)
        for alias in node.names:
            if alias.name != "*":
                found = self._project.import_from(named, module, alias.name, into)
                scope.bind(alias.asname or alias.name, found)
            elif module is None:
                scope.stars += (node.module or "",)
            else:
                held = module.scope.names.items()
                scope.names.update({name: values for name, values in held if not name.startswith("_")})
                scope.stars += module.scope.stars

    # Functions and classes: their bodies are read later

    def _on_functiondef_asyncfunctiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        decorators = [value for each in node.decorator_list for value in self._ev(each)]
        for each in node.decorator_list:  # `@task(…)`: what is called
            decorators += self._ev(each.func) if isinstance(each, ast.Call) else ()
        function, scope = self._evaluator.function(node, node.name), self._run.scope
        named = [each.name for each in decorators if isinstance(each, (v.External, v.Made))]
        function.decorators = tuple(named)
        function.wrapped_by = tuple([each for each in decorators if isinstance(each, (v.Function, v.Bound))])
        function.owner = scope.body_of
        scope.bind(node.name, (function,))

    def _on_classdef(self, node: ast.ClassDef) -> None:
        for each in (*node.decorator_list, *(keyword.value for keyword in node.keywords)):
            self._ev(each)
        bases = v.join(*(self._ev(base) for base in node.bases))
        outer, run = self._run.scope, self._run
        inner = Scope("class", outer.path, outer)
        inner.owner = inner.body_of = v.Class(node.name, node.lineno, inner, bases, run.module)
        run.module.scopes.add(inner)
        with self._run.inside(scope=inner):
            self.block(node.body)
        if v.external("enum.StrEnum")[0] in bases:
            made = {name: (v.Const(name.lower()),) for name, held in inner.names.items() if held == _AUTO}
            inner.names |= made
        run.reading.classes.append(inner.owner)
        outer.bind(node.name, (inner.owner,))

    # Branches

    def _on_if(self, node: ast.If) -> bool:
        run = self._run
        if _is_main(node.test) and not run.aside:
            with run.inside(aside="main"):
                self.block(node.body)
            return self.block(node.orelse)
        test = self._ev(node.test)
        decided = v.truth(test) if run.decides else None
        run.reading.branches |= v.by_caller(test, 0)
        if decided is not None:
            return self.block(node.body if decided else node.orelse)
        yes, no = (narrowed(self._run.scope, node.test, outcome=outcome) for outcome in (True, False))
        return self._either([(node.body, yes), (node.orelse, no)])

    def _either(self, blocks: Sequence[tuple[list[ast.stmt], Names]], ways: Sequence[Names] = ()) -> bool:
        """Reads each of the blocks from the same beginning, with what is known of names there.

        What follows knows what any of them leaves, or one of the other ways.
        """
        scope = self._run.scope
        before, after = dict(scope.names), [*ways]
        for body, known in blocks:
            scope.names = before | known
            if self.block(body):
                after.append(scope.names)
        scope.names = _merged(after) if after else before
        return bool(after)

    def _on_match(self, node: ast.Match) -> bool:
        subject = self._ev(node.subject)
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str):
                    whole = pattern is case.pattern
                    self._run.scope.bind(name, subject if whole else v.unknown("the key is computed"))
            if case.guard is not None:
                self._ev(case.guard)
        return self._either([*((case.body, {}) for case in node.cases), ([], {})])

    def _on_try_trystar(self, node: ast.Try | ast.TryStar) -> bool:
        scope, run = self._run.scope, self._run
        before = dict(scope.names)
        line = _catches_key_error_only(node)
        with run.inside(key_error=f"{run.module.path}:{line}" if line else run.key_error):
            reached = self.block(node.body)
        if reached and node.orelse:
            reached = self.block(node.orelse)
        whole, imported = scope.names, reached and self._only_imports_what_is_there(node.body)
        scope.names = _merged([before, whole])
        for handler in node.handlers:
            if handler.type is not None:
                self._ev(handler.type)
        caught = v.unknown("the key is an exception")
        handlers = [(each.body, {each.name: caught} if each.name else {}) for each in node.handlers]
        passes = self._either(handlers, [whole] if reached else [])
        if imported:
            scope.names = whole
        return self.block(node.finalbody) and passes

    def _only_imports_what_is_there(self, body: Sequence[ast.stmt]) -> bool:
        """Whether a block only imports what the project has, so that `except ImportError` is not met."""
        imports = [each for each in body if isinstance(each, ast.ImportFrom)]
        names = (alias.asname or alias.name for each in imports for alias in each.names)
        found = [value for name in names for value in self._run.scope.names.get(name, ())]
        is_there = not any(isinstance(value, (v.External, v.Unknown)) for value in found)
        return len(imports) == len(body) and bool(found) and is_there

    def _on_with_asyncwith(self, node: ast.With | ast.AsyncWith) -> bool:
        for item in node.items:
            values = self._ev(item.context_expr)
            if item.optional_vars is not None:
                self._evaluator.assign(item.optional_vars, values)
        return self.block(node.body)

    # Loops

    def _on_for_asyncfor(self, node: ast.For | ast.AsyncFor) -> bool:
        values, goes_on = self._ev(node.iter), True
        turns = v.elements(values)
        if turns is None or not self._run.payer.may_repeat(len(turns) * len(node.body)):
            self._repeated(node.body, lambda: self._evaluator.assign(node.target, v.any_element(values)))
        else:
            goes_on = self._turn_by_turn(node, turns)
        return self.block(node.orelse) and goes_on

    def _turn_by_turn(self, node: ast.For | ast.AsyncFor, turns: list[v.Values]) -> bool:
        """Each turn with its own element, so that what belongs together stays together.

        False if every way through one of them leaves the function.
        """
        run, scope = self._run, self._run.scope
        breaks: list[Names] = []
        goes_on = True
        with run.inside(loops=run.loops + 1):
            for turn in turns:
                if not run.payer.may_repeat():
                    break
                run.module.turn += 1
                self._evaluator.assign(node.target, turn)
                goes_on = self._turn(node.body, breaks)
                if not goes_on:
                    break
        if goes_on or breaks:
            scope.names = _merged([scope.names] * goes_on + breaks)
        return goes_on or bool(breaks)

    def _turn(self, body: Sequence[ast.stmt], breaks: list[Names]) -> bool:
        """One turn of a loop; False if none follows it. Adds to `breaks` the names there."""
        ends: list[Names] = []
        with self._run.inside(continues=ends, breaks=breaks):
            if self.block(body):
                ends.append(self._run.scope.names)
        if ends:
            self._run.scope.names = _merged(ends)
        return bool(ends)

    def _on_continue(self, _: ast.Continue) -> bool:
        self._run.continues.append(dict(self._run.scope.names))
        return False

    def _on_break(self, _: ast.Break) -> bool:
        self._run.breaks.append(dict(self._run.scope.names))
        return False

    def _on_while(self, node: ast.While) -> None:
        self._ev(node.test)
        breaks = self._repeated(node.body, lambda: None)
        if isinstance(node.test, ast.Constant) and node.test.value and breaks:
            self._run.scope.names = _merged(breaks)  # `while True` ends only there
        self.block(node.orelse)

    def _repeated(self, body: Sequence[ast.stmt], begin: Callable[[], None]) -> list[Names]:
        """A loop of unknown length: read twice if the first turn changes a name; what grows is not known.

        Returns the names at each `break`.
        """
        scope, yields = self._run.scope, self._run.reading.yields
        yielded = len(yields)
        for name in _built_upon(body):
            if name in scope.names:
                scope.bind(name, v.unknown(_TURNS))
        before, breaks = dict(scope.names), list[Names]()
        begin()
        self._turn(body, breaks)
        changed = [name for name, held in scope.names.items() if name in before and before[name] != held]
        if changed and not self._run.payer.may_repeat():
            scope.names |= dict.fromkeys(changed, v.unknown(_TURNS))
        elif changed:
            first = {name: v.join(before[name], scope.names[name]) for name in changed}
            scope.names.update(first)
            begin()
            self._turn(body, breaks)
            for name in changed:
                if any(value not in first[name] for value in scope.names.get(name, ())):
                    scope.names[name] = v.unknown(_TURNS)
        scope.names = _merged([before, scope.names, *breaks])
        if len(yields) > yielded:
            yields.append(())
        return breaks


def _merged(many: Sequence[Names]) -> Names:
    """The names of several ways through, each with what it may be after any of them."""
    out = dict(many[0]) if len(many) > 1 else many[0]
    for names in many[1:]:
        for name, held in names.items():
            mine = out.get(name)
            out[name] = held if mine is None or mine is held or mine == held else v.join(mine, held)
    return out


def _built_upon(body: Sequence[ast.stmt]) -> Iterator[str]:
    """The names that the body makes of themselves: `n += 1`, `n = n + 1`."""
    for node in chain.from_iterable(map(ast.walk, body)):
        match node:
            case ast.AugAssign(ast.Name(name)):
                yield name
            case ast.Assign([ast.Name(name), *_], value):
                if any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(value)):
                    yield name


def _is_main(test: ast.expr) -> bool:
    """`__name__ == "__main__"`"""
    left, right = getattr(test, "left", None), next(iter(getattr(test, "comparators", ())), None)
    return getattr(left, "id", "") == "__name__" and getattr(right, "value", "") == "__main__"


def _catches_key_error_only(node: ast.Try | ast.TryStar) -> int:
    """The line of a handler of `KeyError` that raises nothing; 0 if one is for what Airflow 3 raises."""
    names: set[str] = set()
    line = 0
    for handler in node.handlers:
        types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        own = {each.id if isinstance(each, ast.Name) else getattr(each, "attr", "") for each in types}
        names |= own
        if "KeyError" in own and not any(isinstance(each, ast.Raise) for each in ast.walk(handler)):
            line = handler.lineno
    return 0 if names & _WIDER else line


RULES = rules(StatementWalker)
