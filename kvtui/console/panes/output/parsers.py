"""Pane 5's table of parsers: what each program gets from the `.env` that is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.console.text import Role, Row, row, wrapped

if TYPE_CHECKING:
    from kvtui.outputs.env.parsers.table import ParserView

ROLES: dict[str, Role] = {"same": "good", "different": "warn", "fails": "bad", "unknown": "warn"}
"""How each outcome is shown."""
NAME = 35
"""Cells for the program's name and a blank, where there is room."""


def parser_rows(views: tuple[ParserView, ...], width: int) -> list[Row]:
    """A row for each program with a word for each of our two variables; below it why one is not the same."""
    from kvtui.outputs.env.parsers.table import Parser  # a plan is there: it is loaded

    parsers = dict.fromkeys(view.parser for view in views)
    name = min(NAME, max(20, width - 24))
    out = [
        row(("Who reads .env".ljust(name), "dim"), ("BACKEND".ljust(11), "dim"), ("BACKEND_KWARGS", "dim"))
    ]
    for parser in parsers:
        own = [view for view in views if view.parser == parser]
        cells = [(view.outcome.ljust(11), ROLES[view.outcome]) for view in own]
        out.append(row((parser[: name - 1].ljust(name), "plain"), *cells))
        for reason in dict.fromkeys(view.reason for view in own if view.reason):
            out += wrapped(f"{reason}.", width, "dim", indent=4, first="  ↳")
    if any(view.parser is Parser.SHELL and view.reason.startswith("the shell takes") for view in views):
        out += wrapped(
            "For shells there is another form, which docker reads otherwise: f, or --shell-sourceable",
            width,
            "dim",
        )
    return out
