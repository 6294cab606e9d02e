"""The command line: options in, then the console or a headless command. Imports nothing heavy.

`--help` and `--version` need the table of options, nothing else; everything that costs time is imported
inside the function that needs it.
"""

from __future__ import annotations

import os
import sys

from kvtui import __version__
from kvtui.cli.options import COMMANDS, GROUPS, OPTIONS, TOPICS
from kvtui.core.words import listed
from kvtui.settings.catalogue import CATALOGUE, Option
from kvtui.settings.values import nearest, not_a_choice

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

USAGE = 2
"""`Exit.USAGE`, without the import of an enum."""

_INTRO = """\
kvtui sets up Azure Key Vault as the secrets backend of Airflow on Astro. Before you deploy, kvtui shows what
Airflow will get.
"""

_USAGE = """\
Usage:
  kvtui [options]                    open the console
  kvtui COMMAND [options] [--json]   print a result and exit
  kvtui --help TOPIC                 print one group of these options,
                                     such as kvtui --help output
"""

_EXAMPLES = """\
Examples:
  kvtui --demo                          try it, without an account
  kvtui --list --vault-url kv-prod      list the names in your vault
  kvtui --simulate my_key --vault-url kv-prod
  kvtui --audit . --vault-url kv-prod   check the keys of your DAGs
  AZURE_CLIENT_SECRET=… kvtui --export all -o . \\
      --vault-url kv-prod --tenant-id ID --client-id ID
  source <(kvtui --completion bash)     complete options with Tab
"""

_SOURCES = """\
kvtui takes each setting from the first source that has this setting. The order is: options, KVTUI_* and
AZURE_* variables, the project's .env, the profile. Most options also have a variable. For example,
KVTUI_VAULT_URL sets --vault-url.
"""

_EXIT_CODES = """\
Exit codes:
  0  success            4  access denied
  1  internal error     5  missing, different, expiring, failed check
  2  usage error        6  a service cannot be reached
  3  sign-in failed     7  a file was not written
"""
_EXIT_5 = """\
--simulate exits 5 for a key that no backend has, also with --default. --audit exits 0 for such a key if every
use has a default, is ignored or is in the baseline. --list exits 0 also if no name matches.
"""


_APART = {
    "format": ("json", "missing"),
    "json": ("missing",),
    "offline": ("names", "missing", "baseline"),
    "files": ("changed_since",),
    "yes": ("dry_run",),
    "write_baseline": ("files", "changed_since"),
}
"""Options that are not given together, by `Option.dest`. (The last: a baseline is of the whole project.)"""


class UsageError(Exception):
    """The command line is not valid. The text is the whole sentence for the user."""


def parse(argv: Sequence[str]) -> dict[str, object]:
    """The given options by name; those not given are absent. Raises `UsageError`."""
    flags = {name: option.dest for option in OPTIONS if option.takes == "flag" for name in option.names}
    if all(word in flags for word in argv):  # as for most consoles: argparse would delay the first frame
        return {flags[word]: True for word in argv}
    import argparse

    parser = argparse.ArgumentParser(
        prog="kvtui",
        add_help=False,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
        exit_on_error=False,
    )
    for option in OPTIONS:
        names = option.names
        if option.takes == "flag":
            parser.add_argument(*names, dest=option.dest, action="store_true")
        else:
            nargs = {"many": "+", "maybe": "?"}.get(option.takes)
            const = "" if option.takes == "maybe" else None
            parser.add_argument(*names, dest=option.dest, nargs=nargs, const=const)
    try:
        given, unknown = parser.parse_known_args(argv)
    except argparse.ArgumentError as error:
        raise UsageError(_about_argument(error)) from None
    if unknown:
        raise UsageError(_about_unknown(unknown))
    return vars(given)


def _about_argument(error: argparse.ArgumentError) -> str:
    """`argument --x: expected one argument` becomes `--x needs a value: URL.`"""
    flag = (error.argument_name or "").split("/")[-1]
    for option in OPTIONS:
        if option.flag == flag:
            if option.takes == "flag":
                return f"{flag} takes no value."
            return f"{flag} needs a value: {', '.join(option.choices) or option.metavar}."
    return "The options could not be parsed; see kvtui --help."


def main(argv: Sequence[str] | None = None) -> int:
    """Runs kvtui with the arguments `argv` (default: the process's own) and returns its exit code."""
    if os.name != "posix":
        return say_usage("kvtui runs on Linux and macOS only.")
    words = sys.argv[1:] if argv is None else list(argv)
    if words in (["--help"], ["-h"]):
        return _print(help_text())
    if words == ["--version"]:
        return _print(f"kvtui {__version__}\n")
    try:
        given = parse(words)
        if "help" in given:
            return _print(_help_about(str(given["help"])))
        _check_together(given)
        if "version" in given:
            return _print_version(given)
        if "completion" in given:
            from kvtui.cli.completion import completion_script

            return _print(completion_script(str(given["completion"])))
    except UsageError as error:
        wants_json = "--json" in words or "--format json" in " ".join(words).replace("=", " ")
        if wants_json and any(f"--{name}" in words for name in COMMANDS):
            _print_problem(str(error))
        return say_usage(str(error))
    from kvtui.cli.hardening import guarded

    return guarded(lambda: _run(given))


def _print_version(given: Mapping[str, object]) -> int:
    if "verbose" not in given:
        return _print(f"kvtui {__version__}\n")
    from kvtui.cli.inside import what_is_inside

    return _print(what_is_inside())


def _run(given: Mapping[str, object]) -> int:
    if "theme" in given or "ascii" in given:
        from kvtui.cli.startup import check_looks

        check_looks(given)
    command = next((name for name in COMMANDS if name in given), "")
    if not command and "save_profile" not in given:
        why = _why_no_console()
        if why:
            return say_usage(why)
        from kvtui.cli.startup import begin_console

        return begin_console(given)
    from kvtui.cli.startup import begin_headless

    return begin_headless(given, command)


def _why_no_console() -> str:
    """Why the console cannot open here; empty if it can."""
    instead = f"Without one, use {_or(COMMANDS)} (see kvtui --help)."
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        return f"The console needs an interactive terminal. {instead}"
    term = os.environ.get("TERM", "")
    if term in ("dumb", "unknown"):
        return f"The console needs a terminal that can move its cursor, and TERM is {term}. {instead}"
    return ""


def _check_together(given: Mapping[str, object]) -> None:
    commands = [f"--{name}" for name in COMMANDS if name in given]
    if len(commands) > 1:
        raise UsageError(f"{' and '.join(commands)} cannot be used together; use one command at a time.")
    for option in OPTIONS:
        if option.dest not in given:
            continue
        without_value = option.takes == "maybe" and not given[option.dest]
        if option.choices and not option.variable and not without_value:
            _check_choice(option, str(given[option.dest]))
        if option.needs and not any(name in given for name in option.needs):
            raise UsageError(f"{option.flag} works only with {_or(option.needs)}.")
        if option.commands and commands and not any(name in given for name in option.commands):
            raise UsageError(f"{option.flag} works only with {_or(option.commands)}, and in the console.")
    for one, others in _APART.items():
        clash = next((other for other in others if one in given and other in given), "")
        if clash:
            flags = " and ".join(option.flag for option in OPTIONS if option.dest in (one, clash))
            raise UsageError(f"{flags} cannot be used together.")
    if commands and "allow_changes" in given:
        instead = (
            "--import stores with --yes"
            if commands[0] == "--import"
            else f"{commands[0]} never changes Azure"
        )
        raise UsageError(f"--allow-changes works only in the console; {instead}.")
    for setting in CATALOGUE:
        both = (setting.off, setting.option)
        if all(option is not None and option.dest in given for option in both):
            flags = " and ".join(option.flag for option in both if option)
            raise UsageError(f"{flags} cannot be used together.")


def _check_choice(option: Option, word: str) -> None:
    """Raises `UsageError` for a value that is not a choice. Settings are checked where they are read."""
    if word in option.choices:
        return
    raise UsageError(f"{option.flag}: {' '.join(not_a_choice(word, option.choices))}")


def _or(names: tuple[str, ...]) -> str:
    return listed([f"--{name.replace('_', '-')}" for name in names], "or")


def _about_unknown(words: list[str]) -> str:
    """One sentence about the first unknown argument. What may be a secret is not repeated."""
    flag = next((word.partition("=")[0] for word in words if word.startswith("-") and word != "-"), "")
    if flag in ("--client-secret", "--secret", "--password", "--token"):
        return (
            f"There is no option {flag}: other users of this host can read a program's arguments. "
            "Set AZURE_CLIENT_SECRET or use --client-secret-file PATH (- reads stdin)."
        )
    if not flag:
        if words[0] in COMMANDS:
            return f"Unexpected argument '{words[0]}': did you mean --{words[0]}?"
        why = "not printed, because it may be a secret"
        return f"Unexpected argument ({why}). Use --simulate KEY to look up a key."
    from difflib import get_close_matches

    near = get_close_matches(flag, [option.flag for option in OPTIONS], n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else "see kvtui --help."
    shown = flag if near or (flag[2:].replace("-", "").isalpha() and flag.islower()) else flag[:2]
    return f"There is no option {shown if len(shown) <= 40 and shown.isascii() else '--'}; {hint}"


def say_usage(sentence: str) -> int:
    """Prints one sentence on stderr and returns the exit code of a usage error."""
    if sys.stderr:
        sys.stderr.write(f"kvtui: {sentence}\n")
    return USAGE


def _print_problem(sentence: str) -> None:
    """The document of a `--json` run that did not start; its fields are those of `headless.text`."""
    import json

    problem = {"what": sentence, "identity": "", "remedy": "", "exit": USAGE, "code": ""}
    _print(json.dumps({"problem": problem}, indent=2) + "\n")


def help_text(width: int = 0) -> str:
    """The help, wrapped to `width` columns (default: see `_columns`)."""
    width = width or _columns()
    lines = [*_wrapped(_INTRO, width), "", _USAGE]
    for title, _ in GROUPS:
        lines += [*_group(title, width), ""]
    lines += [_EXAMPLES, *_wrapped(_SOURCES, width), "", _EXIT_CODES, *_wrapped(_EXIT_5, width), ""]
    return "\n".join(lines)


def _help_about(topic: str) -> str:
    """The whole help, or the group that `topic` names or that has the option of that name."""
    if not topic:
        return help_text()
    named = topic.removeprefix("--")
    title = TOPICS.get(named) or next((each.group for each in OPTIONS if each.name == named), "")
    if not title:
        near = nearest(named, list(TOPICS))
        shown = (
            f"'{named}'"
            if near or (named.isascii() and named.isalpha() and len(named) <= 20)
            else "of that name"
        )
        hint = f" Did you mean {near}?" if near else ""
        raise UsageError(f"There is no help topic {shown}. Topics: {', '.join(TOPICS)}.{hint}")
    return "\n".join([*_group(title, _columns()), ""])


def _group(title: str, width: int) -> list[str]:
    """The group of options called `title`, in lines of at most `width` columns."""
    entries = [_entry(option, width) for option in dict(GROUPS)[title]]
    return [f"{title}:", *(line for entry in entries for line in entry)]


def _wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns, broken between words."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _entry(option: Option, width: int) -> list[str]:
    left = f"  {option.short + ', ' if option.short else ''}{option.flag}"
    if option.metavar:
        shape = {"many": "{}…", "maybe": "[{}]"}.get(option.takes, "{}")
        left += f" {shape.format(option.metavar)}"
    column = 28
    lines = _wrapped(option.text, max(30, width - column))
    if len(left) > column - 2:
        return [left, *(" " * column + each for each in lines)]
    return [left.ljust(column) + lines[0], *(" " * column + each for each in lines[1:])]


def _columns() -> int:
    """$COLUMNS, else the terminal's width less one, else 79; at most 110, and no less than fits the options.

    argparse would import shutil, and with it three compression libraries, to find this out.
    """
    given = os.environ.get("COLUMNS", "")
    try:
        columns = int(given) if given.isdecimal() else os.get_terminal_size(sys.stdout.fileno()).columns - 1
    except (AttributeError, OSError, ValueError):
        columns = 79
    return max(70, min(110, columns))


def _print(text: str) -> int:
    """Prints to stdout. A closed stdout (`| head`, `>&-`) is not an error."""
    if sys.stdout is None:
        return 0
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
