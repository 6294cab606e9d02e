"""Which calls ask for something, by what they call and by their arguments."""

from __future__ import annotations

import ast
from abc import abstractmethod
from dataclasses import dataclass, field

from kvtui.dags.reader import constructs
from kvtui.dags.reader.model import Use
from kvtui.dags.reader.names import Names
from kvtui.dags.reader.values import (
    Bound,
    Class,
    Const,
    External,
    Function,
    Instance,
    Items,
    Table,
    Values,
    any_element,
    unknown,
)


@dataclass(slots=True)
class Given:
    """The arguments of one call."""

    args: list[Values] = field(default_factory=list)
    nodes: list[ast.expr] = field(default_factory=list)
    """Where each of `args` stands."""
    named: dict[str, Values] = field(default_factory=dict)
    named_nodes: dict[str, ast.expr] = field(default_factory=dict)
    open: bool = False
    """There are `*` or `**` arguments that the text does not tell."""


class Reads(Names):
    """Records what one call asks for."""

    @abstractmethod
    def called_by_operator(self, value: Function | Bound, given: Given) -> None:
        """See `Calls`."""

    def arguments(self, node: ast.Call, callee: Values, given: Given, read: constructs.Read | None) -> None:
        """The connections that arguments name, and the template files' directories."""
        names = [value.name for value in callee if isinstance(value, External)]
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if method in constructs.NOT_A_LOOKUP or any(constructs.makes_connection(name) for name in names):
            return
        if names == ["builtins.dict"]:
            return  # it counts where it is given to an operator
        lines = {keyword.arg: keyword.value.lineno for keyword in node.keywords if keyword.arg}
        for name, values in given.named.items():
            where = given.named_nodes[name]
            if read is not None and name == read.parameter:
                continue
            self._connection(name, values, where, f"{name}=", lines.get(name, where.lineno))
            if name == "template_searchpath":
                self._search_path(values)
        takes = method in constructs.MAKES_TASKS or any(
            constructs.takes_operator_arguments(name) for name in names
        )
        takes = takes or any(isinstance(value, Class) for value in callee)
        for name, values in given.named.items():
            if takes or name == "default_args":
                self._within(values, given.named_nodes[name])
        if takes:
            for values, where in zip(given.args, given.nodes, strict=True):
                self._within(values, where)
        for value in given.named.get("python_callable", ()):
            if isinstance(value, Function | Bound):
                self.called_by_operator(value, given)

    def _connection(self, name: str, values: Values, node: ast.expr, how: str, line: int) -> None:
        """One argument, or key of a dict, if by its name it is a connection's."""
        several = constructs.names_connections(name)
        if not several and not constructs.names_connection(name):
            return
        for value in values:
            if isinstance(value, Items):
                for item in value.items:
                    self._one_connection(item, node, how, line)
            elif not several:
                self._one_connection((value,), node, how, line)

    def _one_connection(self, values: Values, node: ast.expr, how: str, line: int) -> None:
        named = tuple(
            value for value in values if not (isinstance(value, Const) and value.value in (None, "", False))
        )
        if named:
            self.record_keys("connection", named, node, how, line)

    def _within(self, values: Values, node: ast.expr, depth: int = 0) -> None:
        """The connections that the keys of a dict name, and of dicts and lists in it."""
        for value in values:
            if isinstance(value, Table):
                for entry in value.entries:
                    line = entry.line if entry.path == self.scope.path else node.lineno
                    if isinstance(entry.key, str):
                        self._connection(entry.key, entry.value, node, f"'{entry.key}':", line)
                    if depth < 3:
                        self._within(entry.value, node, depth + 1)
            elif isinstance(value, Items) and depth < 3:
                for item in value.items:
                    self._within(item, node, depth + 1)

    def _search_path(self, values: Values) -> None:
        for value in values:
            for each in value.items if isinstance(value, Items) else ((value,),):
                for path in each:
                    if isinstance(path, Const) and isinstance(path.value, str):
                        self.recorder.search_path(path.value)

    # What asks

    def reads(self, node: ast.Call, callee: Values, base: Values, given: Given) -> constructs.Read | None:
        """Records the call if it asks for a variable or a connection."""
        names = [value.name for value in callee if isinstance(value, External)]
        for name in names:
            read = constructs.read_of(name)
            if read is not None:
                self._record_read(node, read, given)
                return read
            self._first_argument(node, name, given)
        if not any(isinstance(value, Function | Bound | Class) for value in callee):
            self._handed_on(node, names[0] if names else "", given)
        func = node.func
        if not names and isinstance(func, ast.Attribute) and func.attr in constructs.HOOK_METHODS:
            holder = ast.unparse(func.value).rpartition(".")[2].lower()
            if "hook" in holder and not any(isinstance(value, Class | Instance) for value in base):
                read = constructs.Read("connection", f"hook.{func.attr}", "conn_id")
                self._record_read(node, read, given)
                return read
        return None

    def _record_read(self, node: ast.Call, read: constructs.Read, given: Given) -> None:
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
        json = given.named.get("deserialize_json", given.args[2] if len(given.args) > 2 else ())
        decoded = any(isinstance(value, Const) and bool(value.value) for value in json)
        self.record_keys(
            read.kind, keys, key_node, read.how, node.lineno, default=default, deserialize=decoded
        )

    def _handed_on(self, node: ast.Call, name: str, given: Given) -> None:
        """`map(Variable.get, […])`, `partial(Variable.get, "x")`, `python_callable=Variable.get`."""
        handed = [*given.args, *given.named.values()]
        for place, values in enumerate(handed):
            for value in values:
                read = constructs.read_of(value.name) if isinstance(value, External) else None
                if read is None:
                    continue
                rest = Given(
                    given.args[place + 1 :], given.nodes[place + 1 :], given.named, given.named_nodes
                )
                if name == "builtins.map" and rest.args:
                    turns = any_element(rest.args[0])
                    self.record_keys(read.kind, turns, rest.nodes[0], read.how, node.lineno)
                elif name == "functools.partial" and (rest.args or read.parameter in rest.named):
                    self._record_read(node, read, rest)
                else:
                    self.recorder.undecided(read.kind, node, f"{read.how} is handed on, not called")

    def _first_argument(self, node: ast.Call, name: str, given: Given) -> None:
        """`PostgresHook("orders_db")`, `ObjectStoragePath("s3://aws_default@bucket/")`."""
        if constructs.STORAGE_PATH.fullmatch(name) and given.args:
            for value in given.args[0]:
                text = str(value.value) if isinstance(value, Const) else ""
                _, found, rest = text.partition("://")
                user, at, _ = rest.partition("/")[0].partition("@")
                if found and at and user:
                    self.recorder.use(Use("connection", user, node.lineno, "ObjectStoragePath"))
        place = constructs.place_of_conn_id(name)
        if place is not None and len(given.args) > place and not isinstance(node.func, ast.Call):
            how = f"{name.rpartition('.')[2]}(…)"
            self._one_connection(given.args[place], given.nodes[place], how, node.lineno)
