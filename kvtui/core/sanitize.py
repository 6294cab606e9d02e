"""Text from outside, made harmless for a terminal.

Control, bidirectional and zero-width characters become visible escapes and the length is cut.
The console builds its Textual content from this and nothing else; headless prints through it too.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc\ud800-\udfff\U000e0000-\U000e0fff]"
)
_PATH = re.compile(
    r"(?:~|\.{1,2})?/.*|.*[^/:]/[^/].*|\.[\w.-]+|[\w -]+\.[A-Za-z]{1,5}|\.{1,2}|[A-Za-z_]+/?", re.DOTALL
)
_RANDOM_WORD = re.compile(
    r"[!~=$%^&*?|<>]|://|(?<![\w+])(?=[\w+-]*\d)(?=[\w+-]*[a-z])(?=[\w+-]*[A-Z])[\w+-]{20,}", re.ASCII
)
ELLIPSIS = "…"


def _escape(match: re.Match[str]) -> str:
    point = ord(match.group())
    if point < 0x100:
        return {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x1B: "\\e"}.get(point, f"\\x{point:02x}")
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def sanitized(text: object, limit: int = 300) -> str:
    """`text` on one line, with every character that could control a terminal shown as an escape.

    The cut to `limit` characters happens after escaping, so an escape can be cut but never grow.
    """
    plain = _DANGEROUS.sub(_escape, str(text)[: limit + 1])
    return plain if len(plain) <= limit else plain[: max(0, limit - 1)] + ELLIPSIS


def looks_like_path(text: str) -> bool:
    """Whether `text` has the form of a path, and no word in it looks like a secret."""
    return bool(_PATH.fullmatch(text)) and not _RANDOM_WORD.search(text)


def path_shown(text: object, limit: int = 200) -> str:
    """A path that could not be used, if it looks like a path. Anything else may be a secret."""
    path = str(text)
    return (
        sanitized(path, limit)
        if looks_like_path(path)
        else "the path given (not printed, because it may be a secret)"
    )
