"""`--apps TEXT`: apps, service principals and managed identities by name, client id or object id."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from kvtui.azure.connect import open_directory
from kvtui.azure.model import AppCredential, DirectoryEntry
from kvtui.exits import Exit
from kvtui.headless.request import Request
from kvtui.headless.signing import signed_in
from kvtui.headless.text import day, document, out, out_now, say, stamp


def run(request: Request) -> int:
    """Prints what was found; exits 5 if nothing was."""
    found = asyncio.run(_find(request))
    if request.json:
        document({"apps": [_entry(entry) for entry in found]})
    if found:
        return Exit.OK
    say(f"Nothing in the directory is called {request.text('apps')}, and no id is that.")
    return Exit.UNRESOLVED


async def _find(request: Request) -> list[DirectoryEntry]:
    found: list[DirectoryEntry] = []
    async with signed_in(request.settings) as who:
        say(f"Asked as {who.identity}.")
        directory = open_directory(who, request.settings)
        try:
            async for entries in directory.find(request.text("apps")):
                found += entries
                if not request.json:
                    for entry in entries:
                        _print(entry)
                    out_now()
        finally:
            await directory.close()
    return found


def _print(entry: DirectoryEntry) -> None:
    last = max((each for each in entry.credentials if each.expires), key=_ends, default=None)
    credentials = ""
    if last is not None:
        ended = _ends(last) < datetime.now(UTC)
        credentials = f"  {last.kind} {'ended' if ended else 'until'} {day(last.expires)}"
    credentials += "  disabled" if not entry.enabled else ""
    out(f"{entry.kind.value:<18}  {entry.client_id or '-':<36}  {entry.display_name}{credentials}")


def _ends(credential: AppCredential) -> datetime:
    return credential.expires or datetime.max.replace(tzinfo=UTC)


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
