"""kvtui's themes. Colours repeat what a word already says, so 16 colours are enough, and none would be."""

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
HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#5fd7ff",
    secondary="#ffffff",
    accent="#ffff5f",
    warning="#ffd75f",
    error="#ff8787",
    success="#5fff87",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={"border": "#ffffff", "border-blurred": "#ffffff"},
)
ANSI = Theme(
    name="ansi",
    primary="ansi_cyan",
    secondary="ansi_blue",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    ansi=True,
    variables={
        "border": "ansi_default",
        "border-blurred": "ansi_default",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
    },
)
"""The terminal's own colours on its own background; a colour only where it is known to be legible there."""
OURS = (DARK, LIGHT, HIGH_CONTRAST, ANSI)
CYCLE = tuple(theme.name for theme in OURS)
"""The order in which one key goes through them."""
NAMES = (*CYCLE, *sorted(BUILTIN_THEMES))
"""What `--theme` takes."""
