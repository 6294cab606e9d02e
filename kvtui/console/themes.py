"""kvtui's two themes. Colours repeat what a word already says, so 16 colours are enough."""

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="kvtui-dark",
    primary="#6fb3ff",
    secondary="#8fa4bd",
    accent="#ffc46b",
    warning="#ffb454",
    error="#ff7b72",
    success="#7ee2a8",
    foreground="#d7dee8",
    background="#10151c",
    surface="#161c25",
    panel="#1f2733",
    dark=True,
    variables={"border": "#3a4757", "border-blurred": "#3a4757"},
)
LIGHT = Theme(
    name="kvtui-light",
    primary="#0a5cad",
    secondary="#54657a",
    accent="#9a5b00",
    warning="#945700",
    error="#b3261e",
    success="#146c3a",
    foreground="#1c2530",
    background="#f7f8fa",
    surface="#ffffff",
    panel="#e6ebf1",
    dark=False,
    variables={"border": "#b4c0cd", "border-blurred": "#b4c0cd"},
)
NAMES = (DARK.name, LIGHT.name, *sorted(BUILTIN_THEMES))
"""What `--theme` takes."""
