"""What pane 5 says."""

from __future__ import annotations

from collections.abc import Sequence

from kvtui.core.words import listed

# Before there is a plan

INCOMPLETE = "The files cannot be written yet. These settings are missing or not valid:"
NO_PLAN = "When the settings are complete, the changes to the files appear here."
NOTHING_TO_WRITE_YET = "Nothing can be written yet. Pane 5 shows what is missing."

# The tabs behind the files

PARSERS, NEXT_STEPS = ".env parsers", "next steps"

# A command


def is_there(issuer: str) -> str:
    """Below the command that would add a federated credential."""
    return f"The deployment identity has this federated credential, for the issuer {issuer}"


# A file


def up_to_date(path: str) -> str:
    """Nothing to write."""
    return f"{path} is up to date."


def path_with_mode(path: str, *, private: bool) -> str:
    """The file, and the mode that it is written with."""
    return f"{path} (will have mode 600)" if private else path


NOTHING_TO_REMOVE = "There is nothing to remove here."
SHELL_FORM = (
    "f quotes the kwargs so that shells can read .env. This breaks astro dev parse and pytest: for them the "
    "quotes are part of the value."
)
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


AS_SHOWN = {"same": "as written", "different": "differs"}
"""The outcomes of a parser that are shown as other words."""

# What w does, and what it did

REMOVES = {
    "secret": "w removes the client secret from .env. x again: remove everything that kvtui wrote. "
    "Esc cancels.",
    "undo": "w removes from these files what kvtui wrote. x or Esc cancels.",
    "all": "w removes the lines managed by kvtui from .env. x or Esc cancels.",
}
"""By kind of removal."""
WROTE_NOTHING = "All files are up to date. Nothing was written."


def writes(names: Sequence[str], *, shown: bool) -> str:
    """Above a diff; where none is `shown`, `w` goes to the first diff."""
    return f"w writes {listed(names)}." if shown else f"w shows the diff of {listed(names)}."


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
            return f"kvtui's changes to {name} were removed.{mode}"


def left_out(names: Sequence[str]) -> str:
    """The files that kvtui does not write again by itself."""
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} left unchanged, as you chose."


def already_written(names: Sequence[str]) -> str:
    """After an error: the files before it."""
    return f"Already written: {', '.join(names)}."


# The next steps

NOT_KNOWN = "not known (Enter to type it)"
CHART_DEFAULT = "(default)"
SELECT_COMMAND = "Select a command of the next steps first."
THE_COMMAND = "the command"
NO_TERMINAL = "kvtui cannot give this terminal to a program. Copy the command (y) and run it elsewhere."


def remove_afterwards(*, secret: bool) -> str:
    """The last step: the Deployment has the variables now."""
    what = "the client secret" if secret else "the lines managed by kvtui"
    return f"When the variables are set on the Deployment, remove {what} from .env (x, or Enter here)."


def run_update(*, updates: bool) -> str:
    """A command failed that either creates or updates something."""
    there = "does not exist yet" if updates else "exists already"
    return f"If it {there}: press Enter, then u."
