"""Which calls ask for something: by what is called, by their arguments, and by a task's context."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from kvtui.dags.reader import constructs
from kvtui.dags.reader.constructs import Read
from kvtui.dags.reader.model import Use
from kvtui.dags.reader.recorder import Recorder
from kvtui.dags.reader.scopes import Frame
from kvtui.dags.reader.values import (
    Bound,
    Class,
    Const,
    External,
    Function,
    Given,
    Instance,
    Items,
    Table,
    Values,
    any_element,
    unknown,
)


@dataclass(slots=True)
class Call:
    """One call, its parts evaluated."""

    node: ast.Call
    callee: Values
    base: Values
    """The object whose method is called."""
    given: Given

    @property
    def names(self) -> list[str]:
        """What is called, where that is from outside the project, by its dotted names."""
        return [value.name for value in self.callee if isinstance(value, External)]

    @property
    def method(self) -> str:
        """The method's name; empty where no method is called."""
        return self.node.func.attr if isinstance(self.node.func, ast.Attribute) else ""

    def has_own_arguments(self) -> bool:
        """Whether its arguments count here: they do not where it makes a dict, or a connection."""
        if self.method in constructs.NOT_A_LOOKUP or self.names == ["builtins.dict"]:
            return False  # a dict counts where it is given to an operator
        return not any(constructs.makes_connection(name) for name in self.names)


class CallUses:
    """Records what one call asks for."""

    def __init__(self, frame: Frame, recorder: Recorder) -> None:
        self._frame = frame
        self._recorder = recorder

    def record(self, call: Call) -> None:
        """Records the keys that the call asks for, and the connections that its arguments name."""
        read = self._record_function(call)
        if call.has_own_arguments():
            self._record_arguments(call, read)

    # What is called

    def _record_function(self, call: Call) -> Read | None:
        """Records the call if it is one that asks for a key; returns by which rule."""
        names = call.names
        for name in names:
            found = constructs.read_of(name)
            if found is not None:
                self._record_read(call.node, *found, call.given)
                return found[0]
            self._record_positional(call, name)
        if not any(isinstance(value, Function | Bound | Class) for value in call.callee):
            self._record_handed_on(call, names[0] if names else "")
        func = call.node.func
        if not names and isinstance(func, ast.Attribute) and func.attr in constructs.HOOK_METHODS:
            holder = ast.unparse(func.value).rpartition(".")[2].lower()
            if "hook" in holder and not any(isinstance(value, Class | Instance) for value in call.base):
                self._record_read(call.node, constructs.HOOK_READ, f"hook.{func.attr}", call.given)
                return constructs.HOOK_READ
        return None

    def _record_read(self, node: ast.Call, read: Read, how: str, given: Given) -> None:
        key_node: ast.expr = node
        keys = unknown("it is computed")
        if given.args:
            keys, key_node = given.args[0], given.nodes[0]
        elif read.parameter in given.named:
            keys, key_node = given.named[read.parameter], given.named_nodes[read.parameter]
        elif not given.open:
            return  # it raises TypeError
        default = read.always_default
        if read.may_default:
            default = len(given.args) > 1 or any(name in given.named for name in ("default", "default_var"))
        json = given.named.get("deserialize_json", ())
        decoded = any(isinstance(value, Const) and bool(value.value) for value in json)
        self._recorder.keys(read.kind, keys, key_node, how, node.lineno, default=default, deserialize=decoded)

    def _record_positional(self, call: Call, name: str) -> None:
        """`PostgresHook("orders_db")`, `ObjectStoragePath("s3://aws_default@bucket/")`."""
        given, line = call.given, call.node.lineno
        if constructs.STORAGE_PATH.fullmatch(name) and given.args:
            for value in given.args[0]:
                text = str(value.value) if isinstance(value, Const) else ""
                _, found, rest = text.partition("://")
                user, at, _ = rest.partition("/")[0].partition("@")
                if found and at and user:
                    self._recorder.use(Use("connection", user, line, "ObjectStoragePath"))
        place = constructs.place_of_conn_id(name)
        if place is not None and len(given.args) > place and not isinstance(call.node.func, ast.Call):
            how = f"{name.rpartition('.')[2]}(…)"
            self._record_connection(given.args[place], given.nodes[place], how, line)

    def _record_handed_on(self, call: Call, name: str) -> None:
        """`map(Variable.get, […])`, `partial(Variable.get, "x")`, `python_callable=Variable.get`."""
        given, node = call.given, call.node
        for place, values in enumerate([*given.args, *given.named.values()], 1):
            for value in values:
                found = constructs.read_of(value.name) if isinstance(value, External) else None
                if found is None:
                    continue
                read, how = found
                rest = Given(given.args[place:], given.nodes[place:], given.named, given.named_nodes)
                if name == "builtins.map" and rest.args:
                    turns = any_element(rest.args[0])
                    self._recorder.keys(read.kind, turns, rest.nodes[0], how, node.lineno)
                elif name == "functools.partial" and (rest.args or read.parameter in rest.named):
                    self._record_read(node, read, how, rest)
                else:
                    self._recorder.undecided(read.kind, node, f"{how} is handed on, not called")

    # Arguments

    def _record_arguments(self, call: Call, read: Read | None) -> None:
        """The connections that arguments name, and the template files' directories."""
        given = call.given
        lines = {keyword.arg: keyword.value.lineno for keyword in call.node.keywords}
        takes = call.method in constructs.MAKES_TASKS or any(
            isinstance(value, Class)
            or (isinstance(value, External) and constructs.takes_operator_arguments(value.name))
            for value in call.callee
        )
        for name, values in given.named.items():
            where = given.named_nodes[name]
            if read is None or name != read.parameter:
                self._record_named(name, values, where, f"{name}=", lines.get(name, where.lineno))
            if name == "template_searchpath":
                self._record_search_path(values)
        for name, values in given.named.items():
            if takes or name == "default_args":
                self._record_inside(values, given.named_nodes[name])
        if takes:
            for values, where in zip(given.args, given.nodes, strict=True):
                self._record_inside(values, where)

    def _record_named(self, name: str, values: Values, node: ast.expr, how: str, line: int) -> None:
        """One argument, or key of a dict, if by its name it is a connection's."""
        several = constructs.names_connections(name)
        if not several and not constructs.names_connection(name):
            return
        for value in values:
            if isinstance(value, Items):
                for item in value.items:
                    self._record_connection(item, node, how, line)
            elif not several:
                self._record_connection((value,), node, how, line)

    def _record_connection(self, values: Values, node: ast.expr, how: str, line: int) -> None:
        named = tuple(
            value for value in values if not (isinstance(value, Const) and value.value in (None, "", False))
        )
        self._recorder.keys("connection", named, node, how, line)

    def _record_inside(self, values: Values, node: ast.expr, depth: int = 0) -> None:
        """The connections that the keys of a dict name, and of dicts and lists in it."""
        for value in values if depth <= 3 else ():
            if isinstance(value, Table):
                for entry in value.entries:
                    line = entry.line if entry.path == self._frame.scope.path else node.lineno
                    if isinstance(entry.key, str):
                        self._record_named(entry.key, entry.value, node, f"'{entry.key}':", line)
                    self._record_inside(entry.value, node, depth + 1)
            elif isinstance(value, Items):
                for item in value.items:
                    self._record_inside(item, node, depth + 1)

    def _record_search_path(self, values: Values) -> None:
        for value in values:
            for each in value.items if isinstance(value, Items) else ((value,),):
                for path in each:
                    if isinstance(path, Const) and isinstance(path.value, str):
                        self._recorder.search_path(path.value)


@dataclass(frozen=True, slots=True)
class ContextUse:
    """`context["var"]["value"].get("x")`, `context["conn"].x` and the like."""

    kind: str
    key: ast.expr | str
    default_given: bool

    @property
    def how(self) -> str:
        """The construct, as of `Use`."""
        return "context['conn']" if self.kind == "connection" else "context['var']"


def context_use(node: ast.Attribute | ast.Subscript | ast.Call) -> ContextUse | None:
    """What an expression asks a task's context for, which Python code can reach as templates do."""
    key: ast.expr | str
    default = False
    if isinstance(node, ast.Call):
        called = node.func
        if not isinstance(called, ast.Attribute) or called.attr != "get" or not node.args:
            return None
        holder, key = called.value, node.args[0]
        default = len(node.args) > 1 or bool(node.keywords)
    elif isinstance(node, ast.Attribute):
        holder, key = node.value, node.attr
        if key == "get":
            return None
    else:
        holder, key = node.value, node.slice
    if _from_context(holder, "conn"):
        return ContextUse("connection", key, default)
    if not isinstance(holder, ast.Attribute | ast.Subscript) or _step(holder) not in ("value", "json"):
        return None
    return ContextUse("variable", key, default) if _from_context(holder.value, "var") else None


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
