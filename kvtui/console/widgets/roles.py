"""How the roles of text look on a widget: its component styles, blended onto its background."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from kvtui.console.text import Role

ROLES: tuple[Role, ...] = (
    "dim",
    "strong",
    "good",
    "warn",
    "bad",
    "name",
    "todo",
    "added",
    "removed",
    "head",
)


def component_classes(prefix: str) -> set[str]:
    """The component classes that the styles give to a widget's roles: `lines--dim`, …"""
    return {f"{prefix}--{role}" for role in ROLES}


class Roles:
    """The Rich styles of one widget's roles, worked out once until its styles change."""

    def __init__(self, widget: Widget, prefix: str) -> None:
        self._widget, self._prefix = widget, prefix
        self._known: dict[tuple[Role, str], Style] = {}

    def forget(self) -> None:
        """The widget's styles changed."""
        self._known.clear()

    def style(self, role: Role, over: str = "") -> Style:
        """The style of `role`; `over` names a component class laid over it, such as the cursor."""
        known = self._known.get((role, over))
        if known is None:
            known = self._known[role, over] = self._blended(role, over)
        return known

    def _blended(self, role: Role, over: str) -> Style:
        """Rich knows no transparency: colours with an alpha are blended here."""
        widget = self._widget
        below = widget.background_colors[1]
        style = Style()
        for name in (f"{self._prefix}--{role}" if role != "plain" else "", over):
            if not name:
                continue
            component = widget.get_component_styles(name)
            if component.has_rule("background"):
                below += component.background
            style += component.text_style
            if component.has_rule("color"):
                style += _foreground(below, component.color)
        if role == "bad" and widget.app.console.color_system == "standard":
            style += Style(reverse=True)  # 16 colours have no such red
        own = widget.styles.color if widget.styles.has_rule("color") else widget.colors[3]
        return _foreground(below, own) + Style.from_color(None, below.rich_color) + style


def _foreground(below: Color, color: Color) -> Style:
    return Style.from_color((below + color).rich_color)
