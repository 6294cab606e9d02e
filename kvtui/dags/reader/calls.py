"""Calls: their arguments, what they ask for (by what is called, and by the arguments), and what they give."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kvtui.dags.reader import constructs, files, operators
from kvtui.dags.reader import values as v
from kvtui.dags.reader.arguments import NOT_GIVEN, Argument, Call
from kvtui.dags.reader.constructs import Called, Read
from kvtui.dags.reader.handing import FUNCTIONS, bound, filled, handed_on
from kvtui.dags.reader.imports import Overview
from kvtui.dags.reader.model import Use
from kvtui.dags.reader.objects import from_library, method_of, named_tuple
from kvtui.dags.reader.run import Run

if TYPE_CHECKING:
    from kvtui.dags.reader.expressions import Evaluator
    from kvtui.dags.reader.functions import FunctionReader

_KEPT = ("dag_id", "default_args", "python_callable", "op_args", "op_kwargs")
"""Arguments that an object of an external class is known by, beside its connections."""
_FIELDS = ("dataclasses.field", "pydantic.Field", "attrs.field", "attr.ib")
"""Functions that give an attribute of a class its default."""


class CallReader:
    """Evaluates calls, and has recorded what they ask for."""

    evaluator: Evaluator
    functions: FunctionReader

    def __init__(self, run: Run, overview: Overview) -> None:
        self._run = run
        self._overview = overview

    def read(self, node: ast.Call) -> v.Values:
        """What a call gives; records what it asks for. A text it makes is not yet read as a template."""
        func = node.func
        self._run.payer.steps += 1
        base: v.Values = ()
        method = ""
        if isinstance(func, ast.Attribute):
            method = func.attr
            # A literal text is not yet a template: its `format` may make one of it.
            literal = isinstance(func.value, (ast.Constant, ast.JoinedStr))
            base = self.evaluator.part(func.value) if literal else self.evaluator.ev(func.value)
            callee = self.evaluator.attribute(base, method)
            for value in base:
                if isinstance(value, v.Made):
                    asks = value.asks if method not in constructs.HOOK_METHODS else ()
                    self._run.reading.uses |= dict.fromkeys(asks)
                elif isinstance(value, v.Super) and method == "__init__":
                    value.below.lines["__init__"] = node.lineno
        else:
            callee = self.evaluator.ev(func)
        if not (callee and isinstance(callee[0], v.External)) and v.by_caller(callee, 0):
            self._run.reading.depends |= not v.by_caller(base, 0)
        call = self.arguments(node)
        call.callee, call.base, call.method = callee, base, method
        if (node.args or node.keywords) and self._record(call) and call.hands_on():
            self._record_handed_on(call)
            for function, made in handed_on(call):
                self.functions.call(function, made, later=True)
        if len(callee) == 1:
            return self._result(call, callee[0]) or v.unknown("the key is computed")
        return v.join(*(self._result(call, value) for value in callee)) or v.unknown("the key is computed")

    def arguments(self, node: ast.Call) -> Call:
        """The arguments of a call, evaluated."""
        given = Call(node, node.func)
        for each in node.args:
            values = self.evaluator.ev(each)
            if not isinstance(each, ast.Starred):
                given.args.append(Argument(values, each))
                continue
            given.spread(Argument(values, each.value))
        for keyword in node.keywords:
            name, value = keyword.arg, keyword.value
            if name is not None:
                evaluate = self.evaluator.part if name in constructs.DOCUMENTATION else self.evaluator.ev
                given.named[name] = Argument(evaluate(value), value)
                continue
            given.spread_named(Argument(self.evaluator.ev(value), value), self._run.module.path)
        return given

    # What a call asks for

    def _record(self, call: Call) -> bool:
        """Records the keys that the call asks for, and the connections that its arguments name.

        False if its arguments do not count here: where it makes a connection, or a dict for an operator.
        """
        read: Read | None = None
        takes = call.method in constructs.MAKES_TASKS
        names = [value.name for value in call.callee if isinstance(value, v.External)]
        for name in names:
            said = self._run.vocabulary.called(name)
            if said.does == "connection" and said.read is None:
                return False
            takes = takes or said.takes_arguments
            self._record_hints(call, name, said)
            if said.read is not None:
                read = said.read
                self._record_read(call, read, said.how)
                break
            self._record_positional(call, name, said)
        for value in call.callee:
            if isinstance(value, v.Class):
                takes = True
                is_own = call.args and "__init__" not in value.methods()
                for base in value.ancestors() if is_own else ():  # a hook whose constructor is its base's
                    if isinstance(base, v.External):
                        self._record_positional(call, base.name, self._run.vocabulary.called(base.name))
        if not names and call.method in constructs.HOOK_METHODS:
            read = self._record_of_hook(call)
        if call.method in constructs.NOT_A_LOOKUP or names == ["builtins.dict"]:
            return False
        if call.args or call.named:
            self._record_arguments(call, read, takes=takes)
        return True

    def _record_default(self, call: Call, made: v.Class) -> None:
        """What a project's hook asks for by its class, if its constructor is its base's and gets nothing."""
        given = call.args or call.rest.values or self._run.vocabulary.that_name_one(call.named)
        if not (given or "__init__" in made.methods()):
            name = "default_conn_name"
            use = Use("connection", "", call.node.lineno, name)
            for text in v.texts_in(self.evaluator.attribute((made,), name)):
                self._run.use(use, text)

    def _record_of_hook(self, call: Call) -> Read | None:
        """`self.hook.get_connection("x")`: a hook by the looks of its name."""
        holder = ast.unparse(call.func).rpartition(".")[0].rpartition(".")[2].lower()
        if "hook" not in holder or any(isinstance(value, (v.Class, v.Instance)) for value in call.base):
            return None
        self._record_read(call, constructs.HOOK_READ, f"hook.{call.method}")
        return constructs.HOOK_READ

    def _record_read(self, call: Call, read: Read, how: str) -> None:
        key = call.at(0, read.parameter)
        if key is NOT_GIVEN:
            if not call.rest.values:
                return  # it raises TypeError
            key = Argument(v.unknown("the key is computed"))
        default = read.always_default
        if read.may_default:
            default = call.at(1, "default", "default_var") is not NOT_GIVEN
        use = Use(read.kind, "", call.node.lineno, how, default, direct=True)
        self._run.keys(key.values, key.node or call.node, use)

    def _record_hints(self, call: Call, name: str, said: Called) -> None:
        """What is worth a word, and what an operator looks up by itself."""
        line = call.node.lineno
        if said.does == "set":
            key = call.at(0, "key").values
            if v.by_caller(key, 0):
                self._run.reading.stores = self._run.reading.depends = True
            for text in v.texts_in(key):
                self._run.hint("set", line, text)
        if "deferrable" in call.named and v.constant(call.named["deferrable"].values) is True:
            self._run.hint("deferrable", line)
        for own in said.own:
            argument = call.named.get(own.argument)
            if argument is not None and own.key:
                self._run.use(Use(own.kind, own.key, line, name.rpartition(".")[2], default_given=True))
            elif argument is not None:
                where = argument.node or call.node
                self._record_each(argument.values, where, f"{own.argument}=", where.lineno)

    def _record_positional(self, call: Call, name: str, said: Called) -> None:
        """`PostgresHook("orders_db")`, `ObjectStoragePath("s3://aws_default@bucket/")`."""
        args, place = call.args, said.position
        for text in v.texts_in(args[0].values) if said.does == "path" and args else ():
            _, found, rest = text.partition("://")
            user, at, _ = rest.partition("/")[0].partition("@")
            if found and at and user:
                self._run.use(Use("connection", user, call.node.lineno, "ObjectStoragePath"))
        if place is not None and len(args) > place and not isinstance(call.func, ast.Call):
            where, known = args[place].node or call.node, name.startswith("airflow.")
            # Of others only a text is surely a connection.
            values = tuple(each for each in args[place].values if known or isinstance(each, v.Const))
            self._run.reading.depends |= not known and v.by_caller(args[place].values, 0)
            how = f"{name.rpartition('.')[2]}(…)"
            self._run.keys(values, where, Use("connection", "", where.lineno, how))

    def _record_handed_on(self, call: Call) -> None:
        """`map(Variable.get, […])`, `partial(Variable.get, "x")`, `python_callable=Variable.get`."""
        node = call.node
        name = next((value.name for value in call.callee if isinstance(value, v.External)), "")
        if not name and any(isinstance(value, (*FUNCTIONS, v.Class)) for value in call.callee):
            return
        for place, argument in enumerate(call.all(), 1):
            value = argument.values[0] if argument.values else None
            said = self._run.vocabulary.called(value.name) if isinstance(value, v.External) else None
            if said is None or said.read is None:
                continue
            rest = Call(node, args=call.args[place:], named=call.named)
            if name == "builtins.map" and rest.args:
                turns, where = v.any_element(rest.args[0].values), rest.args[0].node or node
                self._run.keys(turns, where, Use(said.read.kind, "", node.lineno, said.how, direct=True))
            elif name == "functools.partial" and rest.at(0, said.read.parameter) is not NOT_GIVEN:
                self._record_read(rest, said.read, said.how)
            else:
                self._run.undecided(said.read.kind, node, f"{said.how} is handed on, not called")

    def _record_arguments(self, call: Call, read: Read | None, *, takes: bool) -> None:
        """The connections that arguments name, and the template files' directories."""
        of_airflow = takes and "connection_id" in "".join(call.named) and self._names_airflows(call)
        for name, argument in call.named.items():
            values, where = argument.values, argument.node or call.node
            if read is None or name != read.parameter:
                self._record_named(name, values, where, f"{name}=", argument.line, of_airflow=of_airflow)
            if name == "template_searchpath":
                for path in (text for each in _flat(values) for text in v.texts_in(each)):
                    self._run.search[path, self._run.module.path] = None
            if (takes or name == "default_args") and not isinstance(where, ast.Constant):
                self._record_inside(values, where)
        for argument in call.args if takes else ():
            self._record_inside(argument.values, argument.node or call.node)

    def _names_airflows(self, call: Call) -> bool:
        """Whether `connection_id` is Airflow's: without a `conn_id`, and no code shows what becomes of it."""
        followed = any(isinstance(value, v.Class) and "__init__" in value.methods() for value in call.callee)
        return not (followed or self._run.vocabulary.that_name_one(call.named))

    def _record_named(
        self, name: str, values: v.Values, node: ast.expr, how: str, line: int, *, of_airflow: bool = False
    ) -> None:
        """One argument, or key of a dict, if it is a connection's by its name. `line` 0: that of `node`."""
        names = self._run.vocabulary.names_connections(name)
        if names == "several":
            values = tuple(value for value in values if isinstance(value, v.Items))
        if names != "none" and (names != "of Airflow" or of_airflow):
            self._record_each(values, node, how, line or node.lineno)

    def _record_each(self, values: v.Values, node: ast.expr, how: str, line: int) -> None:
        """A connection, or each of a list."""
        for each in _flat(values):
            self._run.keys(each, node, Use("connection", "", line, how))

    def _record_inside(self, values: v.Values, node: ast.expr, depth: int = 0) -> None:
        """The connections that the keys of a dict name, and of dicts and lists in it."""
        for value in values if depth <= 3 else ():
            if isinstance(value, v.Table):
                for entry in value.entries:
                    if isinstance(entry.key, str):
                        line = entry.line if entry.path == self._run.module.path else 0
                        self._record_named(entry.key, entry.value, node, f"'{entry.key}':", line)
                    self._record_inside(entry.value, node, depth + 1)
            elif isinstance(value, v.Items):
                for item in value.items:
                    self._record_inside(item, node, depth + 1)

    # What a call gives

    def _result(self, call: Call, value: v.Value) -> v.Values:
        of = v.only(call.base) if call.method in constructs.MAKES_TASKS else None
        if isinstance(of, (v.Class, v.Partial)) and not isinstance(value, FUNCTIONS):
            return self._mapped(call, v.Partial(of) if isinstance(of, v.Class) else of)
        if isinstance(value, v.External):
            return self._external(call, value.name)
        if isinstance(value, FUNCTIONS):
            function = bound(value)
            is_mapped = call.method in constructs.MAKES_TASKS and call.method != function.function.name
            return self._mapped(call, function) if is_mapped else self.functions.call(function, call)
        if isinstance(value, v.Class):
            self._record_default(call, value)
            return self.functions.instance(value, call)
        if isinstance(value, v.Const) and value.value is None:
            return ()
        if isinstance(value, v.Instance):
            callee = self.evaluator.attribute((value,), "__call__")
            return v.join(*(self.functions.call(each, call) for each in callee if isinstance(each, v.Bound)))
        if isinstance(call.func, ast.Attribute):
            return method_of(call, self._run, self.evaluator.change)
        return v.unknown(v.why_unknown((value,)))

    def _external(self, call: Call, name: str) -> v.Values:
        scope = self._run.scope
        if name == "builtins.super" and scope.owner is not None:
            objects = [value for value in scope.me if isinstance(value, v.Instance)]
            return tuple(v.Super(each, scope.owner) for each in objects or [scope.owner.any])
        said = self._run.vocabulary.called(name)
        if said.does == "backend":
            self._run.hint("backend", call.node.lineno)
        if said.read is not None:
            return _looked_up(call, said.read, said.how)
        path = self._run.module.path
        known = from_library(name, call, path) or files.from_library(name, call, self._run.files, path)
        if known is not None:
            return known
        if name in ("sys.path.insert", "sys.path.append") and call.args:
            folder = v.only(operators.paths([call.args[-1].values], str))
            if isinstance(folder, v.File):
                self._overview.add_to_search_path(path, folder.path, in_front=name.endswith("insert"))
        if name == "builtins.getattr" and isinstance(of := v.constant(call.at(1).values), str):
            return self.evaluator.attribute(call.at(0).values, of)
        if name == "builtins.getattr" and v.by_caller(call.at(1).values, 0):
            return v.unknown(v.BY_CALLER)
        if name in _FIELDS:
            factories = call.named.get("default_factory", call.named.get("factory", NOT_GIVEN)).values
            made = [
                self.functions.call(bound(each), Call(call.node))
                for each in factories
                if isinstance(each, FUNCTIONS)
            ]
            default = call.at(0, "default").values
            known = default if v.constant(default) is not ... else ()
            return v.join(known, *made) or v.unknown(
                v.BY_CALLER if not factories else v.why_unknown(factories)
            )
        if name == "collections.namedtuple":
            return named_tuple(call, self._run)
        if name == "builtins.type" and len(call.args) == 1:
            return self.evaluator.attribute(call.args[0].values, "__class__")
        if name == "functools.partial" and call.args:
            functions = [bound(each) for each in call.args[0].values if isinstance(each, FUNCTIONS)]
            partials = [filled(each, call.positional()[1:], call.keywords()) for each in functions]
            for each in partials:  # some day it is called, perhaps by something that is not read
                self.functions.call(each, Call(call.node), later=True)
            if partials:
                return tuple(partials)
        last = name.rpartition(".")[2]
        for me in call.base if last == "__init__" else ():
            if isinstance(me, v.Super):  # a library's class keeps a connection under the argument's name
                for argument in self._run.vocabulary.that_name_one(call.named):
                    me.of.given.setdefault(argument, call.named[argument].values)
        if last[:1].isupper() or "python_callable" in call.named:
            names = (*_KEPT, *self._run.vocabulary.that_name_one(call.named))
            kept = {name: values for name, values in call.keywords().items() if name in names}
            if last == "DAG" and call.args:
                kept["dag_id"] = call.args[0].values
            asks = self._asked_by_hook(call, name, said) if last.endswith("Hook") else ()
            self._run.reading.uses |= dict.fromkeys(asks if said.does == "ask" else ())
            return (v.Made(name, tuple(kept.items()), asks),)
        return v.unknown(f"the key comes from {last}()")

    def _asked_by_hook(self, call: Call, name: str, said: Called) -> tuple[Use, ...]:
        """What a hook that the call makes asks for when it is used; its place is where the key is given."""
        place = len(call.args) if said.position is None else said.position
        named = next(iter(self._run.vocabulary.that_name_one(call.named)), "")
        given, run = call.at(place, named), self._run
        how = f"{name.rpartition('.')[2]}(…)" if place < len(call.args) else f"{named}="
        line = given.line or (given.node or call.node).lineno
        use = Use("connection", "", line, how, False, run.module.path, run.key_error, "", run.aside, True)
        return tuple(use._replace(key=key) for key in v.texts_in(given.values) if key and "{" not in key)

    # Functions of the project

    def _mapped(self, call: Call, mapped: v.Bound | v.Partial) -> v.Values:
        """`partial(…)`, `expand(…)` and the like of a task or an operator of the project."""
        method, named = call.method, call.named
        if method == "override":
            return (mapped,)
        kept = dict(mapped.given)
        for name, each in named.items():
            kept[name] = v.any_element(each.values) if method == "expand" else each.values
        if not all(kept.values()):
            return v.unknown("the key is mapped over an empty list")
        if method == "partial":
            return (replace(mapped, given=tuple(kept.items())),)
        listed = call.at(0, "kwargs") if method == "expand_kwargs" else NOT_GIVEN
        made: list[v.Values] = []
        for turn in v.any_element(listed.values) or (v.Table(()),):
            given = Call(call.node)
            for name, values in kept.items():
                given.named[name] = Argument(values, named.get(name, NOT_GIVEN).node)
            given.spread_named(Argument((turn,), listed.node))
            if isinstance(mapped, v.Partial):
                made.append(self.functions.instance(mapped.of, given))
            else:
                made.append(self.functions.call(v.Bound(mapped.function, mapped.first), given, later=True))
        return v.join(*made)


def _looked_up(call: Call, read: Read, how: str) -> v.Values:
    """What a lookup gives: not known, but for a connection's own key; perhaps a variable's default."""
    why = f"the key comes from {how}"
    if read.kind == "connection":
        key = call.at(0, read.parameter).values
        return (v.Unknown(why, among=(v.Made("Connection", (("conn_id", key),)),)),)
    found = v.Unknown(why)
    default = call.at(1, "default", "default_var").values
    likely = tuple(each for each in default if getattr(each, "value", each) and not v.by_caller((each,)))
    return (found.or_of((*likely, found)) if likely else found,)


def _flat(values: v.Values) -> Iterator[v.Values]:
    """Each alternative by itself, of a list each element."""
    for value in values:
        yield from value.items if isinstance(value, v.Items) else ((value,),)
