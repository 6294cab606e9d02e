"""Makes `screenshots/` from the demo: `python -m tests.screenshots`. PNG, too, where rsvg-convert is."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kvtui.console.start import ConsoleStart
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.emulator.sample_project import create_sample_project
from kvtui.settings.model import AuthMode, Settings, Target, VaultAddress
from tests.console.conftest import Console, running
from tests.emulator_support.process import start_emulator

FOLDER = Path(__file__).parent.parent / "screenshots"
CELL = 12.2
"""The width of a character in Textual's SVG."""

NEW = Settings(vault=VaultAddress(company.VAULT_RBAC), tenant_id=company.TENANT_ID)
READY = Settings(
    vault=VaultAddress(company.VAULT_RBAC),
    tenant_id=company.TENANT_ID,
    client_id=company.ASTRO_PROD,
    identity_name="astro-prod",
    client_secret=SecretText(company.CLIENT_SECRETS[company.ASTRO_PROD]),
)
AGENTS = Settings(
    vault=VaultAddress(company.VAULT_RBAC),
    tenant_id=company.TENANT_ID,
    client_id=company.MI_ASTRO_AGENTS,
    identity_name="mi-astro-agents",
    auth_mode=AuthMode.WORKLOAD_IDENTITY,
    target=Target.REMOTE_EXECUTION,
)
DENIED = Settings(
    vault=VaultAddress(company.VAULT_RBAC),
    tenant_id=company.TENANT_ID,
    client_id=company.ASTRO_DEV,
    identity_name="astro-dev",
    client_secret=SecretText(company.CLIENT_SECRETS[company.ASTRO_DEV]),
)


@dataclass(frozen=True)
class Shot:
    """One picture: what is set, how large, and the keys that lead to it."""

    name: str
    settings: Settings
    size: tuple[int, int]
    steps: Callable[[Console], Awaitable[None]]
    theme: str = ""
    changes: bool = False
    """As with --allow-changes."""


async def look_up(console: Console, key: str) -> None:
    """Types a key in pane 4 and waits for the vault's answer."""
    await console.press("4", "enter")
    await console.type(key)
    await console.press("enter")
    await console.until(lambda state: state.lookup.simulation and not state.lookup.predicted)


async def console(console: Console) -> None:
    """The whole way, done: proved, looked up, ready to be written."""
    await look_up(console, "api_base_url")
    await console.press("6", "c")
    await console.until(lambda state: state.facts.deployment_read)
    await console.press("3", "down", "down", "down")


async def found(console: Console) -> None:
    await look_up(console, "api_base_url")


async def missed(console: Console) -> None:
    await look_up(console, "etl_batch_size")


async def entra(console: Console) -> None:
    await console.press("2", "slash")
    await console.type("astro-prod")
    await console.until(lambda state: state.entra.text == "astro-prod" and state.entra.phase.name == "DONE")
    await console.press("enter")
    await console.press("d")
    await console.until(lambda state: state.entra.access)


async def output(console: Console) -> None:
    await console.until(lambda state: state.output.plan)
    await console.press("5")


async def values(console: Console) -> None:
    await console.until(lambda state: state.output.plan)
    await console.press("5", "right")


async def audit(console: Console) -> None:
    await console.press("7", "enter")
    await console.until(lambda state: state.audit.report)


async def readers(console: Console) -> None:
    await console.until(lambda state: state.output.plan)
    await console.press("5", "left", "left")


async def new_app(console: Console) -> None:
    await console.press("2", "n")
    await console.pilot.pause(0.5)


async def help_(console: Console) -> None:
    await console.press("3", "question_mark")


SHOTS = (
    Shot("console", READY, (120, 40), console),
    Shot("console-light", READY, (120, 40), console, "kvtui-light"),
    Shot("console-wide", READY, (200, 50), console),
    Shot("entra", NEW, (120, 40), entra),
    Shot("lookup-found", READY, (80, 24), found),
    Shot("lookup-missed", READY, (80, 24), missed),
    Shot("lookup-denied", DENIED, (80, 24), found),
    Shot("output", READY, (80, 24), output),
    Shot("output-helm", AGENTS, (100, 30), values),
    Shot("output-readers", READY, (100, 30), readers),
    Shot("audit", READY, (100, 30), audit),
    Shot("set-up", NEW, (100, 30), new_app, changes=True),
    Shot("help", READY, (80, 24), help_),
)


@asynccontextmanager
async def shown(shot: Shot, project: Path) -> AsyncIterator[Console]:
    """A console that shows what the shot is of, without the last message."""
    start = ConsoleStart(
        settings=shot.settings,
        project_directory=project,
        theme=shot.theme,
        demo=True,
        allow_changes=shot.changes,
    )
    async with running(start, shot.size) as console:
        await console.until(lambda state: state.secrets.seconds > 0)
        await console.until(lambda state: state.entra.phase.name == "DONE")
        await shot.steps(console)
        await settled(console)
        console.ui.clear_notification()
        await settled(console)
        yield console


async def settled(console: Console) -> None:
    """Waits until nothing has changed on the screen for a while."""
    before = ""
    async with asyncio.timeout(15):
        while (now := console.screen()) != before:
            before = now
            await console.pilot.pause(0.3)


async def take(shot: Shot, project: Path) -> str:
    """The SVG of one shot."""
    async with shown(shot, project) as console:
        return tidy(console.app.export_screenshot(title=f"kvtui  {shot.size[0]}x{shot.size[1]}"))


def tidy(svg: str) -> str:
    """Moves leading blanks into the position, because some renderers drop them; removes web fonts."""

    def move(match: re.Match[str]) -> str:
        head, x, tail, length, rest, text = match.groups()
        bare = text.lstrip("\u00a0")
        blanks = len(text) - len(bare)
        width = float(length) - blanks * CELL
        if width <= 0:
            return ""
        return f"{head}{float(x) + blanks * CELL:g}{tail}{width:g}{rest}{bare}</text>"

    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("&#160;", "\u00a0")
    svg = re.sub(r'(<text [^>]*?x=")([\d.]+)("[^>]*?textLength=")([\d.]+)("[^>]*>)([^<]*)</text>', move, svg)
    return svg.replace("\u00a0", "&#160;")


def main() -> None:
    """Renews every picture."""
    FOLDER.mkdir(exist_ok=True)
    convert = shutil.which("rsvg-convert")
    with start_emulator() as azure, TemporaryDirectory() as temporary:
        os.environ.update(azure.environment, HOME=temporary)
        for shot in SHOTS:
            project = Path(temporary) / "astro"
            create_sample_project(Path(temporary)).rename(project)
            svg = asyncio.run(take(shot, project))
            shutil.rmtree(project)
            target = FOLDER / f"{shot.name}.svg"
            target.write_text(svg, encoding="utf-8")
            if convert:
                subprocess.run([convert, str(target), "-o", str(target.with_suffix(".png"))], check=True)
            print(
                target.name if convert else f"{target.name}; its PNG stays as it is: rsvg-convert is not here"
            )


if __name__ == "__main__":
    main()
