"""Reads bodies of functions: once with parameters that are not known, and for those where that leaves
something open once more for each call, so that a use is reported at the call that decides it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kvtui.dags.reader import values as v
from kvtui.dags.reader.arguments import (
    MISSING,
    Arguments,
    Call,
    call_arguments,
    default_arguments,
    differs,
    first_parameter,
    length,
    unknown_arguments,
)
from kvtui.dags.reader.model import Use
from kvtui.dags.reader.run import NOTHING, Module, Reading, Run, Scope

_DEEPEST = 12
"""Calls that are followed, one in the other."""
_SHORT = 15
"""Lines of a function that is read, when it is called, for what it returns."""


class FunctionReader:
    """Reads functions and classes of the project when they are called, and at the end of their file."""

    def __init__(self, run: Run, read_block: Callable[[Sequence[ast.stmt]], bool]) -> None:
        self._run = run
        self._read_block = read_block

    # One reading of one body

    def _read(
        self, function: v.Function, arguments: Arguments, payer: Module, *, is_call: bool = True
    ) -> Reading:
        node, module, reading, depth = function.node, function.module, Reading(), self._run.depth + 1
        if node is None or depth > _DEEPEST + 1:
            return reading
        scope = Scope("function", module.path, function.scope, dict(arguments))
        scope.owner, first = function.scope.owner, first_parameter(function)
        scope.me = arguments.get(first, function.scope.me)
        with self._run.body(module, scope, reading, payer, is_call=is_call, depth=depth):
            self._read_block([ast.Return(node.body)] if isinstance(node, ast.Lambda) else node.body)
            if reading.yields:
                reading.returns = _yielded(function, reading.yields)
            if reading.functions or reading.classes:
                self._read_defined(reading)
                self.finish(reading, reading.callees.__contains__)
        return reading

    def generic(self, function: v.Function) -> Reading:
        """Its body with every parameter unknown; nothing while just that is being read."""
        if function.generic is None:
            self._unwrap(function)
            function.generic = NOTHING
            arguments = unknown_arguments(function, function.anyone, v.BY_CALLER)
            function.generic = self._read(function, arguments, function.module, is_call=False)
            is_open, returns = any(map(v.by_caller, function.generic.returns)), function.generic.returns
            if is_open and function.node is not None and length(function.node) <= 2 * _SHORT:
                function.generic.depends = True
            if function.generic.branches and (function.generic.uses or any(map(v.texts_in, returns))):
                function.generic.depends = True
            if not arguments and function.scope.kind == "module":
                function.generic.depends = False  # no call can give it anything
        return function.generic

    def _with(self, function: v.Function, arguments: Arguments) -> Reading:
        """Its body with the arguments of a call."""
        objects = (each for held in arguments.values() for each in held if isinstance(each, v.Instance))
        key = frozenset(arguments.items()), sum(each.changes for each in objects)
        found = function.readings.get(key)
        if found is None:
            payer = self._run.payer
            if not payer.may_repeat():
                return self.generic(function)
            function.readings[key] = NOTHING
            found = function.readings[key] = self._read(function, arguments, payer)
            if payer.is_partial:
                del function.readings[key]  # another file may read it in full
        return found

    # Calls

    def call(self, bound: v.Bound, call: Call, *, later: bool = False) -> v.Values:
        """What a call gives; what it decides is recorded at its place.

        `later`: it only makes something that runs when the scheduler does not read the file any more.
        """
        function, run = bound.function, self._run
        self._unwrap(function)
        later = later or function.is_task
        if not run.aside:
            function.is_called = True
            if not later:
                run.reading.callees[function] = None
        if function.generic is None and not _is_read(function):
            return v.unknown(f"the key comes from {function.name}()")
        reading = self.generic(function)
        gives_object = not bound.first and first_parameter(function) and call.args  # `Base.get(each)`
        is_open = reading.depends or gives_object or differs(function, reading, bound.first)
        if function.node is not None and is_open:
            arguments, defaulted = call_arguments(bound, call, run.module.path)
            reading = self._with(function, arguments)
            run.reading.branches |= reading.branches and any(map(v.by_caller, arguments.values()))
            if function.name == "__init__" and reading.depends and any(map(v.by_caller, arguments.values())):
                run.reading.depends = True  # the object keeps what its own caller gives
            if reading.stores:
                run.reading.stores = run.reading.depends = True
            by_default = self._with(function, default_arguments(function, MISSING)) if defaulted else NOTHING
            self._report(bound, reading, by_default, arguments, call, later=later)
        elif function.owner is not None and reading is not NOTHING:  # no object of a class below its own
            function.confirmed = (function.confirmed or set()).union(reading.uses)
        return self._returned(bound, reading, call)

    def _report(
        self,
        bound: v.Bound,
        reading: Reading,
        by_default: Reading,
        arguments: Arguments,
        call: Call,
        *,
        later: bool,
    ) -> None:
        """What the arguments of a call decide in a body: at the call, but for what its defaults decide."""
        function, run = bound.function, self._run
        generic, path = self.generic(function), run.module.path
        own = first_parameter(function)
        if not any(v.by_caller(held) for name, held in arguments.items() if name != own):
            # A condition on a parameter has both its sides in `generic`; calls show which are reached.
            reached = generic.uses.keys() & reading.uses.keys()
            function.confirmed = (function.confirmed or set()) | reached
        objects = [
            each for value in bound.first if isinstance(value, v.Instance) for each in (value.of.any, value)
        ]
        known = set(generic.uses).union(*(each.readings.get(function, NOTHING).uses for each in objects))
        hooks = [each for arg in call.all() for each in arg.values if isinstance(each, v.Made)]
        of_another = bound.first != run.scope.me  # what its own object decides is said where that is made
        is_given = call.args or call.named or call.rest.values or bound.given or of_another
        for use in reading.uses:
            if use in known:
                continue
            lifted = use._replace(aside=run.aside or use.aside)
            if is_given and use not in by_default.uses and not any(use in hook.asks for hook in hooks):
                key_error = use.key_error or run.key_error
                lifted = use.at(path, call.line_of(use.key))._replace(aside=run.aside, key_error=key_error)
            run.reading.uses[lifted._replace(direct=use.direct and not later)] = None
        resolved, given = generic.undecided.keys() - reading.undecided.keys(), (*call.all(), call.rest)
        for site, each in reading.undecided.items():  # at the argument, if that is why; else where it is
            sources = (arg.node for arg in given if arg.node and v.why_unknown(arg.values, "") == each.why)
            if (argument := next(sources, None)) is not None:
                run.undecided(each.kind, argument, each.why, direct=each.loads > 0 and not later)
            elif each.why is not MISSING and each.why is not v.BY_CALLER:
                run.reading.undecided[site] = replace(each, loads=0) if later else each
            else:
                continue
            resolved.add(site)
        if not run.aside:
            function.resolved |= resolved

    def _returned(self, bound: v.Bound, reading: Reading, call: Call) -> v.Values:
        function = bound.function
        otherwise = v.Unknown(f"the key comes from {function.name}()")
        if function.is_task or not reading.returns or isinstance(function.node, ast.AsyncFunctionDef):
            return (otherwise,)
        open_call = v.by_caller(bound.first) or any(map(v.by_caller, [each.values for each in call.all()]))
        open_call = open_call or v.by_caller(call.rest.values)

        def seen(value: v.Value) -> v.Value:
            if isinstance(value, v.Const) and value.value is not None and not isinstance(value.value, str):
                return otherwise
            if not isinstance(value, v.Unknown) or (value.why is v.BY_CALLER and open_call):
                return value
            return v.Unknown(otherwise.why, value.text, value.among)

        made = v.join(tuple(seen(value) for values in reading.returns for value in values)) or (otherwise,)
        known = tuple(each for each in made if isinstance(each, v.Const) and each.value)
        if not known or v.by_caller(made, 0) or not any(isinstance(each, v.Unknown) for each in made):
            return made
        # Where one way through is not known, none of the others is certain.
        return tuple(
            each.or_of((*known, v.Unknown(each.why))) if isinstance(each, v.Unknown) else each
            for each in made
            if each not in known
        )

    def _unwrap(self, function: v.Function) -> None:
        """Adds the decorators of what decorators of the project make of it: `@task def wrapper(…)`."""
        wrappers, function.wrapped_by = function.wrapped_by, ()
        for _ in range(3) if wrappers else ():
            functions = [each.function if isinstance(each, v.Bound) else each for each in wrappers]
            readings = [self.generic(each) for each in functions if isinstance(each, v.Function)]
            wrappers = v.join(*(values for each in readings for values in each.returns))
            for each in wrappers:
                function.decorators += each.decorators if isinstance(each, v.Function) else ()

    # Objects

    def instance(self, made: v.Class, call: Call) -> v.Values:
        """An object of a class of the project, its constructor and its methods read with the arguments."""
        if not self._run.aside:
            for each in made.family():
                each.is_used = True
        start = self.prepare(made).get("__init__")
        if start is not None and not self._run.aside:
            self._run.reading.callees[start] = None
        fields: Arguments = {}
        names: list[str] = []
        defaulted = False
        if start is None:  # of a dataclass, or the like
            names = [name for each in reversed(made.family()) for name in each.fields]
            fields = dict(zip(names, call.positional(), strict=False)) | call.keywords()
        elif start.node is not None:
            fields, defaulted = call_arguments(v.Bound(start, (made.any,)), call, self._run.module.path)
        if not fields or not (start is None or made.any.given or self.generic(start).depends):
            if names:
                self._confirm(made, made.any)
            return (made.any,)
        found = self._object(made, fields)
        if names:
            self._confirm(made, found)
        by_default = self._default_object(made, MISSING).readings if defaulted else {}
        for method, reading in found.readings.items():
            default = by_default.get(method, NOTHING) if method.owner is made else NOTHING
            bound = v.Bound(method, (made.any,))
            self._report(bound, reading, default, fields, call, later=method is not start)
        return (found,)

    def _confirm(self, made: v.Class, found: v.Instance) -> None:
        """Of an object with fields, what its methods say for the defaults of those that are not given."""
        for method in made.methods().values():
            if method.generic is not None and method not in {**made.any.readings, **found.readings}:
                method.confirmed = (method.confirmed or set()).union(method.generic.uses)

    def _object(self, made: v.Class, fields: Arguments) -> v.Instance:
        methods = made.prepared or made.methods()
        key = frozenset(fields.items())
        found, payer = made.made.get(key), self._run.payer
        if found is not None or not payer.may_repeat():
            return found or made.any
        found = made.made[key] = v.Instance(made)
        start = methods.get("__init__")
        has_fields = start is None and any(each.fields for each in made.family())
        if start is None:
            found.given.update(fields)
        elif start.node is not None:
            first = first_parameter(start)
            found.readings[start] = self._read(start, fields | {first: (found,)}, payer)
        for method in methods.values():
            generic = method.generic
            if method is start or method.node is None or generic is None:
                continue
            if generic.depends or (has_fields and not generic.attributes.keys().isdisjoint(fields)):
                arguments = unknown_arguments(method, (found,), MISSING)
                found.readings[method] = self._with(method, arguments)
        return found

    def _default_object(self, made: v.Class, missing: str) -> v.Instance:
        """An object as it is without arguments."""
        start = made.methods().get("__init__")
        return self._object(made, default_arguments(start, missing) if start is not None else {})

    def prepare(self, made: v.Class) -> dict[str, v.Function]:
        """Reads the methods of a class for any of its objects; returns them by name."""
        if made.prepared is not None:
            return made.prepared
        for base in made.family()[1:]:  # first: what its constructor sets, its methods read
            if start := base.methods().get("__init__"):
                self.generic(start)
        methods, readings = made.methods(), made.any.readings
        if made.module.is_done:
            made.prepared = methods
        first = sorted(methods.values(), key=lambda each: each.name != "__init__")
        for method in first:
            if method.generic is None and _is_read(method):
                self.generic(method)
        for method in first:
            generic = method.generic
            if generic is None or method.owner is made or method in readings or method.node is None:
                continue
            if differs(method, generic, (made.any,)) and made.module.may_repeat():
                arguments = unknown_arguments(method, (made.any,), v.BY_CALLER)
                readings[method] = NOTHING
                readings[method] = self._read(method, arguments, made.module, is_call=False)
                if not made.module.aside:
                    method.settle(readings[method])
        return methods

    # The end of a body, of a file

    def _read_defined(self, reading: Reading) -> None:
        for made in reading.classes:
            self.prepare(made)
        for function in reading.functions:  # it may grow meanwhile
            self.generic(function)

    def finish(self, reading: Reading, runs: Callable[[v.Function], bool]) -> None:
        """Adds to a body what those say that it defines; `runs`: whether one does when the body does."""
        for made in reading.classes:
            reading.uses |= dict.fromkeys(self._said_by_class(made))
        for function in reading.functions:
            if function.generic is None:
                continue
            now = runs(function)
            for use in self._said_by(function, function.generic):
                reading.uses[use if now else use._replace(direct=False)] = None
            if left := function.generic.undecided:
                still = {site: each for site, each in left.items() if site not in function.resolved}
                reading.undecided |= {
                    site: each if now else replace(each, loads=0) for site, each in still.items()
                }
            reading.depends = reading.depends or function.generic.depends
        reading.functions, reading.classes = [], []

    def _said_by(self, function: v.Function, generic: Reading) -> Iterator[Use]:
        """What a function says at its own place: in any case, and for its defaults if nobody calls it."""
        confirmed = generic.uses if function.confirmed is None else function.confirmed
        yield from filter(confirmed.__contains__, generic.uses)
        is_method = function.owner is not None and function.name == "__init__"
        if generic.depends and function.defaults and function.node and not (function.is_called or is_method):
            by_default = self._with(function, default_arguments(function, v.BY_CALLER))
            yield from by_default.uses
            function.settle(by_default)
            said = ((site, each) for site, each in by_default.undecided.items() if site in generic.undecided)
            generic.undecided |= {site: each for site, each in said if each.why is not v.BY_CALLER}

    def _said_by_class(self, made: v.Class) -> Iterator[Use]:
        """What inherited methods say for this class, and its methods for an object that nobody makes."""
        for method, reading in made.any.readings.items():
            assert method.generic is not None  # noqa: S101  # `prepare` reads it first
            lines = [made.lines[each] for each in sorted(method.generic.attributes) if each in made.lines]
            line = (lines or [made.lines.get("__init__", made.line)])[0]
            inherited = (use for use in reading.uses if use not in method.generic.uses)
            yield from (use.at(made.module.path, line)._replace(direct=False) for use in inherited)
        if made.is_used:
            return
        for method, reading in self._default_object(made, v.BY_CALLER).readings.items():
            yield from (use._replace(direct=False) for use in reading.uses)
            method.settle(reading)

    def finish_file(self, module: Module) -> None:
        """Reads every function and class of a file that could ask for something; others only when called."""
        if module.asks:
            self._read_defined(module.reading)
        for function in module.reading.functions:
            done, generic = function.node is None or length(function.node) > _SHORT, function.generic
            if generic is not None:
                done = not (generic.depends or (function.owner and (generic.attributes or generic.undecided)))
            function.node = None if done else function.node
        vars(module).pop("lines", None)  # the text is enough


def _yielded(function: v.Function, yields: list[v.Values]) -> list[v.Values]:
    """What a call of a generator gives: a list; of a context manager what its `with` gets."""
    if "contextlib.contextmanager" in function.decorators:
        return yields
    if () not in yields:
        return [v.as_items(yields)]
    return [v.unknown(v.BY_CALLER)] if any(map(v.by_caller, yields)) else []


def _is_read(function: v.Function) -> bool:
    """Whether its body is read: it may ask, or is short enough to be read for what it returns or sets."""
    if function.node is None:
        return False
    is_part = function.scope.kind == "function" or function.name == "__init__"
    return function.module.asks or is_part or length(function.node) <= _SHORT
