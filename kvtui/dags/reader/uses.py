"""Which calls ask for something: by what is called, by their arguments, and by a task's context."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from kvtui.dags.reader import constructs
from kvtui.dags.reader import values as v
from kvtui.dags.reader.constructs import Read
from kvtui.dags.reader.recorder import Recorder
from kvtui.dags.reader.run import Run


@dataclass(slots=True)
class Call:
    """One call, its parts evaluated."""

    node: ast.Call
    callee: v.Values
    base: v.Values
    """The object whose method is called."""
    given: v.Given

    names: list[str] = field(init=False)
    """What is called, where that is from outside the project, by its dotted names."""
    method: str = field(init=False)
    """The method's name; empty where no method is called."""

    def __post_init__(self) -> None:
        self.names = [value.name for value in self.callee if isinstance(value, v.External)]
        self.method = self.node.func.attr if isinstance(self.node.func, ast.Attribute) else ""


class CallUses:
    """Records what one call asks for."""

    def __init__(self, run: Run, recorder: Recorder) -> None:
        self._run = run
        self._recorder = recorder

    def record(self, call: Call) -> bool:
        """Records the keys that the call asks for, and the connections that its arguments name.

        False if its arguments do not count here: where it makes a connection, or a dict for an operator.
        """
        read = self._record_function(call)
        if call.method in constructs.NOT_A_LOOKUP or call.names == ["builtins.dict"]:
            return False
        if any(constructs.makes_connection(name) for name in call.names):
            return False
        self._record_arguments(call, read)
        return True

    # What is called

    def _record_function(self, call: Call) -> Read | None:
        """Records the call if it is one that asks for a key; returns by which rule."""
        names = call.names
        for value in call.callee:
            outside = value.ancestors() if isinstance(value, v.Class) and call.given.args else ()
            for base in outside:  # the project's own hook, whose constructor is its base's
                if isinstance(base, v.External) and "__init__" not in value.methods():
                    self._record_positional(call, base.name)
        for name in names:
            self._record_hints(call, name)
            found = constructs.read_of(name)
            if found is not None:
                self._record_read(call.node, *found, call.given)
                return found[0]
            if call.given.args:
                self._record_positional(call, name)
        if not any(isinstance(value, v.Function | v.Bound | v.Class) for value in call.callee):
            self._record_handed_on(call, names[0] if names else "")
        func = call.node.func
        if not names and isinstance(func, ast.Attribute) and func.attr in constructs.HOOK_METHODS:
            holder = ast.unparse(func.value).rpartition(".")[2].lower()
            if "hook" in holder and not any(isinstance(value, v.Class | v.Instance) for value in call.base):
                self._record_read(call.node, constructs.HOOK_READ, f"hook.{func.attr}", call.given)
                return constructs.HOOK_READ
        return None

    def _record_read(self, node: ast.Call, read: Read, how: str, given: v.Given) -> None:
        key_node: ast.expr = node
        keys = v.unknown("it is computed")
        if given.args:
            keys, key_node = given.args[0], given.nodes[0]
        elif read.parameter in given.named:
            keys, key_node = given.named[read.parameter], given.named_nodes[read.parameter]
        elif not given.open:
            return  # it raises TypeError
        default = read.always_default
        if read.may_default:
            default = len(given.args) > 1 or any(name in given.named for name in ("default", "default_var"))
        self._recorder.keys(read.kind, keys, key_node, how, node.lineno, default=default, direct=True)

    def _record_hints(self, call: Call, name: str) -> None:
        """What is worth a word, and what an operator looks up by itself."""
        given, line = call.given, call.node.lineno
        key = constructs.sets_variable(name) and (given.args[0] if given.args else given.named.get("key", ()))
        for text in v.texts_in(key or ()):
            self._run.hint("set", line, text)
        if name.endswith(".AzureKeyVaultBackend"):
            self._run.hint("backend", line)
        if v.constant(given.named.get("deferrable", ())) is True:
            self._run.hint("deferrable", line)
        for own in constructs.own_lookups(name):
            if own.argument in given.named and not own.key:
                where = given.named_nodes[own.argument]
                self._record_named("conn_ids", given.named[own.argument], where, f"{own.argument}=", line)
                for value in given.named[own.argument]:
                    if isinstance(value, v.Const):
                        self._record_connection((value,), where, f"{own.argument}=", line)
            elif own.argument in given.named:
                how = name.rpartition(".")[2]
                self._recorder.use(own.kind, own.key, line, how, default=True)

    def _record_positional(self, call: Call, name: str) -> None:
        """`PostgresHook("orders_db")`, `ObjectStoragePath("s3://aws_default@bucket/")`."""
        given, line = call.given, call.node.lineno
        if constructs.STORAGE_PATH.fullmatch(name):
            for value in given.args[0]:
                text = str(value.value) if isinstance(value, v.Const) else ""
                _, found, rest = text.partition("://")
                user, at, _ = rest.partition("/")[0].partition("@")
                if found and at and user:
                    self._recorder.use("connection", user, line, "ObjectStoragePath")
        place = constructs.place_of_conn_id(name)
        if place is not None and len(given.args) > place and not isinstance(call.node.func, ast.Call):
            how = f"{name.rpartition('.')[2]}(…)"
            known = name.startswith("airflow.")  # else: only a text is surely a connection
            values = tuple(each for each in given.args[place] if known or isinstance(each, v.Const))
            self._record_connection(values, given.nodes[place], how, given.nodes[place].lineno)

    def _record_handed_on(self, call: Call, name: str) -> None:
        """`map(Variable.get, […])`, `partial(Variable.get, "x")`, `python_callable=Variable.get`."""
        given, node = call.given, call.node
        for place, values in enumerate([*given.args, *given.named.values()], 1):
            for value in values if len(values) <= 3 else ():
                found = constructs.read_of(value.name) if isinstance(value, v.External) else None
                if found is None:
                    continue
                read, how = found
                rest = v.Given(given.args[place:], given.nodes[place:], given.named, given.named_nodes)
                if name == "builtins.map" and rest.args:
                    turns = v.any_element(rest.args[0])
                    self._recorder.keys(read.kind, turns, rest.nodes[0], how, node.lineno, direct=True)
                elif name == "functools.partial" and (rest.args or read.parameter in rest.named):
                    self._record_read(node, read, how, rest)
                else:
                    self._recorder.undecided(read.kind, node, f"{how} is handed on, not called")

    # Arguments

    def _record_arguments(self, call: Call, read: Read | None) -> None:
        """The connections that arguments name, and the template files' directories."""
        given = call.given
        lines = {keyword.arg: keyword.value.lineno for keyword in call.node.keywords} | given.lines
        takes = call.method in constructs.MAKES_TASKS or any(
            isinstance(value, v.Class)
            or (isinstance(value, v.External) and constructs.takes_operator_arguments(value.name))
            for value in call.callee
        )
        for name, values in given.named.items():
            where = given.named_nodes[name]
            if read is None or name != read.parameter:
                named = "conn_id" if takes and constructs.names_connection_here(name) else name
                self._record_named(named, values, where, f"{name}=", lines.get(name, where.lineno))
            if name == "template_searchpath":
                self._record_search_path(values)
        for name, values in given.named.items():
            if takes or name == "default_args":
                self._record_inside(values, given.named_nodes[name])
        if takes:
            for values, where in zip(given.args, given.nodes, strict=True):
                self._record_inside(values, where)

    def _record_named(self, name: str, values: v.Values, node: ast.expr, how: str, line: int) -> None:
        """One argument, or key of a dict, if by its name it is a connection's."""
        several = constructs.names_connections(name)
        if not several and not constructs.names_connection(name):
            return
        for value in values:
            if isinstance(value, v.Items):
                for item in value.items:
                    self._record_connection(item, node, how, line)
            elif not several:
                self._record_connection((value,), node, how, line)

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
                        self._record_named(entry.key, entry.value, node, f"'{entry.key}':", line)
                    self._record_inside(entry.value, node, depth + 1)
            elif isinstance(value, v.Items):
                for item in value.items:
                    self._record_inside(item, node, depth + 1)

    def _record_search_path(self, values: v.Values) -> None:
        for value in values:
            for each in value.items if isinstance(value, v.Items) else ((value,),):
                for path in each:
                    if isinstance(path, v.Const) and isinstance(path.value, str):
                        self._recorder.search_path(path.value)


def context_use(node: ast.Attribute | ast.Subscript | ast.Call) -> tuple[str, ast.expr | str, bool] | None:
    """What `context["var"]["value"].get("x")`, `context["conn"].x` and the like ask a task's context for.

    The kind, the key or its expression, and whether a default is given; None if the expression is no such.
    """
    holder, key, default = _parts_of(node)
    if not isinstance(holder, (ast.Attribute, ast.Subscript)):
        return None
    if _from_context(holder, "conn"):
        return "connection", key, default
    if _step(holder) in ("value", "json") and _from_context(holder.value, "var"):
        return "variable", key, default
    return None


def _parts_of(node: ast.Attribute | ast.Subscript | ast.Call) -> tuple[ast.expr | None, ast.expr | str, bool]:
    """`holder.get(key, default)`, `holder.key` or `holder[key]`; no holder if it is anything else."""
    if isinstance(node, ast.Attribute):
        return (node.value, node.attr, False) if node.attr != "get" else (None, "", False)
    if isinstance(node, ast.Subscript):
        return node.value, node.slice, False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        return node.func.value, node.args[0], len(node.args) > 1 or bool(node.keywords)
    return None, "", False


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
