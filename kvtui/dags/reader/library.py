"""What a few functions of Python's own library give for arguments that are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kvtui.dags.reader import texts
from kvtui.dags.reader import values as v

_MOST = 300
"""Elements of a range."""
_LOOP = "the key comes from a loop over what is computed"


def from_library(name: str, given: v.Given, path: str, line: int) -> v.Values | None:
    """What a call of `name`, in that file and line, gives; None if `name` is not one of these functions."""
    if name in ("os.getenv", "os.environ.get"):
        return _from_environment(given)
    if name == "builtins.dict":
        return _dict(given, path, line)
    make = _FUNCTIONS.get(name)
    return make(given.args) if make is not None and given.args else None


def _from_environment(given: v.Given) -> v.Values:
    args, named = given.args, given.named
    variable = v.constant(args[0] if args else named.get("key", ()))
    default = v.constant(args[1] if len(args) > 1 else named.get("default", ()))
    words = f"the key depends on the environment variable {variable or 'of a computed name'}"
    return v.unknown(words + (v.with_default(default) if default is not None else ""))


def _dict(given: v.Given, path: str, line: int) -> v.Values:
    first = (v.only(given.args[0]) if given.args else None) or v.Table(())
    entries = first.entries if isinstance(first, v.Table) else ()
    more = tuple(v.Entry(key, values, path, line) for key, values in given.named.items())
    return (v.Table((*entries, *more), isinstance(first, v.Table) and first.whole),)


def _text(args: Sequence[v.Values]) -> v.Values:
    return texts.as_text(args[0])


def _module(args: Sequence[v.Values]) -> v.Values | None:
    name = v.only(args[0])
    return (v.External(str(name.value)),) if isinstance(name, v.Const) else None


def _same(args: Sequence[v.Values]) -> v.Values:
    turns = v.elements(args[0])
    return args[0] if turns is None else (v.Items(tuple(turns)),)


def _reversed(args: Sequence[v.Values]) -> v.Values:
    turns = v.elements(args[0])
    return args[0] if turns is None else (v.Items(tuple(reversed(turns))),)


def _enumerate(args: Sequence[v.Values]) -> v.Values:
    turns = v.elements(args[0])
    start = v.constant(args[1]) if len(args) > 1 else 0
    if turns is None:
        return v.unknown(_LOOP)
    first = start if isinstance(start, int) else 0
    return (v.Items(tuple((v.Items(((v.Const(n),), turn)),) for n, turn in enumerate(turns, first))),)


def _zip(args: Sequence[v.Values]) -> v.Values:
    columns = [v.elements(each) for each in args]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns):
        return v.unknown(_LOOP)
    return (v.Items(tuple((v.Items(row),) for row in zip(*known, strict=False))),)


def _range(args: Sequence[v.Values]) -> v.Values:
    whole = [number for number in map(v.constant, args) if isinstance(number, int)]
    if len(whole) < len(args) or len(args) > 3 or (len(whole) == 3 and whole[2] == 0):
        return v.unknown("the key comes from a range that is computed")
    turns = range(*whole)
    if len(turns) > _MOST:
        return v.unknown(f"the key comes from a range of {len(turns)}")
    return (v.Items(tuple((v.Const(number),) for number in turns)),)


_FUNCTIONS: dict[str, Callable[[Sequence[v.Values]], v.Values | None]] = {
    "builtins.str": _text,
    "textwrap.dedent": _text,
    "inspect.cleandoc": _text,
    "importlib.import_module": _module,
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
