"""`--list [PREFIX]`: secret names as they stream in. Never asks for a value."""

from __future__ import annotations

import asyncio

from kvtui.airflow.naming import Naming, is_legal
from kvtui.app.exits import Exit
from kvtui.app.session import Session, chosen_vault
from kvtui.azure.model import SecretName
from kvtui.core.problems import ProblemError
from kvtui.core.words import count
from kvtui.headless.request import Request
from kvtui.headless.text import document, out, out_now, say, show_code, stamp
from kvtui.settings.model import Settings


def run(request: Request) -> int:
    """Prints the names that begin with the prefix, in any case, as Key Vault compares names.

    If the listing ends early, raises `ProblemError` with the names that arrived: the document of a `--json`
    run has both.
    """
    address = chosen_vault(request.settings)
    found: list[SecretName] = []
    problem: ProblemError | None = None
    try:
        asyncio.run(_list(request, found))
    except ProblemError as error:
        problem = error
    listed: dict[str, object] = {}
    if request.json:
        secrets = [_entry(name, request.settings) for name in found]
        listed = {"vault": address.url, "count": len(secrets), "secrets": secrets}
        if problem is None:
            document(listed)
    prefix = request.text("list")
    shown = prefix if is_legal(prefix) else "this prefix"
    beginning = f" beginning with {shown}" if prefix else ""
    names = f"{count(len(found), 'secret name') if found else 'No secret name'}{beginning}"
    if problem is not None:
        if found:
            say(f"The list is incomplete: it stopped after {names} in {address.host}.")
        raise ProblemError(problem.problem, listed)
    say(f"{names} in {address.host}.")
    return Exit.OK


async def _list(request: Request, found: list[SecretName]) -> None:
    """Appends the names to `found` as they arrive. Raises `ProblemError`."""
    prefix = request.text("list").lower()
    async with Session(show_code, on_demand=True) as session:
        vault = await session.vault(request.settings, deployment=request.as_deployment)
        say(f"Using {vault.identity}.")
        async for page in vault.names():
            matching = [name for name in page.items if name.name.lower().startswith(prefix)]
            found += matching
            if not request.json:
                for name in matching:
                    out(name.name)
                out_now()


def _entry(name: SecretName, settings: Settings) -> dict[str, object]:
    kind, key = Naming.of(settings).read(name.name) or ("other", "")
    return {
        "name": name.name,
        "kind": kind,
        "key": key,
        "enabled": name.enabled,
        "expires": stamp(name.expires),
        "not_before": stamp(name.not_before),
        "updated": stamp(name.updated),
    }
