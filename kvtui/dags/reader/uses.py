"""Which calls ask for something: by what is called, by their arguments, and by a task's context."""

from __future__ import annotations

import ast

from kvtui.dags.reader import constructs
from kvtui.dags.reader import values as v
from kvtui.dags.reader.arguments import NOT_GIVEN, Argument, Call
from kvtui.dags.reader.constructs import Called, Names, Read
from kvtui.dags.reader.model import Use
from kvtui.dags.reader.run import Run


class CallUses:
    """Records what one call asks for."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def record(self, call: Call) -> bool:
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
            if names or not any(isinstance(value, (v.Function, v.Bound, v.Class)) for value in call.callee):
                self._record_handed_on(call, names[0] if names else "")
            self._record_arguments(call, read, takes=takes)
        return True

    # What is called

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
            if not call.open:
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
        for text in v.texts_in(call.at(0, "key").values) if said.does == "set" else ():
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
            how = f"{name.rpartition('.')[2]}(…)"
            self._run.keys(values, where, Use("connection", "", where.lineno, how))

    def _record_handed_on(self, call: Call, name: str) -> None:
        """`map(Variable.get, […])`, `partial(Variable.get, "x")`, `python_callable=Variable.get`."""
        node = call.node
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

    # Arguments

    def _record_arguments(self, call: Call, read: Read | None, *, takes: bool) -> None:
        """The connections that arguments name, and the template files' directories."""
        for name, argument in call.named.items():
            values, where = argument.values, argument.node or call.node
            if read is None or name != read.parameter:
                self._record_named(name, values, where, f"{name}=", argument.line, of_airflow=takes)
            if name == "template_searchpath":
                for path in (text for each in v.flat(values) for text in v.texts_in(each)):
                    self._run.search[path, self._run.module.path] = None
            if (takes or name == "default_args") and not isinstance(where, ast.Constant):
                self._record_inside(values, where)
        for argument in call.args if takes else ():
            self._record_inside(argument.values, argument.node or call.node)

    def _record_named(
        self, name: str, values: v.Values, node: ast.expr, how: str, line: int, *, of_airflow: bool = False
    ) -> None:
        """One argument, or key of a dict, if it is a connection's by its name. `line` 0: that of `node`."""
        names = self._run.vocabulary.names_connections(name)
        if names is Names.SEVERAL:
            values = tuple(value for value in values if isinstance(value, v.Items))
        if names is not Names.NONE and (names is not Names.OF_AIRFLOW or of_airflow):
            self._record_each(values, node, how, line or node.lineno)

    def _record_each(self, values: v.Values, node: ast.expr, how: str, line: int) -> None:
        """A connection, or each of a list."""
        for each in v.flat(values):
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
