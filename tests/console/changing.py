"""Changes in Azure by keys: how each is begun, when it has ended, and what was sent."""

from __future__ import annotations

from kvtui.console.dialogs.change import ChangeDialog
from kvtui.console.phase import Phase
from kvtui.console.state import State
from tests.console.conftest import Console
from tests.emulator_support.process import EmulatorProcess


def changes(azure: EmulatorProcess) -> list[str]:
    """The last part of the path of every request that may have changed something."""
    return [
        record.path.rstrip("/").rpartition("/")[2]
        for record in azure.log()
        if record.method not in ("GET", "CONNECT") and not record.host.startswith("login.")
    ]


async def dialog(console: Console) -> None:
    await console.until(lambda _: isinstance(console.app.screen, ChangeDialog), "the dialog")
    await console.pilot.pause()


async def done(console: Console, title: str = "") -> None:
    def ended(state: State) -> bool:
        steps = state.provisioning.steps
        return (
            title in state.provisioning.title
            and bool(steps)
            and all(s.phase is not Phase.BUSY for s in steps)
        )

    await console.until(ended, "the end of the change")
    await console.pilot.pause()


async def open_app(console: Console, name: str) -> None:
    """Opens the details of an app and waits for all that they tell."""
    await console.press("2", "slash")
    await console.type(name)
    await console.until(lambda state: [e.display_name for e in state.entra.entries] == [name])
    await console.press("enter", "d")
    await console.until(lambda state: state.entra.access and state.entra.host_view)


async def register(console: Console) -> None:
    await console.press("2", "n")
    await dialog(console)
    await console.press("enter")
    await done(console, "Registering")


async def add_secret(console: Console) -> None:
    await console.press("2", "x")
    await dialog(console)
    await console.press("enter")
    await done(console, "secret")


async def grant(console: Console) -> None:
    await console.press("a")
    await dialog(console)
    await console.press("enter")
    await done(console, "read")


def words(console: Console) -> str:
    """What the dialog on top shows, on one line; without a dialog, what the screen shows."""
    lines = console.screen().splitlines()
    boxes = console.app.screen.query(".dialog")
    if boxes:
        box = boxes.first().content_region
        lines = [line[box.x : box.right] for line in lines[box.y : box.bottom]]
    return " ".join(" ".join(lines).replace("┃", " ").split())
