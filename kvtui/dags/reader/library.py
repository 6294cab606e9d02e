"""What a few functions of Python's own library give for arguments that are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kvtui.dags.reader import texts
from kvtui.dags.reader.values import Const, Entry, External, Items, Table, Values, elements, unknown

_MOST = 300
"""Elements of a range."""


def from_library(
    name: str, args: Sequence[Values], named: Mapping[str, Values], path: str, line: int
) -> Values | None:
    """What `name(*args, **named)` gives; None if `name` is not one of these functions."""
    if name in ("os.getenv", "os.environ.get"):
        return _from_environment(args, named)
    if name == "builtins.dict":
        return _dict(args, named, path, line)
    if name in ("builtins.str", "textwrap.dedent", "inspect.cleandoc") and args:
        return texts.as_text(args[0])
    if name == "importlib.import_module" and args:
        only = args[0][0] if len(args[0]) == 1 else None
        return (External(str(only.value)),) if isinstance(only, Const) else None
    make = _COLLECTIONS.get(name)
    return make(args) if make is not None and args else None


def _from_environment(args: Sequence[Values], named: Mapping[str, Values]) -> Values:
    def shown(values: Values) -> object:
        only = values[0] if len(values) == 1 else None
        return only.value if isinstance(only, Const) else None

    variable = shown(args[0] if args else named.get("key", ()))
    default = shown(args[1] if len(args) > 1 else named.get("default", ()))
    words = f"it is the environment variable {variable or 'of a computed name'}"
    return unknown(words + (f"; else {default!r}" if default is not None else ""))


def _dict(args: Sequence[Values], named: Mapping[str, Values], path: str, line: int) -> Values:
    first = args[0][0] if args and len(args[0]) == 1 else Table(())
    entries = first.entries if isinstance(first, Table) else ()
    more = tuple(Entry(key, values, path, line) for key, values in named.items())
    return (Table((*entries, *more), isinstance(first, Table) and first.whole),)


def _same(args: Sequence[Values]) -> Values:
    turns = elements(args[0])
    return args[0] if turns is None else (Items(tuple(turns)),)


def _reversed(args: Sequence[Values]) -> Values:
    turns = elements(args[0])
    return args[0] if turns is None else (Items(tuple(reversed(turns))),)


def _enumerate(args: Sequence[Values]) -> Values:
    turns = elements(args[0])
    start = args[1][0] if len(args) > 1 and len(args[1]) == 1 else Const(0)
    first = start.value if isinstance(start, Const) and isinstance(start.value, int) else 0
    if turns is None:
        return unknown("it comes from a loop over what is computed")
    return (Items(tuple((Items(((Const(n),), turn)),) for n, turn in enumerate(turns, first))),)


def _zip(args: Sequence[Values]) -> Values:
    columns = [elements(each) for each in args]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns):
        return unknown("it comes from a loop over what is computed")
    return (Items(tuple((Items(row),) for row in zip(*known, strict=False))),)


def _range(args: Sequence[Values]) -> Values:
    numbers = [each[0].value for each in args if len(each) == 1 and isinstance(each[0], Const)]
    whole = [number for number in numbers if isinstance(number, int)]
    if len(whole) < len(args) or len(args) > 3 or (len(whole) == 3 and whole[2] == 0):
        return unknown("it comes from a range that is computed")
    turns = range(*whole)
    if len(turns) > _MOST:
        return unknown(f"it comes from a range of {len(turns)}")
    return (Items(tuple((Const(number),) for number in turns)),)


_COLLECTIONS: dict[str, Callable[[Sequence[Values]], Values]] = {
    "builtins.list": _same,
    "builtins.tuple": _same,
    "builtins.set": _same,
    "builtins.frozenset": _same,
    "builtins.sorted": _same,
    "builtins.reversed": _reversed,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.range": _range,
}
