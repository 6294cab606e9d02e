"""The search of the command palette: whole words first.

Textual's own search takes letters in any distance, so that "rotate" finds "Look up a key … predicted …".
"""

from __future__ import annotations

from textual.command import Hit, Hits
from textual.content import Content
from textual.style import Style
from textual.system_commands import SystemCommandsProvider


class CommandSearch(SystemCommandsProvider):
    """The commands that have all typed words; without one, those that have the letters."""

    async def search(self, query: str) -> Hits:
        """Yields the hits; the earlier the words are in a command, the higher is its score."""
        words = query.lower().split()
        found = False
        for title, about, callback, _ in self.app.get_system_commands(self.screen):
            places = [title.lower().find(word) for word in words]
            if min(places, default=-1) < 0:
                continue
            found = True
            shown = Content(title)
            for place, word in zip(places, words, strict=True):
                shown = shown.stylize(self.match_style or Style(), place, place + len(word))
            yield Hit(1 / (1 + sum(places)), shown, callback, help=about)
        if not found:
            async for hit in super().search(query):
                yield hit
