"""The table: each program that reads `.env` by its model, what it gets, and which of them the target uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kvtui.outputs.env.file import managed_values, render_env
from kvtui.outputs.env.parsers import compose, gotenv, python_dotenv, shell
from kvtui.outputs.env.parsers.go_lines import astro_load, docker, standalone
from kvtui.outputs.env.parsers.reading import Reading
from kvtui.settings.model import Settings, Target


class Parser(StrEnum):
    """A program that reads `.env`, named by the command that users type."""

    LOAD = "astro deployment variable --load"
    DEV_START = "astro dev start"
    STANDALONE = "astro dev start --standalone"
    PYTEST = "astro dev parse, astro dev pytest"
    FROM_FILE = "astro env variable --from-file"
    SHELL = "bash, sh"
    PYTHON_DOTENV = "python-dotenv"


PARSERS: dict[Parser, tuple[str, Callable[[str], Reading]]] = {
    Parser.LOAD: ("the Astro CLI's own lines", astro_load),
    Parser.DEV_START: ("Compose's env_file", compose.read),
    Parser.STANDALONE: ("the Astro CLI's own lines", standalone),
    Parser.PYTEST: ("docker run --env-file", docker),
    Parser.FROM_FILE: ("gotenv", gotenv.read),
    Parser.SHELL: ("set -a; . ./.env", shell.read),
    Parser.PYTHON_DOTENV: ("python-dotenv", python_dotenv.read),
}
"""Whose rules a parser follows, and the model of them."""
USED: dict[Target, tuple[Parser, ...]] = {
    Target.ASTRO: (Parser.LOAD, Parser.DEV_START),
    Target.REMOTE_EXECUTION: (Parser.DEV_START,),
}
"""What the next steps run on `.env`: these programs have to get the managed variables exactly."""


class Outcome(StrEnum):
    """What a program gets, compared with what was meant."""

    SAME = "same"
    DIFFERENT = "different"
    FAILS = "fails"
    UNKNOWN = "unknown"
    """The file runs a command, whose effect is not known without running it."""


@dataclass(frozen=True, slots=True)
class ParserView:
    """What one program gets for one of the managed variables."""

    parser: Parser
    how: str
    key: str
    outcome: Outcome
    reason: str = ""
    """Short, without the value; empty for the same."""
    runs: bool = False
    """The program runs a part of the value as a command."""


def parser_views(text: str, wanted: Mapping[str, str]) -> tuple[ParserView, ...]:
    """For each program and each variable of `wanted`: what it gets from `text`, the text of a `.env`."""
    views: list[ParserView] = []
    for parser, (how, read) in PARSERS.items():
        reading = read(text)
        for key, value in wanted.items():
            outcome, reason = _judged(reading, key, value)
            views.append(ParserView(parser, how, key, outcome, reason, key in reading.runs))
    return tuple(views)


def _judged(reading: Reading, key: str, wanted: str) -> tuple[Outcome, str]:
    got = reading.values.get(key)
    if reading.fatal:
        return Outcome.FAILS, reading.lost.get(key) or reading.stopped
    if reading.doubt and key not in reading.lost:
        return Outcome.UNKNOWN, reading.doubt
    if got is None:
        reason = reading.lost.get(key) or reading.stopped or "it skips the line"
        return Outcome.FAILS, reason
    if got == wanted:
        return Outcome.SAME, ""
    if got.strip() == wanted:
        what = "a carriage return" if got.endswith("\r") else "white space"
        return Outcome.DIFFERENT, f"{what} stays at the end of the value"
    if got in (f"'{wanted}'", f'"{wanted}"'):
        return Outcome.DIFFERENT, "the quotes become part of the value"
    return Outcome.DIFFERENT, "it gets a different value"


@dataclass(frozen=True, slots=True)
class ParserIssues:
    """Which programs do not get the managed variables from a `.env`, one sentence for each."""

    used: tuple[str, ...] = ()
    """Programs that the target uses: an error."""
    others: tuple[str, ...] = ()
    """Programs, not used by the target, that fail only because of other lines: a warning."""


def parser_issues(text: str, settings: Settings) -> ParserIssues:
    """Which programs fail on `text`, the whole `.env`, with the settings that are meant."""
    used, wanted = USED[settings.target], managed_values(settings)
    by_nature = {view.parser for view in parser_views(render_env(settings), wanted) if view.reason}
    bad = [view for view in parser_views(text, wanted) if view.reason]
    return ParserIssues(
        _sentences([view for view in bad if view.parser in used]),
        _sentences([view for view in bad if view.parser not in used and view.parser not in by_nature]),
    )


def _sentences(views: list[ParserView]) -> tuple[str, ...]:
    found = []
    for parser in dict.fromkeys(view.parser for view in views):
        own = [view for view in views if view.parser is parser]
        keys = " and ".join(view.key for view in own)
        reasons = "; ".join(dict.fromkeys(view.reason for view in own))
        found.append(f"{parser} does not get {keys}: {reasons}.")
    return tuple(found)
