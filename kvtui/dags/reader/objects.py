"""What names, attributes and elements mean, and what a few of Python's own functions give."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import replace

from kvtui.dags.reader import constructs, files, operators
from kvtui.dags.reader import values as v
from kvtui.dags.reader.arguments import Call, keywords_table
from kvtui.dags.reader.run import Reading, Run, Scope

_BUILTINS = frozenset(dir(builtins))
_FROM_STARS = ("Variable", "Connection", "BaseHook")
_MOST = 300
"""Elements of a range."""
_PICKED = v.Unknown("the dict's key is computed")
_LISTS = ("list", "tuple", "set", "frozenset", "sorted")


def name_in(scope: Scope, name: str) -> v.Values:
    """What a name means in `scope`."""
    found = scope.find(name)
    if found is not None:
        return found
    if name in _BUILTINS:
        return v.external(f"builtins.{name}")
    if name == "__file__":
        return (v.Const(scope.path),)
    stars = scope.all_stars() if name in _FROM_STARS else ()
    return tuple(v.External(f"{module}.{name}") for module in stars) or v.unknown(
        f"{name} has no value in this file"
    )


def attribute_of(value: v.Value, name: str, reading: Reading) -> v.Values:
    """`value.name`; of modules see `Project.member`."""
    if isinstance(value, v.External):
        return v.external(f"{value.name}.{name}")
    if isinstance(value, v.Made):
        held = dict(value.given).get(name)
        return held if held is not None else v.external(f"{value.name}.{name}")
    if isinstance(value, v.Class):
        reading.attributes[name] = None
        return _in_class(value.family(), value, name, ())
    if isinstance(value, v.Super):
        return _in_class(value.below.family()[1:], value.below, name, (value.of,))
    if isinstance(value, v.Instance):
        reading.attributes[name] = None
        for given in (value.given, *(each.any.given for each in value.of.family())):
            if name in given:
                return given[name]
        return _in_class(value.of.family(), value.of, name, (value,))
    if isinstance(value, v.File):
        return files.attribute_of(value, name)
    if isinstance(value, v.Const) and name in ("value", "name"):
        return (value,) if name == "value" else v.unknown("the key is computed")  # of an Enum's member
    if isinstance(value, (v.Function, v.Bound, v.Partial)) and name in constructs.MAKES_TASKS:
        return (value,)
    if isinstance(value, (v.Function, v.Bound)) and name == "__name__":
        return (v.Const((value if isinstance(value, v.Function) else value.function).name),)
    if isinstance(value, v.Unknown) and value.among:
        if name == "conn_id" and isinstance(connection := v.only(value.among), v.Made):
            return attribute_of(connection, name, reading)  # got by that key
        return value.of_each(lambda each: attribute_of(each, name, reading))
    return v.unknown(v.why_unknown((value,)))


def _in_class(classes: list[v.Class], of: v.Class, name: str, me: v.Values) -> v.Values:
    """An attribute of the first of `classes` that has it; `me` is what its methods get first."""
    found: v.Values | None = next((c.scope.names[name] for c in classes if name in c.scope.names), None)
    if found is not None:
        return tuple(
            v.Bound(each, (of,) if "builtins.classmethod" in each.decorators else me)
            if isinstance(each, v.Function) and "builtins.staticmethod" not in each.decorators
            else each
            for each in found
        )
    if name in ("__class__", "__name__"):
        return (of,) if name == "__class__" else (v.Const(of.name),)
    if any(name in each.fields for each in classes):
        return v.unknown(v.BY_CALLER)  # of a dataclass: its constructor gets it
    outside = tuple(
        v.External(f"{base.name}.{name}") for base in of.ancestors() if isinstance(base, v.External)
    )
    return outside or v.unknown(f"{of.name}.{name} is not assigned in the project")


def element(value: v.Value, index: v.Values) -> v.Values:
    """`value[index]`"""
    key = v.only(index)
    if isinstance(value, v.External) and value.name == "os.environ":
        return _environment(v.constant(index))
    if isinstance(value, v.External) and value.name == "context.var" and isinstance(key, v.Const):
        return v.external(f"context.var.{key.value}")
    if isinstance(value, v.Table):
        found = [value.get(each.value) if isinstance(each, v.Const) else None for each in index]
        known = [each for each in found if each is not None]
        if len(known) == len(found):
            return v.join(*known)
        if v.by_caller(index, 0):
            return v.unknown(v.BY_CALLER)
        if isinstance(key, v.Const):
            hidden = f"the key comes from a dict's {key.value!r}, which the code does not show"
            return v.unknown(value.why or hidden)
        among = v.join(*(entry.value for entry in value.entries))
        return among if value.whole else (_PICKED.or_of((*among, _PICKED)),)
    if isinstance(value, v.Items):
        number = v.constant(index)
        if isinstance(number, int) and -len(value.items) <= number < len(value.items):
            return value.items[number]
        return v.unknown(v.why_unknown(index))
    if isinstance(value, v.Class) and value.is_enum() and isinstance(key, v.Const):
        return value.scope.names.get(str(key.value), v.unknown("the key is computed"))
    if isinstance(value, v.Unknown) and value.among:
        return value.of_each(lambda each: element(each, index))
    return v.unknown(v.why_unknown((value,)))


def _environment(name: object, default: object = None) -> v.Values:
    """An environment variable, of a computed name if it is None."""
    why = f"the key depends on the environment variable {name or 'of a computed name'}"
    otherwise = operators.with_default(default) if default is not None else ""
    return (v.Unknown(why + otherwise, variable=str(name or "")),)


def is_context(node: ast.expr) -> bool:
    """Whether it is a task's context by its name, or by Airflow's function that gives it."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).endswith(("get_current_context", "get_template_context"))
    return isinstance(node, ast.Name) and node.id in constructs.CONTEXT_NAMES


def from_library(name: str, call: Call, path: str) -> v.Values | None:
    """What a call of `name`, in that file, gives; None if `name` is not one of these functions."""
    if name in ("os.getenv", "os.environ.get"):
        return _environment(v.constant(call.at(0, "key").values), v.constant(call.at(1, "default").values))
    if name == "builtins.dict":
        return v.as_table(
            [v.table(call.at(0).values), keywords_table(call.keywords(), path, call.node.lineno)]
        )
    make = _FUNCTIONS.get(name)
    return make(*call.positional()) if make is not None and call.args else None


def named_tuple(call: Call, run: Run) -> v.Values:
    """`namedtuple("Job", ["conn", "var"])`: a class of the project with these attributes."""
    names, text = call.at(1, "field_names").values, v.constant(call.at(1, "field_names").values)
    every = (
        text.replace(",", " ").split() if isinstance(text, str) else map(v.constant, v.elements(names) or ())
    )
    scope = Scope("class", run.module.path, run.scope)
    made = scope.owner = scope.body_of = v.Class("namedtuple", call.node.lineno, scope, (), run.module)
    made.fields = [each for each in every if isinstance(each, str)]
    run.module.scopes.add(scope)
    return (made,)


Change = Callable[[ast.expr, v.Values], None]
"""Gives what is written there, a list or a dict, what it holds now."""


def method_of(call: Call, run: Run, change: Change) -> v.Values:
    """What a method of a text, a dict or a list of the project gives; what it changes is bound again."""
    name, base = call.method, call.base
    if name == "format":
        return operators.format_call(base, call.positional(), call.keywords())
    if name == "format_map":
        entries = v.table(call.at(0).values).entries
        return operators.format_call(base, (), {str(entry.key): entry.value for entry in entries})
    if base and operators.METHODS.fullmatch(name):
        return operators.method(name, base, call.positional())
    if name in operators.SPLITS:
        given, path = [*call.positional(), *call.keywords().values()], run.module.path

        def take(text: str, *args: object) -> object:
            count = len(call.args)
            return getattr(text, name)(*args[:count], **dict(zip(call.named, args[count:], strict=True)))

        return v.join(*(operators.taken(each, given, take, path) for each in base))
    value = v.only(base)
    if base and all(isinstance(each, v.Table) for each in base):
        return v.join(*(_of_table(call, run, each, change) for each in base if isinstance(each, v.Table)))
    default = call.at(1, "default").values
    if isinstance(value, v.Unknown) and not value.among and name == "get" and default:
        return (v.Unknown(value.why).or_of((*default, value)),)
    if isinstance(value, v.Unknown) and value.among and name == "get" and call.args:
        return value.of_each(lambda each: _of_table(call, run, v.table((each,)), change))
    items = operators.listed(base)
    if items is not None and name in ("append", "extend") and call.args:
        more = call.args[0].values
        added = [more] if name == "append" else v.elements(more) or [v.any_element(more)]
        change(call.holder, v.as_items([*items, *added]))
    text = v.constant(base)
    if name == "join" and isinstance(text, str) and (parts := v.elements(call.at(0).values)):
        return operators.concat(parts, text)
    # What the base may be is not what a method makes of it.
    return v.unknown(next((each.why for each in base if isinstance(each, v.Unknown)), v.why_unknown(base)))


def _of_table(call: Call, run: Run, table: v.Table, change: Change) -> v.Values:
    name, holder = call.method, call.holder
    key = v.only(call.at(0).values)
    changed: list[v.Table] = []
    if name == "update":
        named = keywords_table(call.keywords(), run.module.path, call.node.lineno)
        changed = [table, v.table(call.at(0).values), named]
    elif name == "pop" and isinstance(key, v.Const) and getattr(holder, "id", "") in run.scope.names:
        changed = [without(table, key.value)]
    elif name == "setdefault" and isinstance(key, v.Const) and table.get(key.value) is None:
        entry = v.Entry(key.value, call.at(1).values, run.module.path, call.node.lineno)
        changed = [table, v.Table((entry,))]
        run.reading.depends = run.reading.depends or table.why is v.BY_CALLER
    if changed and len(call.base) == 1:
        change(holder, v.as_table(changed))
    if name in ("get", "pop", "setdefault") and call.args:
        return _looked_up(table, call.args[0].values, call.at(1, "default").values)
    pairs: list[tuple[v.Values, v.Values]] = [((v.Const(entry.key),), entry.value) for entry in table.entries]
    if not table.whole:
        pairs.append((v.unknown(table.why or "the dict is computed in part"),) * 2)
    if name == "items":
        return (v.Items(tuple((v.Items(pair),) for pair in pairs)),)
    if name in ("keys", "values"):
        return (v.Items(tuple(pair[name == "values"] for pair in pairs)),)
    return (table,) if name == "copy" else v.unknown("the key is computed")


def without(table: v.Table, key: object) -> v.Table:
    """The same dict without a key."""
    return replace(table, entries=tuple(entry for entry in table.entries if entry.key != key))


def _looked_up(table: v.Table, keys: v.Values, default: v.Values) -> v.Values:
    """`table.get(keys, default)`"""
    if all(isinstance(key, v.Const) and table.get(key.value) is not None for key in keys):
        return element(table, keys)
    if table.whole and all(isinstance(key, v.Const) for key in keys):
        return default or (v.Const(None),)
    found = element(table, keys)
    if not any(isinstance(each, v.Unknown) for each in found):
        if all(isinstance(each, v.Const) or each in found for each in default):
            return v.join(found, default or (v.Const(None),))
        found = (_PICKED.or_of(found),)
    return tuple(each.or_of(default) if isinstance(each, v.Unknown) else each for each in found)


def _module(name: v.Values, *_: v.Values) -> v.Values | None:
    known = v.only(name)
    return (v.External(str(known.value)),) if isinstance(known, v.Const) else None


def _list(values: v.Values, step: int = 1) -> v.Values:
    turns = v.elements(values)
    return values if turns is None else (v.Items(tuple(turns[::step])),)


def _enumerate(values: v.Values, start: v.Values = (), *_: v.Values) -> v.Values:
    first = v.constant(start)
    numbers = enumerate(v.elements(values) or (), first if isinstance(first, int) else 0)
    return _zip((v.Items(tuple((v.Const(number),) for number, _ in numbers)),), values)


def _zip(*args: v.Values) -> v.Values:
    columns = [column for column in map(v.elements, args) if column is not None]
    if len(columns) < len(args):
        return v.unknown("the key comes from a loop over what is computed")
    return (v.Items(tuple((v.Items(row),) for row in zip(*columns, strict=False))),)


def _range(*args: v.Values) -> v.Values:
    whole = [number for number in map(v.constant, args) if isinstance(number, int)]
    if len(whole) < len(args) or len(args) > 3 or (len(whole) == 3 and whole[2] == 0):
        return v.unknown("the key comes from a range that is computed")
    turns = range(*whole)
    if len(turns) > _MOST:
        return v.unknown(f"the key comes from a range of {len(turns)}")
    return (v.Items(tuple((v.Const(number),) for number in turns)),)


_FUNCTIONS: dict[str, Callable[..., v.Values | None]] = {
    "importlib.import_module": _module,
    "builtins.reversed": lambda values, *_: _list(values, -1),
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.range": _range,
    **dict.fromkeys(
        ("builtins.str", "textwrap.dedent", "inspect.cleandoc"), lambda text, *_: operators.as_text(text)
    ),
    **dict.fromkeys((f"builtins.{name}" for name in _LISTS), lambda values, *_: _list(values)),
}
