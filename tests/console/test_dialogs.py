"""Every dialog: its border and the footer show the keys that have an effect now, and no others."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from textual.screen import ModalScreen

from kvtui.azure.model import DeviceCode, FoundVault
from kvtui.console import dialogs
from kvtui.console.actions import PaneId, key_for
from kvtui.console.comparing.choice import CompareDialog
from kvtui.console.comparing.result import ResultDialog
from kvtui.console.dialogs.change import ChangeDialog
from kvtui.console.dialogs.connection_types import ConnectionTypesDialog
from kvtui.console.dialogs.copy import CopyDialog, CopyForm
from kvtui.console.dialogs.device_code import DeviceCodeDialog
from kvtui.console.dialogs.help import Help
from kvtui.console.dialogs.keys import FILTER, HasKeys, in_border
from kvtui.console.dialogs.leave import LeaveDialog
from kvtui.console.dialogs.profiles import ProfilesDialog
from kvtui.console.dialogs.run import RunDialog
from kvtui.console.dialogs.sign_in import SignInDialog
from kvtui.console.dialogs.vaults import VaultsDialog
from kvtui.console.provisioning.form import ChangePrompt, Field, Switch
from kvtui.console.provisioning.state import MadeSecret
from kvtui.console.start import ConsoleStart
from kvtui.console.state import State
from kvtui.console.status.bottom import line
from kvtui.console.text import Row
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput
from kvtui.console.widgets.status_line import StatusLine
from kvtui.console.words import now
from kvtui.core.secret_text import SecretText
from kvtui.outputs.model import NextStep
from tests.console.conftest import Console, running
from tests.emulator_support.process import EmulatorProcess

Dialog = ModalScreen[Any]
TWO_FIELDS = (Field("name", "Name", "a"), Field("days", "Days", "1"))
FORM = (*TWO_FIELDS, Field("tags", "Tags"), Field("ends", "Ends", shown_by="more"))
MORE = (Switch("more", "m", "More fields", "Fewer fields", "more fields"), "")
ONE, TWO = (("add", "Add it"),), (("keep", "Keep it"), ("go", "Remove it"))
NOT_YET = (("add", "Add it", "type the name first"),)
COMMANDS = ("az one", "az two")
PRESSED = {FILTER[0]: "k", "j k": "j"}
"""A key for each entry that stands for several."""
PROFILES = [("prod", "kv-prod"), ("test", "kv-test")]
MADE = MadeSecret("id", "astro-dev", "key", "new", SecretText("s3cr3t"))


def change(
    *actions: tuple[str, str],
    fields: tuple[Field, ...] = (),
    commands: tuple[str, ...] = COMMANDS,
    switches: tuple[tuple[Switch, str], ...] = (),
    others: tuple[tuple[str, str], ...] = (),
    later: tuple[tuple[str, str, str], ...] = (),
    read_only: bool = False,
) -> Dialog:
    prompt = ChangePrompt((("Change", "Add it."),), commands, actions=actions, others=others, later=later)
    return ChangeDialog("Change", lambda _: prompt, fields, switches, read_only=read_only)


def vaults() -> VaultsDialog:
    dialog = VaultsDialog("ana", "kv-b")
    dialog.add(FoundVault(name, "west", "rg", "sub", "rbac") for name in ("kv-a", "kv-b"))
    dialog.finish()
    return dialog


def step(instead: str = "", *, updates: bool = False) -> Dialog:
    return RunDialog(NextStep("Set it", "true", instead=instead, updates=updates), Path())


CASES: dict[str, tuple[Callable[[], Dialog], tuple[str, ...]]] = {
    "one action, first field": (lambda: change(*ONE, fields=TWO_FIELDS), ()),
    "one action, last field": (lambda: change(*ONE, fields=TWO_FIELDS), ("tab",)),
    "one action, list": (lambda: change(*ONE, fields=TWO_FIELDS), ("tab", "tab")),
    "one action, a command": (lambda: change(*ONE, fields=TWO_FIELDS), ("tab", "tab", "down")),
    "two actions, last field": (lambda: change(*TWO, fields=TWO_FIELDS), ("tab",)),
    "two actions, no field": (lambda: change(*TWO), ()),
    "not valid, last field": (lambda: change(fields=TWO_FIELDS), ("tab",)),
    "not valid, no command": (lambda: change(fields=TWO_FIELDS, commands=()), ("tab",)),
    "read-only, last field": (lambda: change(fields=TWO_FIELDS, read_only=True), ("tab",)),
    "read-only, no command": (lambda: change(fields=TWO_FIELDS[:1], commands=(), read_only=True), ()),
    "read-only, no field": (lambda: change(read_only=True), ()),
    "nothing to select": (lambda: change(commands=(), read_only=True), ()),
    "form, first field": (lambda: change(*ONE, fields=FORM, switches=(MORE,)), ()),
    "form, last field": (lambda: change(*ONE, fields=FORM, switches=(MORE,)), ("tab", "tab")),
    "form, list": (lambda: change(*ONE, fields=FORM, switches=(MORE,)), ("tab", "tab", "tab")),
    "form, switch": (lambda: change(*ONE, fields=FORM, switches=(MORE,)), ("tab", "tab", "tab", "down")),
    "form, not valid": (lambda: change(fields=FORM, switches=(MORE,), commands=()), ("tab", "tab")),
    "form, read-only": (lambda: change(fields=FORM, switches=(MORE,), read_only=True), ("tab", "tab")),
    "form, one action": (lambda: change(*ONE, fields=(*TWO_FIELDS, FORM[2])), ("tab", "tab")),
    "form, another way": (lambda: change(others=TWO[:1], fields=FORM, switches=(MORE,)), ("tab",) * 3),
    "not yet": (lambda: change(later=NOT_YET), ()),
    "not yet, another way": (lambda: change(later=NOT_YET, others=TWO[:1]), ()),
    "not yet, selected": (lambda: change(later=NOT_YET, others=TWO[:1]), ("up",)),
    "types": (lambda: ConnectionTypesDialog("Type"), ()),
    "types, another": (lambda: ConnectionTypesDialog("Type"), ("z", "z", "z")),
    "copy": (lambda: CopyDialog([CopyForm("Key", "a"), CopyForm("Name", "b")]), ()),
    "device code": (lambda: DeviceCodeDialog(DeviceCode("ABC", "https://x", now() + timedelta(hours=1))), ()),
    "help": (lambda: Help(PaneId.SETUP), ()),
    "help, searching": (lambda: Help(PaneId.SETUP), ("slash", "s", "e", "t")),
    "help, found": (lambda: Help(PaneId.SETUP), ("slash", "s", "enter")),
    "leave": (lambda: LeaveDialog(()), ()),
    "leave, unwritten": (lambda: LeaveDialog((MADE,), MADE.value), ()),
    "profiles": (lambda: ProfilesDialog(PROFILES), ()),
    "profiles, save": (lambda: ProfilesDialog(PROFILES), ("end",)),
    "profiles, no match": (lambda: ProfilesDialog(PROFILES), ("z", "z")),
    "profiles, name": (lambda: ProfilesDialog(()), ("enter", "a")),
    "run": (step, ()),
    "run, or update": (lambda: step("false"), ()),
    "run, or create": (lambda: step("false", updates=True), ()),
    "sign in": (lambda: SignInDialog(State()), ()),
    "sign in, filtered": (lambda: SignInDialog(State()), ("a", "z")),
    "sign in, no match": (lambda: SignInDialog(State()), ("z", "z", "z")),
    "vaults": (vaults, ()),
    "vaults, no match": (vaults, ("z",)),
    "vaults, none": (lambda: VaultsDialog("ana"), ()),
}


async def shown(console: Console, name: str) -> Dialog:
    """The dialog of a case, opened anew."""
    make, keys = CASES[name]
    while len(console.app.screen_stack) > 1:
        console.app.pop_screen()
    dialog = make()
    console.app.push_screen(dialog)
    await console.until(lambda _: dialog.query("LineList, #left, .command"), name)
    await console.pilot.pause()
    await console.press(*keys)
    console.app.copy_to_clipboard("")
    return dialog


def signature(console: Console, dialog: Dialog) -> tuple[object, ...]:
    """All that a key may change."""
    lists = [(each.selected, each.scroll_offset, rows(each)) for each in dialog.query(LineList)]
    typed = [each.value for each in dialog.query(LineInput)] if dialog.is_current else []
    return console.app.screen, dialog.focused, lists, typed, console.app.clipboard, hint(dialog)


def rows(lines: LineList) -> list[Row]:
    return [lines.source.row(number, 80) for number in range(len(lines.source))]


def hint(dialog: Dialog) -> str:
    return " ".join(str(each.render()) for each in dialog.query(".editor-hint"))


OPENING: dict[str, Callable[[], Dialog]] = {
    **{name: make for name, (make, keys) in CASES.items() if not keys},
    "compare": lambda: CompareDialog("kv-a", "/project"),
    "result": lambda: ResultDialog("Compare", values=None, copy=None),
}


def footer(console: Console) -> str:
    parts, _ = console.app.main.query_one("#foot", StatusLine)._lines[0]
    return "".join(part[0] for part in parts)


def test_every_dialog_has_a_case() -> None:
    modules = [
        importlib.import_module(f"{dialogs.__name__}.{found.name}")
        for found in pkgutil.iter_modules(dialogs.__path__)
    ]
    there = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, ModalScreen) and each.__module__ == module.__name__
    }
    assert {type(make()) for make, _ in CASES.values()} == there


async def test_a_dialogs_border_and_the_footer_show_the_keys_that_have_an_effect(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start) as console:
        wrong = [f"{name}: {what}" for name in CASES async for what in differences(console, name)]
    assert not wrong, "\n".join(wrong)


async def test_the_footer_is_drawn_at_each_moment_while_a_dialog_opens(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start) as console:
        for make in OPENING.values():
            dialog = make()
            opened = console.app.push_screen(dialog)
            while not dialog.is_mounted:
                console.app.main.draw()
                await asyncio.sleep(0)
            await opened
            await console.app.pop_screen()


async def test_what_is_found_while_a_dialog_opens_is_shown_once_it_is_open(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start) as console:
        dialog = CompareDialog("kv-a", "")
        opened = console.app.push_screen(dialog)
        while not dialog.is_mounted:
            dialog.add([FoundVault("kv-b", "west", "rg", "sub", "rbac")])
            dialog.finish()
            await asyncio.sleep(0)
        await opened
        await console.until(lambda _: "kv-b" in console.screen())


async def differences(console: Console, name: str) -> AsyncIterator[str]:
    """How the keys that a dialog shows differ from what they do."""
    dialog = await shown(console, name)
    assert isinstance(dialog, HasKeys)
    keys = dialog.keys_now()
    if str(dialog.query_one(".dialog").border_subtitle) != in_border(keys):
        yield f"the border is {dialog.query_one('.dialog').border_subtitle}"
    expected, _ = line(keys, PaneId.SETUP, 120)
    if footer(console) != "".join(part[0] for part in expected):
        yield f"the footer is {footer(console)}"
    tried = {key: PRESSED.get(key) or key_for(key, PaneId.SETUP) for key, _ in keys}
    for number, (key, pressed) in enumerate({**tried, "Enter": "enter"}.items()):
        dialog = await shown(console, name) if number else dialog
        before = signature(console, dialog)
        await console.press(pressed)
        acts = signature(console, dialog) != before
        if acts != (key in tried):
            yield f"{key} has {'an' if acts else 'no'} effect"
