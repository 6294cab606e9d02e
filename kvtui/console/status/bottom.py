"""The two lines at the bottom: the notification, and the keys that work now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from kvtui.console.actions import PANES, PaneId, fitting, footer, key_for
from kvtui.console.dialogs.keys import HasKeys
from kvtui.console.layout import LEAST as NEEDED
from kvtui.console.status import keys as works
from kvtui.console.status import texts
from kvtui.console.status.texts import Keys
from kvtui.console.text import fit
from kvtui.core.sanitize import sanitized

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.screen import Screen

    from kvtui.console.panes.pane import Pane
    from kvtui.console.state import Notification, State
    from kvtui.console.text import Role
    from kvtui.console.widgets.status_line import Line, StatusPart

ROLES: dict[str, Role] = {"information": "strong", "warning": "warn", "error": "bad"}
LEAST = 3
"""A shortened message keeps at least this fraction (one third) for what happened."""


def fits(shown: Notification, width: int) -> bool:
    """Whether a message fits on its line."""
    return cell_len(sanitized(shown.words, 4000)) <= width - 2


def message(shown: Notification | None, width: int) -> Line:
    """The notification on one line.

    If it does not fit, what happened is shortened before the remedy.
    """
    if shown is None:
        return (), ()
    role = ROLES[shown.severity]
    if fits(shown, width):
        return ((" " + sanitized(shown.words), role),), ()
    shows_all = f" {texts.SHOWS_ALL} "
    room = width - 2 - len(shows_all)
    remedy = sanitized(shown.remedy, 4000)
    what = sanitized(shown.words, 4000).removesuffix(remedy).rstrip()
    head = _cut(what, max(room - cell_len(remedy) - 1, room // LEAST if remedy else room))
    tail = _cut(remedy, room - cell_len(head) - 1)
    return ((" " + " ".join(filter(None, (head, tail))), role),), ((shows_all, "name"),)


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else fit(text, width)


def too_small(size: Size) -> tuple[Line, ...]:
    """What is shown instead of the panes on a terminal where none fits."""
    words: tuple[tuple[str, Role], ...] = (
        ("Terminal too small", "strong"),
        (f"Now {size.width} x {size.height}", "plain"),
        (f"kvtui needs {NEEDED.width} x {NEEDED.height}", "plain"),
        ("Enlarge it, or q: quit", "plain"),
    )
    return tuple((((f" {text}", role),), ()) for text, role in words)


def keys(
    dialog: Screen[Any] | None,
    pane: Pane,
    state: State,
    *,
    zoomed: bool = False,
    back_to: PaneId | None = None,
) -> Keys:
    """The keys that work now: in a dialog, an editor, a prompt or a pane.

    `back_to`: the pane that Esc returns to, once nothing is open in this one.
    """
    if dialog is not None:
        return dialog.keys_now() if isinstance(dialog, HasKeys) and dialog.is_mounted else texts.ELSEWHERE
    if pane.editor is not None:
        return texts.EDITOR
    if pane.typing_prompt:
        return texts.KEY_PROMPT if pane.pane_id is PaneId.LOOKUP else texts.PROMPT
    now = (pane.pane_id, state, pane.lines.selected)
    shown = footer(pane.pane_id, works.idle(*now), works.words(*now), works.blank(*now))
    if pane.pane_id is PaneId.OUTPUT and state.output.removal is not None:
        shown = (*texts.REMOVAL, *shown)
    if zoomed:
        return (*texts.UNZOOM, *shown)
    return shown if back_to is None or _is_open(state) else (*texts.back_to(PANES.index(back_to) + 1), *shown)


def _is_open(state: State) -> bool:
    """Whether Esc closes something in the active pane first."""
    opened = {
        PaneId.ENTRA: state.entra.opened,
        PaneId.SECRETS: state.secrets.opened,
        PaneId.OUTPUT: state.output.removal or state.output.write_problem,
        PaneId.AUDIT: state.audit.opened,
    }
    return state.reveal is not None or opened.get(state.active) is not None


def line(shown: Keys, pane: PaneId, width: int) -> Line:
    """The footer's entries that fit into `width` cells; a click on a key of the pane presses it."""
    parts: list[StatusPart] = []
    for key, words in fitting(shown, width):
        press = key_for(key, pane) if key.strip() else ""
        parts += [(f" {key} ", "name", press), (f"{words} ", "dim", press)]
    return parts, ()
