"""The Rich styles for the roles of text: the styles of `lines--dim` and so on, blended onto the background.

Textual's component classes would be computed for each widget before the first frame; these are computed when
they are first drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.widget import Widget

if TYPE_CHECKING:
    from kvtui.console.text import Role


class Roles:
    """The Rich styles of the roles of one widget, kept until its styles change."""

    _parts: ClassVar[WeakKeyDictionary[App[object], dict[str, RenderStyles]]] = WeakKeyDictionary()
    """The styles of each class name, which are the same on all widgets of an app."""

    def __init__(self, widget: Widget, prefix: str) -> None:
        self._widget, self._prefix = widget, prefix
        self._known: dict[tuple[Role, str], Style] = {}

    def forget(self) -> None:
        """Drops the kept styles, because the styles of the widget changed."""
        self._known.clear()
        self._parts.pop(self._widget.app, None)

    def style(self, role: Role, over: str = "") -> Style:
        """The style of `role`; `over` is the name of a class applied on top, such as the cursor's."""
        known = self._known.get((role, over))
        if known is None:
            known = self._known[role, over] = self._blended(role, over)
        return known

    def _blended(self, role: Role, over: str) -> Style:
        """Computes a style; blends colours with an alpha, which Rich does not support."""
        widget = self._widget
        below = widget.background_colors[1]
        style = Style()
        for name in (f"{self._prefix}--{role}" if role != "plain" else "", over):
            if not name:
                continue
            component = self._component(name)
            if component.has_rule("background"):
                below += component.background
            style += component.text_style
            if component.has_rule("color"):
                style += _foreground(below, component.color)
        if role == "bad" and widget.app.console.color_system == "standard":
            style += Style(reverse=True)  # 16 colours have no red that is strong enough
        own = widget.styles.color if widget.styles.has_rule("color") else widget.colors[3]
        return _foreground(below, own) + Style.from_color(None, below.rich_color) + style

    def _component(self, name: str) -> RenderStyles:
        kept = self._parts.setdefault(self._widget.app, {})
        if name not in kept:
            part = DOMNode(classes=name)
            part._attach(self._widget)
            self._widget.app.stylesheet.apply(part)
            kept[name] = part.styles
        return kept[name]


def _foreground(below: Color, color: Color) -> Style:
    return Style.from_color((below + color).rich_color)
