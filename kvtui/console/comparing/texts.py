"""What comparing prints: the choice, the result, copying."""

from __future__ import annotations

from kvtui.app.compare.copying import Copied, Outcome
from kvtui.app.compare.keys import Difference, Status
from kvtui.core.words import count, listed

# What to compare with

WITH = "Another vault, or the path of a list of names"
WITH_HINT = "part of a vault's name, or a path"
COMPARE_FIRST, SELECT_ANOTHER = ("Enter", "compare with the first"), ("Tab", "select another")
COMPARE, CANCEL = ("Enter", "compare"), ("Esc", "cancel")
LISTING = "Listing the vaults…"
VAULT_FIRST = "Choose the vault and sign in first."
ONLY_OWN_DAGS = "Here only the DAGs of the project can be compared: kvtui --compare DIR compares others."


def with_title(vault: str) -> str:
    """The title of the dialog."""
    return f"Compare {vault} with"


def as_typed(text: str) -> str:
    """The row of what was typed."""
    return f"“{text}”, as typed"


def own_dags(directory: str) -> str:
    """The row of the project's DAGs."""
    return f"the keys that the DAGs in {directory} use"


# The result

STATUS = {
    Status.ONLY_HERE: "Only in {here}",
    Status.ONLY_THERE: "Only in {there}",
    Status.DIFFERS: "Different",
}
SAME_VALUES, SAME_STATES, IN_BOTH = (
    "The same",
    "With the same name and state",
    "In both, without a difference",
)
"""The heading of the keys without a difference: with values compared, without, and where there are none."""
DIFFERENT = {
    Difference.DISABLED_HERE: "disabled in {here}",
    Difference.DISABLED_THERE: "disabled in {there}",
    Difference.EXPIRED_HERE: "expired in {here}",
    Difference.EXPIRED_THERE: "expired in {there}",
    Difference.NOT_YET_VALID_HERE: "not yet valid in {here}",
    Difference.NOT_YET_VALID_THERE: "not yet valid in {there}",
    Difference.VALUE: "values differ",
}
VALUES, COPY_MISSING, SAME = ("v", "values"), ("c", "copy missing"), ("s", "show equal")
HIDE_SAME = ("s", "hide equal")
CLOSE = ("Esc", "close")
SHOW = ("Enter", "show in pane 3")
VALUES_NOT_COMPARED = "Only names, dates and states were compared: v compares the values, too."


def title(here: str, there: str) -> str:
    """The title of the result."""
    return f"{here} and {there}"


def busy(there: str) -> str:
    """While the other side is read."""
    return f"Reading {there}… Esc stops."


def comparing_values(done: int, total: int) -> str:
    """While values are compared."""
    return f"Comparing values: {done} of {total}. None is shown or kept. Esc stops."


def values_compared(done: int, unread: int) -> str:
    """After it."""
    left = f" {count(unread, 'value')} could not be read." if unread else ""
    return f"{count(done, 'value')} compared; none was shown or kept.{left}"


def listed_as(here: str, there: str) -> str:
    """Who listed the names."""
    return f"Listed as {here}." if there in ("", here) else f"Listed as {here} and {there}."


def no_difference(keys: int, same: str) -> str:
    """When there is no difference; `same` is the heading of the keys, such as `In both`."""
    return f"No difference found. {same}: {count(keys, 'key')}."


# Copying

COPY = "Copy missing secrets"
COPY_WHAT = "Copy missing secrets with value, content type, tags and dates. Nothing is overwritten."
COPY_SELECTED = (
    "Copy the missing secrets that you select below, with value, content type, tags and dates. Nothing is "
    "overwritten."
)
BY_HAND = "The command copies values only: content type, tags and dates are not copied."
COMMANDS = "Or run the commands that you need:"
NOTHING_MISSING = "Neither vault lacks a secret that can be copied."


def copy_action(kinds: dict[str, int], target: str) -> str:
    """All of one direction."""
    of = listed([count(number, kind) for kind, number in kinds.items() if number])
    return f"Copy {of} to {target}"


def copy_one(name: str, target: str) -> str:
    """The secret under the cursor."""
    return f"Copy {name} to {target}"


def command_for(name: str, source: str, target: str) -> str:
    """Above the command for the secret under the cursor."""
    return f"{name} from {source} to {target}:"


def commands_for(number: int, source: str, target: str, part: int, parts: int) -> str:
    """Above the command of one direction, or above each of its `parts`."""
    which = f", part {part} of {parts}" if parts > 1 else ""
    return f"{count(number, 'secret')} from {source} to {target}{which}:"


def copying(done: int, total: int, target: str) -> str:
    """While secrets are copied."""
    return f"Copying to {target}: {done} of {total}. Esc stops."


def copied(results: list[Copied], target: str) -> str:
    """What came of it."""
    found = {outcome: [each for each in results if each.outcome is outcome] for outcome in Outcome}
    words = [f"{count(len(found[Outcome.COPIED]), 'secret')} copied to {target}."]
    if there := found[Outcome.THERE]:
        was = "was" if len(there) == 1 else "were"
        words.append(f"{count(len(there), 'secret')} {was} there already and {was} not changed.")
    for each in found[Outcome.FAILED]:
        words.append(f"{each.name}: {each.problem.sentence() if each.problem else ''}")
    return " ".join(words)
