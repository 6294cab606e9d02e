"""`--expiring DAYS`: what expires soon, for a job that runs every day. Asks for no value."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.app.exits import Exit
from kvtui.app.expiry import Expiring, in_order, of_credentials, of_secrets
from kvtui.app.session import Session
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.sanitize import path_shown
from kvtui.core.words import count
from kvtui.headless.request import Request
from kvtui.headless.text import document, out, out_now, say, show_code, stamp
from kvtui.settings.values import usage_error

if TYPE_CHECKING:
    from kvtui.app.audit.judging import Audit

MOST_DAYS = 3650


@dataclass
class _Found:
    """What was looked at, and what expires."""

    days: int
    at: datetime
    app: str = ""
    vault: str = ""
    asked_as: list[str] = field(default_factory=list)
    expiring: list[Expiring] = field(default_factory=list)

    @property
    def until(self) -> datetime:
        """The end of the days."""
        return self.at + timedelta(days=self.days)

    def data(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "days": self.days,
            "until": stamp(self.until),
            "app": self.app,
            "vault": self.vault,
            "asked_as": list(dict.fromkeys(self.asked_as)),
            "expiring": [
                {
                    "what": each.thing,
                    "name": each.name,
                    "of": each.of,
                    "kind": each.kind,
                    "key": each.key,
                    "expires": stamp(each.expires),
                    "days_left": each.days_left(self.at),
                    "expired": each.expires <= self.at,
                    "used_by_dags": each.used,
                }
                for each in in_order(self.expiring)
            ],
        }


def run(request: Request) -> int:
    """Prints what expires within the days or has expired; exits 5 if anything does.

    If a part cannot be looked at, raises `ProblemError` with what was found before it.
    """
    settings = request.settings
    found = _Found(_days(request.text("expiring")), datetime.now(UTC))
    if settings.vault is None and not settings.client_id:
        what = "There is nothing to look at: neither a vault nor a deployment identity is chosen."
        raise ProblemError(Problem(what, "Give --vault-url, --client-id or both.", ProblemKind.USAGE))
    problem: ProblemError | None = None
    try:
        asyncio.run(_look(request, found))
    except ProblemError as error:
        problem = error
    if request.json:
        if problem is None:
            document(found.data())
    else:
        for each in in_order(found.expiring):
            out(_line(each, found.at))
        out_now()
    if problem is not None:
        raise ProblemError(problem.problem, found.data())
    looked = [f"the app {found.app}"] if found.app else []
    looked += [f"the vault {found.vault}"] if found.vault else []
    say(f"{_counted(found)} in {' and '.join(looked) or 'what was found'}.")
    return Exit.UNRESOLVED if found.expiring else Exit.OK


def _counted(found: _Found) -> str:
    """`1 thing has expired and 2 things expire within 30 days`."""
    expired = sum(each.expires <= found.at for each in found.expiring)
    coming, within = len(found.expiring) - expired, f"within {count(found.days, 'day')}"
    parts = [f"{count(expired, 'thing has', 'things have')} expired"] if expired else []
    parts += [f"{count(coming, 'thing expires', 'things expire')} {within}"] if coming else []
    return " and ".join(parts) or f"Nothing expires {within}"


def _days(typed: str) -> int:
    if typed.isascii() and typed.isdigit() and int(typed[:9]) <= MOST_DAYS:
        return int(typed)
    what = f"--expiring needs a number of days from 0 to {MOST_DAYS}."
    raise usage_error(what, "Give one such as 30.")


async def _look(request: Request, found: _Found) -> None:
    """Adds to `found` as it is known. Raises `ProblemError`."""
    settings = request.settings
    async with Session(show_code, on_demand=True) as session:
        if settings.client_id:
            found.asked_as.append(str((await session.identity(settings)).identity))
            entries = await session.entries(settings, settings.client_id)
            own = [each for each in entries if each.client_id.lower() == settings.client_id.lower()]
            if not own:
                say("note: The directory does not show the deployment identity and its credentials.")
            for entry in own:
                found.app = entry.display_name
                found.expiring += of_credentials(entry.credentials, entry.display_name, found.at, found.until)
        else:
            say("note: No deployment identity is chosen: only the vault's secrets are looked at.")
        if settings.vault is None:
            say("note: No vault is chosen: only the deployment identity is looked at.")
            return
        vault = await session.vault(settings, deployment=request.as_deployment)
        found.vault = settings.vault.name
        found.asked_as.append(str(vault.identity))
        names = [name async for page in vault.names() for name in page.items]
    report = await asyncio.to_thread(_audited, request)
    used = _used(request, report) if report is not None else None
    of_vault = list(of_secrets(names, settings.vault.name, Naming.of(settings), found.until, used))
    found.expiring += of_vault
    if report is not None and of_vault:
        say(_about_use(request, sum(bool(each.used) for each in of_vault), len(report.undecided)))


def _audited(request: Request) -> Audit | None:
    """What the project's DAGs use; None where there are no DAGs to read."""
    from kvtui.headless.audit_inputs import used_in

    directory = request.project.directory
    if not (directory / "dags").is_dir():
        return None
    try:
        return used_in(request, directory, ())
    except ProblemError as error:
        say(f"note: The DAGs were not read: {error.problem.what}")
        return None


def _used(request: Request, report: Audit) -> frozenset[str]:
    """The names that the project's DAGs use, in lower case."""
    from kvtui.app.compare.sides import Chosen, SideKind, dags_side

    names = dags_side(Chosen(SideKind.DAGS, str(request.project.directory)), report).names
    return frozenset(each.name.lower() for each in names)


def _about_use(request: Request, used: int, unknown: int) -> str:
    """The note about how many of the vault's secrets are `used`, and about keys that are `unknown`."""
    dags = f"DAGs in {path_shown(str(request.project.directory))}"
    what = (
        f"The secrets that the {dags} use are marked “used by the DAGs”."
        if used
        else f"The {dags} use none of the vault's secrets that expire."
    )
    if unknown:
        keys = count(unknown, "key is built", "keys are built")
        what += f" But {keys} at run time, so kvtui does not know which secrets the code uses there."
    return f"note: {what}"


def _line(each: Expiring, at: datetime) -> str:
    words = [f"{each.when(at):<34}", f"{each.thing.words:<13}", f"{each.of}: {each.shown}"]
    if each.key:
        words.append(f"{each.kind} {each.key}")
    if each.used:
        words.append("used by the DAGs")
    return "  ".join(words)
