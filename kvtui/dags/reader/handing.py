"""Functions that are handed on to something that calls them: an operator, a thread, a callback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from kvtui.dags.reader import values as v
from kvtui.dags.reader.arguments import NOT_GIVEN, Argument, Call, first_parameter, open_places, parameters

FUNCTIONS = (v.Function, v.Bound)
_CALLED = (("python_callable", "op_args", "op_kwargs"), ("target", "args", "kwargs"))
"""Arguments that are a function, the list and the dict of its own arguments."""
_BY_FIRST = ("map", "submit", "to_thread")
"""Functions that call their first argument with the others, `map` with an element of each."""


def handed_on(call: Call) -> Iterator[tuple[v.Bound, Call]]:
    """The project's functions among the arguments, each with the call that what gets it makes."""
    arguments = call.all()
    for value in call.named["default_args"].values if "default_args" in call.named else ():
        arguments += (Argument(each.value) for each in getattr(value, "entries", ()))
    given = call.named
    for value in call.base if call.method == "expand" else ():
        if isinstance(value, v.Made):  # `Operator.partial(python_callable=f).expand(op_kwargs=[…])`
            mapped = {name: Argument(v.any_element(each.values), each.node) for name, each in given.items()}
            given = {name: Argument(values) for name, values in value.given} | mapped
    known: list[Argument] = []
    for names in _CALLED:
        function, args, kwargs = (given.get(name, NOT_GIVEN) for name in names)
        known.append(function)
        for one, other in product(_each(args), _each(kwargs)) if function.values else ():
            made = Call(call.node, in_task=names[0] == "python_callable")
            made.spread(one)
            made.spread_named(other)
            if "templates_dict" in given:
                made.named["templates_dict"] = given["templates_dict"]
            yield from ((each, made) for each in _functions(function))
    name = next((value.name for value in call.callee if isinstance(value, v.External)), call.method)
    last, others = name.rpartition(".")[2], call.args[1:]
    if last in _BY_FIRST and others:
        known.append(call.args[0])
        if last == "map":
            others = [Argument(v.any_element(each.values), each.node) for each in others]
        made = Call(call.node, args=others, named=call.named, rest=call.rest)
        yield from ((each, made) for each in _functions(call.args[0]))
    followed = any(isinstance(value, (*FUNCTIONS, v.Class)) for value in call.callee)
    if followed or name.startswith(("builtins.", "functools.")):
        return
    for argument in arguments:
        for each in _functions(argument) if all(argument is not one for one in known) else ():
            if not each.function.is_task:
                yield each, _by_anyone(each, call)


def _each(argument: Argument) -> list[Argument]:
    """Each alternative by itself."""
    return [Argument((value,), argument.node) for value in argument.values] or [argument]


def _functions(argument: Argument) -> list[v.Bound]:
    """The functions that an argument may be."""
    return [bound(value) for value in argument.values if isinstance(value, FUNCTIONS)]


def _by_anyone(handed: v.Bound, call: Call) -> Call:
    """A call of which only the defaults are known."""
    function = handed.function
    given = {*function.defaults, *dict(handed.given), first_parameter(function)}
    why = Argument(v.unknown("the function is handed on, not called"))
    return Call(call.node, named={name: why for name in parameters(function)[1] if name not in given})


def bound(value: v.Function | v.Bound) -> v.Bound:
    """A function with the parameters that are filled: none, if it is not bound."""
    return value if isinstance(value, v.Bound) else v.Bound(value)


def filled(function: v.Bound, args: list[v.Values], named: dict[str, v.Values]) -> v.Bound:
    """`partial(function, *args, **named)`"""
    places = open_places(function)[bool(function.first) :]
    by_place = zip(places, args, strict=False)
    return replace(function, given=(*function.given, *by_place, *named.items()))
