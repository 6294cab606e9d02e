"""Text that can be read: a colour that is too close to its background is replaced by one that is not.

The colours are those that the terminal is sent, after they were reduced to what it knows. What it makes of
its 16 own colours is not known, so the worst of the usual palettes counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rich.color import Color, ColorSystem, ColorType

LEAST = 4.5
"""The ratio of WCAG 2 (AA) for text."""
Rgb = tuple[int, int, int]
WHITE, BLACK = (255, 255, 255), (0, 0, 0)

_VGA = (
    *((0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170)),
    *((170, 170, 170), (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255)),
    *((255, 85, 255), (85, 255, 255), (255, 255, 255)),
)
_XTERM = (
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205)),
    *((229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255)),
    *((255, 0, 255), (0, 255, 255), (255, 255, 255)),
)
PALETTES = (_VGA, _XTERM)
"""What terminals make of the 16 colours."""


@lru_cache(maxsize=1024)
def ratio(one: Rgb, other: Rgb) -> float:
    """The contrast of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Rgb) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in color
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def drawn_as(color: Color | None, default: Rgb | None) -> tuple[Rgb, ...]:
    """What a terminal may make of a colour, one for each palette; none where it is not known.

    `default`: what it draws where no colour is set, if that is known.
    """
    if color is None or color.is_default:
        return (default,) * len(PALETTES) if default is not None else ()
    if color.number is not None and color.number < 16:
        return tuple(palette[color.number] for palette in PALETTES)
    return (tuple(color.get_truecolor()),) * len(PALETTES)  # type: ignore[return-value]


def worst(one: tuple[Rgb, ...], other: tuple[Rgb, ...]) -> float:
    """The lowest contrast of two colours over the palettes; 0 where one of them is not known."""
    return min((ratio(*pair) for pair in zip(one, other, strict=False)), default=0)


_BLUE = Color.from_ansi(4)


def behind_text(background: Color, colors: ColorSystem) -> Color:
    """A background, reduced to `colors`. Blue in place of the darker grey of 16, on which no text is sure."""
    reduced = background.downgrade(colors)
    return _BLUE if reduced.number == 8 else reduced


@lru_cache(maxsize=1024)
def legible(
    wanted: Color | None, background: Color | None, colors: ColorSystem, default: Rgb | None
) -> Color | None:
    """`wanted`, reduced to `colors`, or what is nearest to it of what can be read on `background`.

    `default` is the terminal's own background, if it is known. None is the terminal's own colour of text,
    which can be read on its own background only.
    """
    back = behind_text(background, colors) if background is not None else None
    plain = back is None or back.is_default
    if wanted is None or wanted.is_default:
        if plain:
            return None
        wanted = Color.from_rgb(*(WHITE if ratio(WHITE, _rgb(back)) > ratio(BLACK, _rgb(back)) else BLACK))
    behind = drawn_as(back, default)
    if not behind:
        return None
    best = wanted.downgrade(colors)
    if worst(drawn_as(best, None), behind) >= LEAST:
        return best
    for color in _nearest(wanted, back, colors, behind[0]):
        if worst(drawn_as(color, None), behind) >= LEAST:
            return color
    return best


def _nearest(wanted: Color, back: Color | None, colors: ColorSystem, behind: Rgb) -> Iterator[Color]:
    """Other colours, the nearest first."""
    rgb = _rgb(wanted)
    if colors is ColorSystem.STANDARD or wanted.type is ColorType.STANDARD:
        numbers = sorted(range(16), key=lambda number: _distance(_VGA[number], rgb))
        for number in numbers:
            yield Color(f"color({number})", ColorType.STANDARD, number=number)
        return
    end = WHITE if ratio(WHITE, behind) > ratio(BLACK, behind) else BLACK
    for step in range(1, 21):
        blend = (round(a + (b - a) * step / 20) for a, b in zip(rgb, end, strict=True))
        yield Color.from_rgb(*blend).downgrade(colors)


def _rgb(color: Color | None) -> Rgb:
    if color is None or color.is_default:
        return BLACK
    return drawn_as(color, None)[0]


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
