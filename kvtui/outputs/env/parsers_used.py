"""Which readers of `.env` the target really uses, and which stumble: the rule behind checks and exit codes.

A reader that the target uses has to get our variables exactly. Any other may fail: where it would get them
from our lines alone, other people's lines are the cause, and that is a warning.
"""

from __future__ import annotations

from dataclasses import dataclass

from kvtui.outputs.env.file import our_values, render_env
from kvtui.outputs.env.parsers.table import ReaderView, reader_views
from kvtui.settings.model import Settings, Target

USED: dict[Target, tuple[str, ...]] = {
    Target.ASTRO: ("astro deployment variable --load", "astro dev start"),
    Target.REMOTE_EXECUTION: ("astro dev start",),
}
"""By their names in the table of readers: what the next steps run on `.env`."""


@dataclass(frozen=True, slots=True)
class Stumbling:
    """Who does not get our variables from a `.env`, one sentence for each reader."""

    used: tuple[str, ...] = ()
    """Readers that the target uses: a fault."""
    others: tuple[str, ...] = ()
    """Readers that other people's lines are in the way of, and that the target does not use: a warning."""


def stumbling(text: str, settings: Settings) -> Stumbling:
    """Who stumbles over `text`, the whole `.env`, with the settings that are meant."""
    used = USED[settings.target]
    wanted = our_values(settings)
    by_nature = {view.reader for view in reader_views(render_env(settings), wanted) if view.reason}
    bad = [view for view in reader_views(text, wanted) if view.reason]
    return Stumbling(
        _sentences([view for view in bad if view.reader in used]),
        _sentences([view for view in bad if view.reader not in used and view.reader not in by_nature]),
    )


def _sentences(views: list[ReaderView]) -> tuple[str, ...]:
    out = []
    for reader in dict.fromkeys(view.reader for view in views):
        own = [view for view in views if view.reader == reader]
        keys = " and ".join(view.key for view in own)
        reasons = "; ".join(dict.fromkeys(view.reason for view in own))
        out.append(f"{reader} does not get {keys}: {reasons}.")
    return tuple(out)
