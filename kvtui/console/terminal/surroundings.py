"""What the environment says of the terminal: its characters, its background, how far away it is."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kvtui.console.terminal.contrast import BLACK, WHITE, Rgb

_FEW_CHARACTERS = ("linux", "vt", "ansi", "cons", "pcansi", "wy", "hp", "hurd", "sun", "xterm-old")
"""How the names of terminals begin whose fonts have no marks, most of them no borders."""
_COERCED = "C.UTF-8"
"""What Python sets LC_CTYPE to at its start where the locale is C: it says nothing of the terminal."""


class Ascii(StrEnum):
    """When borders and marks are drawn in ASCII."""

    AUTO = "auto"
    """Where the locale, tmux's client or the terminal's font lacks them."""
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The terminal, as far as the environment knows it."""

    ascii_marks: bool = False
    utf8: bool = True
    background: Rgb | None = None
    over_ssh: bool = False
    in_screen: bool = False
    """In GNU screen, which holds Esc back while the mouse is on."""
    erases: bool = False
    """It gives cells that it erases the background that is set; GNU screen and old terminals do not."""
    escape_delay: float = 0.1
    """Seconds after which a lone Esc is the key."""


def surroundings(environment: Mapping[str, str], choice: Ascii = Ascii.AUTO) -> Surroundings:
    """What `environment` says. In tmux it is asked, too, unless there is a choice: it knows its client."""
    utf8 = _locale_is_utf8(environment)
    term, in_screen = environment.get("TERM", ""), bool(environment.get("STY"))
    few = term.startswith(_FEW_CHARACTERS)
    lacking = not utf8 or few
    if choice is Ascii.AUTO and not lacking and environment.get("TMUX"):
        lacking = _tmux_client_lacks_utf8()
    over_ssh = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    return Surroundings(
        ascii_marks=choice is Ascii.ALWAYS or (choice is Ascii.AUTO and lacking),
        utf8=utf8 or choice is Ascii.NEVER,
        background=_background(environment.get("COLORFGBG", "")),
        over_ssh=over_ssh,
        in_screen=in_screen,
        erases=not (in_screen or few or (term.startswith("screen") and not environment.get("TMUX"))),
        escape_delay=_milliseconds(environment.get("ESCDELAY", "")) or (0.25 if over_ssh else 0.1),
    )


def _locale_is_utf8(environment: Mapping[str, str]) -> bool:
    """Whether the first of the variables that decide on the character set names UTF-8."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = environment.get(name, "")
        if value and not (name == "LC_CTYPE" and value == _COERCED):
            return value.upper().replace("-", "").partition("@")[0].endswith("UTF8")
    return False


def _tmux_client_lacks_utf8() -> bool:
    try:
        words = ("tmux", "display-message", "-p", "#{client_utf8}")
        answer = subprocess.run(words, capture_output=True, timeout=0.5, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.stdout.strip() == b"0"


def _background(colors: str) -> Rgb | None:
    """`15;0` or `0;default;15`, as some terminals say it: the last is the background."""
    last = colors.rpartition(";")[2]
    if not (last.isascii() and last.isdigit()):
        return None
    return WHITE if int(last) in (7, 15) else BLACK if int(last) in (0, 8) else None


def _milliseconds(text: str) -> float:
    return min(int(text), 5000) / 1000 if text.isascii() and text.isdigit() else 0.0
