"""What pane 5 says."""

from __future__ import annotations

from collections.abc import Sequence

from kvtui.core.words import count, listed

# Before there is a plan

INCOMPLETE = "The files cannot be written yet. These settings are missing or not valid:"
NO_PLAN = "When the settings are complete, the changes to the files appear here."
NOTHING_TO_WRITE_YET = "Nothing can be written yet. Pane 5 shows what is missing."

# The tabs behind the files

PARSERS, NEXT_STEPS = "parsers", "next steps"

# A file


def up_to_date(path: str) -> str:
    """Nothing to write."""
    return f"{path} is up to date."


def path_with_mode(path: str, *, private: bool) -> str:
    """The file, and the mode that it is written with."""
    return f"{path} (mode 600)" if private else path


NOTHING_TO_REMOVE = "This file has nothing to remove. Esc cancels the removal."
PARSER_WARNING = "Shells need another form of .env, which docker reads differently. f switches the form."
PROGRAM, BACKEND, KWARGS = "Program that reads .env", "BACKEND", "BACKEND_KWARGS"
"""The column headers of the parsers."""


def deleted_manifest(*, others: bool) -> str:
    """A manifest that was deleted after it was applied."""
    return f"The file does not exist: delete it after you have applied it. {_again(others)}"


def removed_lines(*, others: bool) -> str:
    """A file without kvtui's lines."""
    return f"You removed kvtui's lines from this file. {_again(others)}"


def _again(others: bool) -> str:
    if others:
        return "w writes the other files; press w once more to write this one, as shown here."
    return "w writes it again, as shown here."


# What w does, and what it did

REMOVES = {
    "secret": "w removes the client secret from .env, as shown here. x selects the next undo, Esc cancels.",
    "undo": "w undoes every change that kvtui made to the files, as shown here. x or Esc cancels.",
    "all": "w removes the lines managed by kvtui from .env, as shown here. x or Esc cancels.",
}
"""By kind of removal."""
WROTE_NOTHING = "All files are up to date. Nothing was written."


def writes(files: int) -> str:
    """Above the diff."""
    return f"w writes {count(files, 'file')}, as shown here."


def written(name: str, removal: str | None, *, private: bool) -> str:
    """A file that was written and checked, by kind of removal."""
    mode = " Its mode is 600." if private else ""
    match removal:
        case None:
            return f"{name} was written and verified.{mode}"
        case "secret":
            return f"The client secret was removed from {name}. The other lines were verified.{mode}"
        case "all":
            return (
                f"The lines managed by kvtui were removed from {name}. The other lines were verified.{mode}"
            )
        case _:
            return f"The changes to {name} were undone.{mode}"


def left_out(names: Sequence[str]) -> str:
    """The files that kvtui does not write again by itself."""
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} left unchanged, as you chose."


def already_written(names: Sequence[str]) -> str:
    """After an error: the files before it."""
    return f"Already written: {', '.join(names)}."


# The next steps

NOT_KNOWN = "not set (Enter)"
CHART_DEFAULT = "default of the chart"
SELECT_COMMAND = "Select a command of the next steps first."
THE_COMMAND = "the command"
NO_TERMINAL = "kvtui cannot give this terminal to a program. Copy the command (y) and run it elsewhere."


def remove_afterwards(*, secret: bool) -> str:
    """The last step: the Deployment has the variables now."""
    what = "the client secret" if secret else "the lines managed by kvtui"
    return f"When the Deployment has the variables: remove {what} from .env (x, or Enter here)."


def run_update(*, updates: bool) -> str:
    """A command failed that either creates or updates something."""
    there = "does not exist yet" if updates else "exists already"
    return f"If it {there}: press Enter, then u."
