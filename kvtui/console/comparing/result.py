"""The dialog of a comparison: every key by status, with what differs. No value is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.app.compare.keys import ComparedKey, Comparison, Status, left_out_words
from kvtui.app.compare.sides import Side, SideKind, in_order
from kvtui.console.comparing import texts
from kvtui.console.dialogs.keys import show_keys
from kvtui.console.text import Row, RowKey, fit, row, shown, wrapped
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import problem_rows
from kvtui.core.problems import Problem

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys

KIND = 12
"""Cells of a kind."""


@dataclass(frozen=True, slots=True)
class Result:
    """A comparison with its sides."""

    here: Side
    there: Side
    comparison: Comparison
    values: bool = False
    """Values were compared."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """The row of a key."""

    name: str


def _same(result: Result) -> str:
    """The heading of the keys without a difference: what is known to be the same."""
    if result.there.kind is not SideKind.VAULT:
        return texts.IN_BOTH
    return texts.SAME_VALUES if result.values else texts.SAME_STATES


class ResultRows:
    """The rows of a result, made as they are drawn: headings with counts, and the keys below them."""

    def __init__(self, result: Result, *, same: bool) -> None:
        labels = {"here": result.here.label, "there": result.there.label}
        self._labels = labels
        self._headings = {status: words.format(**labels) for status, words in texts.STATUS.items()}
        self._headings[Status.SAME] = _same(result)
        self._lines: list[ComparedKey | tuple[Status, int]] = []
        for status in in_order(result.there):
            keys = result.comparison.of(status)
            if keys:
                self._lines.append((status, len(keys)))
                self._lines += keys if same or status is not Status.SAME else ()
        self._places = {key: n for n in range(len(self._lines)) if (key := self.key(n)) is not None}

    def __len__(self) -> int:
        return len(self._lines)

    def key(self, index: int) -> RowKey | None:
        """A key can be selected, a heading cannot."""
        line = self._lines[index]
        return KeyRow(line.name) if isinstance(line, ComparedKey) else None

    def index_of(self, key: RowKey) -> int | None:
        """Where that key is now."""
        return self._places.get(key)

    def row(self, index: int, width: int) -> Row:
        """A heading, or the kind, the key and what differs."""
        line = self._lines[index]
        if not isinstance(line, ComparedKey):
            status, number = line
            return row((f"{self._headings[status]} ({number:,})", "head"))
        why = ", ".join(texts.DIFFERENT[each].format(**self._labels) for each in line.differences)
        room = max(10, width - KIND - 2 - (len(why) + 2 if why else 0))
        return row(
            ("  ", "plain"),
            (fit(line.kind, KIND), "dim"),
            (fit(line.key, room), "plain"),
            (f"  {why}" if why else "", "warn"),
        )


class ResultDialog(ModalScreen[str | None]):
    """The keys, below what is going on. Returns the name of the chosen secret; None for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("v", "values", "Values"),
        ("c", "copy", "Copy missing"),
        ("s", "same", "Same ones"),
        ("escape", "dismiss(None)", "Close"),
    ]

    def __init__(
        self, title: str, *, values: Callable[[], None] | None, copy: Callable[[str], None] | None
    ) -> None:
        """`values` and `copy` (with the selected secret's name) begin their work; None: not possible."""
        super().__init__()
        self._title, self._values, self._copy = title, values, copy
        self._result: Result | None = None
        self._said: str | Problem = ""
        self._same = False
        self._here: set[str] = set()
        """The names that the vault of pane 3 has."""

    def compose(self) -> Iterable[Widget]:
        """What is going on, and the keys."""
        with Vertical(classes="dialog", id="comparison") as box:
            box.border_title = shown(self._title, 76)
            yield LineList(id="said", cursor=False)
            yield LineList(id="compared")

    def on_mount(self) -> None:
        """The focus is on the keys."""
        self._draw()
        self.query_one("#compared", LineList).focus()

    def say(self, words: str | Problem) -> None:
        """Replaces the line above the keys."""
        self._said = words
        self._draw()

    def show(self, result: Result) -> None:
        """Shows a comparison."""
        self._result = result
        self._here = {key.name for key in result.comparison.keys if key.here is not None}
        self._draw()

    @property
    def result(self) -> Result | None:
        """What is shown."""
        return self._result

    def _draw(self) -> None:
        if not self.query("#compared"):
            return  # not composed yet: it draws when it is
        self.query_one("#said", LineList).show_rows(self._above)
        rows = self.query_one("#compared", LineList)
        if self._result is not None:
            rows.show(ResultRows(self._result, same=self._same))
        rows.display = self._result is not None and len(rows.source) > 0
        show_keys(self)

    def keys_now(self) -> Keys:
        """What can be done with the result."""
        same = texts.HIDE_SAME if self._same else texts.SAME
        return (
            *([texts.SHOW] if self._result and self._in_pane_3 else []),
            *([texts.VALUES] if self._values and self._result else []),
            *([texts.COPY_MISSING] if self._copy and self._result else []),
            *([same] if self._result and self._result.comparison.of(Status.SAME) else []),
            texts.CLOSE,
        )

    @property
    def _in_pane_3(self) -> bool:
        """Whether the vault of pane 3 has the selected key."""
        selected = self.query_one("#compared", LineList).selected
        return isinstance(selected, KeyRow) and selected.name in self._here

    def _above(self, width: int) -> Sequence[Row]:
        out: list[Row] = []
        if isinstance(self._said, Problem):
            out += problem_rows(self._said, width)
        elif self._said:
            out += wrapped(self._said, width, "warn")
        if (result := self._result) is not None:
            words = [texts.listed_as(result.here.identity, result.there.identity)]
            words += filter(None, [left_out_words(result.comparison)])
            if not result.comparison.differs:
                words.insert(0, texts.no_difference(len(result.comparison.keys), _same(result)))
            if self._values and not result.values:
                words.append(texts.VALUES_NOT_COMPARED)
            out += wrapped(" ".join(words), width, "dim")
        return out

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on a key."""
        event.stop()
        if isinstance(event.key, KeyRow) and event.key.name in self._here:
            self.dismiss(event.key.name)
        else:
            self.app.bell()

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """Shows the keys for the row under the cursor."""
        event.stop()
        show_keys(self)

    def action_values(self) -> None:
        """Compares the values."""
        if self._values and self._result:
            self._values()

    def action_copy(self) -> None:
        """Offers to copy what is missing."""
        if self._copy and self._result:
            selected = self.query_one("#compared", LineList).selected
            self._copy(selected.name if isinstance(selected, KeyRow) else "")

    def action_same(self) -> None:
        """Shows or hides the keys that are the same."""
        self._same = not self._same
        self._draw()
