"""Which calls ask for something: by what is called, by their arguments, and by a task's context."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from kvtui.dags.reader import constructs
from kvtui.dags.reader import values as v
from kvtui.dags.reader.constructs import Called, Names, Read
from kvtui.dags.reader.recorder import Recorder
from kvtui.dags.reader.run import Run


@dataclass(slots=True)
class Call:
    """One call, its parts evaluated."""

    node: ast.Call
    callee: v.Values
    base: v.Values
    """The object whose method is called."""
    method: str
    """The method's name; empty where no method is called."""
    given: v.Given


class CallUses:
    """Records what one call asks for."""

    def __init__(self, run: Run, recorder: Recorder) -> None:
        self._run = run
        self._recorder = recorder

    def record(self, call: Call) -> bool:
        """Records the keys that the call asks for, and the connections that its arguments name.

        False if its arguments do not count here: where it makes a connection, or a dict for an operator.
        """
        read: Read | None = None
        takes = call.method in constructs.MAKES_TASKS
        names = [value.name for value in call.callee if isinstance(value, v.External)]
        for name in names:
            said = self._run.vocabulary.called(name)
            if said.makes_connection and said.read is None:
                return False
            takes = takes or said.takes_arguments
            self._record_hints(call, name, said)
            if said.read is not None:
                read = said.read
                self._record_read(call.node, read, said.how, call.given)
                break
            self._record_positional(call, name, said)
        for value in call.callee:
            if isinstance(value, v.Class):
                takes = True
                self._record_own_hook(call, value)
        if not names and call.method in constructs.HOOK_METHODS:
            read = self._record_of_hook(call)
        if call.method in constructs.NOT_A_LOOKUP or names == ["builtins.dict"]:
            return False
        if call.given.args or call.given.named:
            if names or not any(isinstance(value, (v.Function, v.Bound, v.Class)) for value in call.callee):
                self._record_handed_on(call, names[0] if names else "")
            self._record_arguments(call, read, takes=takes)
        return True

    # What is called

    def _record_own_hook(self, call: Call, made: v.Class) -> None:
        """A hook of the project, whose constructor is its base's."""
        if call.given.args and "__init__" not in made.methods():
            for base in made.ancestors():
                if isinstance(base, v.External):
                    self._record_positional(call, base.name, self._run.vocabulary.called(base.name))

    def _record_of_hook(self, call: Call) -> Read | None:
        """`self.hook.get_connection("x")`: a hook by the looks of its name."""
        holder = ast.unparse(call.node.func).rpartition(".")[0].rpartition(".")[2].lower()
        if "hook" not in holder or any(isinstance(value, (v.Class, v.Instance)) for value in call.base):
            return None
        self._record_read(call.node, constructs.HOOK_READ, f"hook.{call.method}", call.given)
        return constructs.HOOK_READ

    def _record_read(self, node: ast.Call, read: Read, how: str, given: v.Given) -> None:
        key_node: ast.expr = node
        keys = v.unknown("the key is computed")
        if given.args:
            keys, key_node = given.args[0], given.nodes[0]
        elif read.parameter in given.named:
            keys, key_node = given.named[read.parameter], given.named_nodes[read.parameter]
        elif not given.open:
            return  # it raises TypeError
        default = read.always_default
        if read.may_default:
            default = len(given.args) > 1 or "default" in given.named or "default_var" in given.named
        self._recorder.keys(read.kind, keys, key_node, how, node.lineno, default=default, direct=True)

    def _record_hints(self, call: Call, name: str, said: Called) -> None:
        """What is worth a word, and what an operator looks up by itself."""
        given, line = call.given, call.node.lineno
        if said.sets_variable:
            for text in v.texts_in(given.args[0] if given.args else given.named.get("key", ())):
                self._run.hint("set", line, text)
        if "deferrable" in given.named and v.constant(given.named["deferrable"]) is True:
            self._run.hint("deferrable", line)
        for own in said.own:
            values = given.named.get(own.argument)
            if values is not None and own.key:
                self._recorder.use(own.kind, own.key, line, name.rpartition(".")[2], default=True)
            elif values is not None:
                where = given.named_nodes[own.argument]
                self._record_each(values, where, f"{own.argument}=", where.lineno)

    def _record_positional(self, call: Call, name: str, said: Called) -> None:
        """`PostgresHook("orders_db")`, `ObjectStoragePath("s3://aws_default@bucket/")`."""
        given, place = call.given, said.position
        for text in v.texts_in(given.args[0]) if said.makes_path and given.args else ():
            _, found, rest = text.partition("://")
            user, at, _ = rest.partition("/")[0].partition("@")
            if found and at and user:
                self._recorder.use("connection", user, call.node.lineno, "ObjectStoragePath")
        if place is not None and len(given.args) > place and not isinstance(call.node.func, ast.Call):
            how = f"{name.rpartition('.')[2]}(…)"
            known = name.startswith("airflow.")  # else: only a text is surely a connection
            values = tuple(each for each in given.args[place] if known or isinstance(each, v.Const))
            self._record_connection(values, given.nodes[place], how, given.nodes[place].lineno)

    def _record_handed_on(self, call: Call, name: str) -> None:
        """`map(Variable.get, […])`, `partial(Variable.get, "x")`, `python_callable=Variable.get`."""
        given, node = call.given, call.node
        for place, values in enumerate([*given.args, *given.named.values()], 1):
            value = values[0] if values else None
            said = self._run.vocabulary.called(value.name) if isinstance(value, v.External) else None
            if said is None or said.read is None:
                continue
            rest = v.Given(given.args[place:], given.nodes[place:], given.named, given.named_nodes)
            if name == "builtins.map" and rest.args:
                turns = v.any_element(rest.args[0])
                self._recorder.keys(said.read.kind, turns, rest.nodes[0], said.how, node.lineno, direct=True)
            elif name == "functools.partial" and (rest.args or said.read.parameter in rest.named):
                self._record_read(node, said.read, said.how, rest)
            else:
                self._recorder.undecided(said.read.kind, node, f"{said.how} is handed on, not called")

    # Arguments

    def _record_arguments(self, call: Call, read: Read | None, *, takes: bool) -> None:
        """The connections that arguments name, and the template files' directories."""
        given = call.given
        for name, values in given.named.items():
            where = given.named_nodes[name]
            names = self._run.vocabulary.names_connections(name)
            if names is not Names.NONE and (read is None or name != read.parameter):
                line = given.lines.get(name, where.lineno)
                self._record_named(names, values, where, f"{name}=", line, of_airflow=takes)
            if name == "template_searchpath":
                self._record_search_path(values)
            if (takes or name == "default_args") and not isinstance(where, ast.Constant):
                self._record_inside(values, where)
        if takes:
            for values, where in zip(given.args, given.nodes, strict=True):
                self._record_inside(values, where)

    def _record_named(
        self, names: Names, values: v.Values, node: ast.expr, how: str, line: int, *, of_airflow: bool = False
    ) -> None:
        """One argument, or key of a dict, if by its name it is a connection's."""
        if names is Names.NONE or (names is Names.OF_AIRFLOW and not of_airflow):
            return
        if names is Names.SEVERAL:
            values = tuple(value for value in values if isinstance(value, v.Items))
        self._record_each(values, node, how, line)

    def _record_each(self, values: v.Values, node: ast.expr, how: str, line: int) -> None:
        """A connection, or each of a list."""
        for value in values:
            for item in value.items if isinstance(value, v.Items) else ((value,),):
                self._record_connection(item, node, how, line)

    def _record_connection(self, values: v.Values, node: ast.expr, how: str, line: int) -> None:
        named = tuple(
            value for value in values if not (isinstance(value, v.Const) and value.value in (None, "", False))
        )
        self._recorder.keys("connection", named, node, how, line)

    def _record_inside(self, values: v.Values, node: ast.expr, depth: int = 0) -> None:
        """The connections that the keys of a dict name, and of dicts and lists in it."""
        for value in values if depth <= 3 else ():
            if isinstance(value, v.Table):
                for entry in value.entries:
                    line = entry.line if entry.path == self._run.frame.module.path else node.lineno
                    if isinstance(entry.key, str):
                        names = self._run.vocabulary.names_connections(entry.key)
                        self._record_named(names, entry.value, node, f"'{entry.key}':", line)
                    self._record_inside(entry.value, node, depth + 1)
            elif isinstance(value, v.Items):
                for item in value.items:
                    self._record_inside(item, node, depth + 1)

    def _record_search_path(self, values: v.Values) -> None:
        for value in values:
            for each in value.items if isinstance(value, v.Items) else ((value,),):
                for path in v.texts_in(each):
                    self._recorder.search_path(path)


def context_use(node: ast.Attribute | ast.Subscript | ast.Call) -> tuple[str, ast.expr | str, bool] | None:
    """What `context["var"]["value"].get("x")`, `context["conn"].x` and the like ask a task's context for.

    The kind, the key or its expression, and whether a default is given; None for any other expression.
    """
    holder: ast.expr = node
    key: ast.expr | str = ""
    default = False
    if isinstance(node, ast.Attribute):
        holder, key = node.value, node.attr
    elif isinstance(node, ast.Subscript):
        holder, key = node.value, node.slice
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        holder, key, default = node.func.value, node.args[0], len(node.args) > 1 or bool(node.keywords)
    if not isinstance(holder, (ast.Attribute, ast.Subscript)) or key == "get":
        return None
    if _from_context(holder, "conn"):
        return "connection", key, default
    if _step(holder) in ("value", "json") and _from_context(holder.value, "var"):
        return "variable", key, default
    return None


def _from_context(node: ast.expr, name: str) -> bool:
    if not isinstance(node, ast.Subscript) or _step(node) != name:
        return False
    root = node.value
    if isinstance(root, ast.Name):
        return root.id in constructs.CONTEXT_NAMES
    return isinstance(root, ast.Call) and ast.unparse(root.func).endswith("get_current_context")


def _step(node: ast.Attribute | ast.Subscript) -> str:
    """The last step of `a.b` or `a["b"]`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return str(node.slice.value) if isinstance(node.slice, ast.Constant) else ""
