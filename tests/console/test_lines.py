"""The list that every pane is made of."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from kvtui.console.text import Row, RowKey, row
from kvtui.console.widgets.cut import cut
from kvtui.console.widgets.lines import LineList


class Host(App[None]):
    CSS = "LineList { height: 8; overflow-x: hidden; }"

    def compose(self) -> ComposeResult:
        yield LineList()

    @property
    def lines(self) -> LineList:
        return self.query_one(LineList)

    def drawn(self) -> list[str]:
        return ["".join(s.text for s in self.lines.render_line(y)).rstrip() for y in range(8)]


@pytest.fixture
async def host() -> AsyncIterator[tuple[Host, Pilot[None]]]:
    app = Host()
    async with app.run_test(size=(40, 10)) as pilot:
        app.lines.focus()
        yield app, pilot


def items(*names: str) -> list[Row]:
    return [row((name, "plain"), key=name) for name in names]


async def test_the_cursor_stays_on_its_item_when_rows_come_before_it(host: tuple[Host, Pilot[None]]) -> None:
    app, pilot = host
    app.lines.show_rows(lambda _: items("c", "m"))
    await pilot.press("down")
    app.lines.show_rows(lambda _: items("a", "b", "c", "d", "m"))
    assert app.lines.selected == "m"


async def test_an_untouched_cursor_stays_on_the_first_item(host: tuple[Host, Pilot[None]]) -> None:
    app, _ = host
    app.lines.show_rows(lambda _: items("m"))
    app.lines.show_rows(lambda _: items("a", "m"))
    assert app.lines.selected == "a"


async def test_the_cursor_passes_over_text(host: tuple[Host, Pilot[None]]) -> None:
    app, pilot = host
    app.lines.show_rows(lambda _: [*items("a"), row(("only text", "dim")), *items("b")])
    await pilot.press("down")
    assert app.lines.selected == "b"


async def test_text_without_items_scrolls(host: tuple[Host, Pilot[None]]) -> None:
    app, pilot = host
    app.lines.show_rows(lambda _: [row((f"line {n}", "plain")) for n in range(30)])
    await pilot.pause()
    await pilot.press("down")
    await pilot.pause()
    assert app.drawn()[0] == "line 1"


async def test_control_characters_are_drawn_as_escapes(host: tuple[Host, Pilot[None]]) -> None:
    app, _ = host
    app.lines.show_rows(lambda _: items("a\x1b]52;c;aGk=\x07\u202eb"))
    assert app.drawn()[0] == "a\\e]52;c;aGk=\\x07\\u202eb"


async def test_markup_is_drawn_as_it_is(host: tuple[Host, Pilot[None]]) -> None:
    app, _ = host
    app.lines.show_rows(lambda _: items("[@click=app.quit]x[/] [/nothing]"))
    assert app.drawn()[0] == "[@click=app.quit]x[/] [/nothing]"


class Counting:
    """25,000 rows that count how often they are drawn."""

    made = 0

    def __len__(self) -> int:
        return 25_000

    def key(self, index: int) -> str:
        return str(index)

    def index_of(self, key: RowKey) -> int | None:
        return int(str(key))

    def row(self, index: int, width: int) -> Row:
        self.made += 1
        return row((str(index), "plain"))


async def test_only_the_rows_that_show_are_made(host: tuple[Host, Pilot[None]]) -> None:
    app, pilot = host
    source = Counting()
    app.lines.show(source)
    await pilot.press("end")
    await pilot.pause()
    assert 0 < source.made < 200


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Each key once what the one before did is drawn."""
    await pilot.pause()
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


def text(*numbers: int) -> list[Row]:
    return [row((f"line {n}", "plain")) for n in numbers]


@pytest.fixture
def one_item(host: tuple[Host, Pilot[None]]) -> tuple[Host, Pilot[None]]:
    """One item, and 30 lines of text below it."""
    host[0].lines.show_rows(lambda _: [*items("line 0"), *text(*range(1, 31))])
    return host


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        (["pagedown"], "line 7"),
        (["pagedown", "pagedown"], "line 14"),
        (["down"] * 6 + ["pagedown"], "line 13"),
        (["end"], "line 23"),
        (["end", "pageup"], "line 16"),
        (["end", "up"], "line 22"),
        (["end", "home"], "line 0"),
    ],
)
async def test_text_below_the_only_item_scrolls_by_lines_pages_and_to_its_ends(
    one_item: tuple[Host, Pilot[None]], keys: list[str], first: str
) -> None:
    app, pilot = one_item
    await press(pilot, *keys)
    assert (app.drawn()[0], app.lines.selected) == (first, "line 0")


async def test_what_was_scrolled_to_stays_when_the_rows_are_made_anew(
    one_item: tuple[Host, Pilot[None]],
) -> None:
    app, pilot = one_item
    await press(pilot, "pagedown")
    app.lines.show_rows(lambda _: [*items("line 0"), *text(*range(1, 31))])
    await pilot.pause()
    assert app.drawn()[0] == "line 7"


async def test_other_rows_can_be_read_from_their_beginning(one_item: tuple[Host, Pilot[None]]) -> None:
    app, pilot = one_item
    await press(pilot, "end")
    app.lines.from_top()
    app.lines.show_rows(lambda _: items("a", "b"))
    await pilot.pause()
    assert app.drawn()[:2] == ["a", "b"]


async def test_a_page_takes_the_cursor_along_and_the_last_one_ends_on_the_last_item(
    host: tuple[Host, Pilot[None]],
) -> None:
    app, pilot = host
    app.lines.show_rows(lambda _: items(*map(str, range(20))))
    await press(pilot, "down", "pagedown")
    assert (app.drawn()[0], app.lines.selected) == ("7", "8")
    await press(pilot, "pagedown", "pagedown")
    assert app.lines.selected == "19"


async def test_text_between_two_items_is_read_on_the_way(host: tuple[Host, Pilot[None]]) -> None:
    app, pilot = host
    app.lines.show_rows(lambda _: [*items("a"), *text(*range(1, 31)), *items("b")])
    await press(pilot, "down")
    assert (app.drawn()[0], app.lines.selected) == ("line 1", "a")
    await press(pilot, "end", "up")
    assert app.lines.selected == "b"


async def test_of_16_colours_an_error_is_stronger_than_a_warning(host: tuple[Host, Pilot[None]]) -> None:
    app, _ = host
    app.console._color_system = ColorSystem.STANDARD
    app.lines.notify_style_update()
    app.lines.show_rows(lambda _: [row(("expired", "bad"), ("expires", "warn"))])
    bad, warn, *_ = app.lines.render_line(0)
    assert bad.style
    assert warn.style
    assert (bad.style.reverse, warn.style.reverse) == (True, None)


async def test_an_item_that_is_gone_leaves_the_cursor_on_the_first_row_not_on_its_neighbour(
    host: tuple[Host, Pilot[None]],
) -> None:
    app, pilot = host
    app.lines.show_rows(lambda _: items("a", "b", "c", "d"))
    await press(pilot, "down", "down")
    app.lines.show_rows(lambda _: items("a", "b", "d"))
    assert app.lines.selected == "a"


async def test_the_cursor_is_on_its_item_again_after_a_message_stood_in_place_of_the_rows(
    host: tuple[Host, Pilot[None]],
) -> None:
    app, pilot = host
    app.lines.show_rows(lambda _: items("a", "b", "c"))
    await press(pilot, "down", "down")
    app.lines.show_rows(lambda _: [row(("Loading", "dim"))])
    app.lines.show_rows(lambda _: items("a", "b", "c"))
    assert app.lines.selected == "c"


async def test_a_page_opens_at_its_top_and_the_first_page_is_left_as_it_was(
    host: tuple[Host, Pilot[None]],
) -> None:
    app, pilot = host
    app.lines.show_rows(lambda _: items(*map(str, range(30))))
    await press(pilot, *["down"] * 20)
    app.lines.turn("details")
    app.lines.show_rows(lambda _: text(*range(40)))
    opened = app.drawn()[0]
    app.lines.turn(None)
    app.lines.show_rows(lambda _: items(*map(str, range(30))))
    await pilot.pause()
    assert (opened, app.drawn()[0], app.lines.selected) == ("line 0", "13", "20")


@pytest.mark.parametrize(("text", "shown"), [("abcdef", "abc…"), ("abc   ", "abc "), ("ab", "ab  ")])
def test_a_row_that_is_cut_ends_with_an_ellipsis(text: str, shown: str) -> None:
    assert cut(Strip([Segment(text)]), 4, Style()).text == shown
