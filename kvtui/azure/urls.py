"""URLs that others wrote, taken apart without an exception."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def parts(url: str) -> SplitResult:
    """The parts of `url`; all are empty when it is malformed, as `https://[::1` is."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")
