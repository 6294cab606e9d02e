"""`--apps TEXT`: apps, service principals and managed identities by name, client ID or object id."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

from kvtui.app.exits import Exit
from kvtui.app.session import Session
from kvtui.azure.entries import entry_state, rank_entries
from kvtui.azure.model import DirectoryEntry
from kvtui.headless.request import Request
from kvtui.headless.text import document, out, out_now, say, show_code, stamp

_PART_OF_AN_ID = re.compile(r"(?=.*\d)[0-9a-fA-F]{4,8}(-[0-9a-fA-F]{0,12})*")


def run(request: Request) -> int:
    """Prints what was found, the likeliest first; exits 5 if nothing was."""
    found = asyncio.run(_find(request))
    if request.json:
        document({"apps": [_entry(entry) for entry in found]})
    else:
        for entry in found:
            _print(entry)
        out_now()
    if found:
        return Exit.OK
    text = request.text("apps")
    say(f"No app or managed identity matches {text} by name or ID.")
    if _PART_OF_AN_ID.fullmatch(text.strip()):
        say("To search by ID, give all of its 36 characters.")
    return Exit.UNRESOLVED


async def _find(request: Request) -> tuple[DirectoryEntry, ...]:
    """Each app once: its service principal is a part of it, as in the console."""
    async with Session(show_code, on_demand=True) as session:
        who = await session.identity(request.settings)
        say(f"Using {who.identity}.")
        found = await session.entries(request.settings, request.text("apps"))
    return rank_entries(found, request.text("apps"))


def _print(entry: DirectoryEntry) -> None:
    state, _ = entry_state(entry, datetime.now(UTC))
    out(f"{entry.kind.value:<18}  {entry.client_id or '-':<36}  {entry.display_name}  {state}")


def _entry(entry: DirectoryEntry) -> dict[str, object]:
    return {
        "kind": entry.kind.value,
        "display_name": entry.display_name,
        "client_id": entry.client_id,
        "object_id": entry.object_id,
        "credentials": [
            {"kind": each.kind, "hint": each.hint, "expires": stamp(each.expires)}
            for each in entry.credentials
        ],
    }
