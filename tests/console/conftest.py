"""A console on the embedded Azure, driven by keys as its user drives it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kvtui.azure.limits import LIMITS
from kvtui.console.actions import PaneId
from kvtui.console.app import KvtuiApp
from kvtui.console.composition import Controllers
from kvtui.console.panes.pane import Pane
from kvtui.console.start import ConsoleStart
from kvtui.console.state import State
from kvtui.console.ui import Ui
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.emulator.sample_project import create_sample_project
from kvtui.settings.model import Settings, VaultAddress
from tests.emulator_fixture import azure, emulator_session
from tests.emulator_support.process import EmulatorProcess

__all__ = ["azure", "emulator_session"]

SETTINGS = Settings(vault=VaultAddress(company.VAULT_RBAC), tenant_id=company.TENANT_ID)
SECRET = company.CLIENT_SECRETS[company.ASTRO_PROD]
READY = replace(
    SETTINGS, client_id=company.ASTRO_PROD, identity_name="astro-prod", client_secret=SecretText(SECRET)
)


class Console:
    """The app under a pilot, with the few things that tests do to it."""

    def __init__(self, app: KvtuiApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def state(self) -> State:
        """What is shown."""
        return self.app.main.state

    @property
    def controllers(self) -> Controllers:
        """What stands behind the screen."""
        return self.app.main.controllers

    @property
    def ui(self) -> Ui:
        """Notifications and work in the background."""
        return self.app.main.ui

    def pane(self, name: PaneId) -> Pane:
        """One of the panes."""
        return self.app.main.pane(name)

    async def until(self, holds: Callable[[State], object], what: str = "the awaited state") -> None:
        """Lets the app run until `holds`; fails after 15 seconds."""
        async with asyncio.timeout(15):
            while not holds(self.state):
                await self.pilot.pause(0.01)

    async def press(self, *keys: str) -> None:
        """Presses keys one after the other."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Types a text."""
        await self.pilot.press(*text)
        await self.pilot.pause()

    def screen(self) -> str:
        """What the terminal shows, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def said(console: Console) -> str:
    """The message above the footer; empty if there is none."""
    return console.state.notification.words if console.state.notification else ""


@asynccontextmanager
async def running(start: ConsoleStart, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Console]:
    """A running console; its clients are closed at the end."""
    app = KvtuiApp(start)
    async with app.run_test(size=size) as pilot:
        yield Console(app, pilot)
        app.workers.cancel_all()
        await app.main.session.close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the sample project."""
    return create_sample_project(tmp_path)


@pytest.fixture
def start(project: Path) -> ConsoleStart:
    """The demo's vault and tenant, in the sample project."""
    return ConsoleStart(settings=SETTINGS, project_directory=project)


@pytest.fixture
async def console(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console that has signed in and listed the names."""
    async with running(start) as console:
        await console.until(lambda state: state.secrets.seconds > 0, "the names")
        yield console


@pytest.fixture
async def ready(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console whose settings are complete."""
    async with running(replace(start, settings=READY)) as console:
        await console.until(lambda state: state.secrets.seconds > 0 and state.output.plan)
        yield console


@asynccontextmanager
async def opened(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console that looks every twentieth of a second whether a change holds."""
    azure.set_scenario(replication=1, propagation=1)
    async with running(start) as console:
        console.controllers.changes.limits = replace(LIMITS, poll=0.05)
        await console.until(lambda state: state.secrets.seconds > 0 and state.entra.entries)
        yield console


@pytest.fixture
async def allowed(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console that was started with --allow-changes."""
    async with opened(azure, replace(start, allow_changes=True)) as console:
        yield console
