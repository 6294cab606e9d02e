"""The store and the bus: what changed is told once, in a known order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kvtui.console.actions import PaneId
from kvtui.console.events import EventBus, NamesListed, PlanReady
from kvtui.console.state import State
from kvtui.console.store import Store


def after(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)


def soon(call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_soon(call)


async def test_two_changes_in_one_turn_are_reported_once() -> None:
    store, told = Store(State(), soon, after), []
    store.subscribe(lambda: told.append(store.state.active))
    store.change(active=PaneId.ENTRA)
    store.change(active=PaneId.LOOKUP)
    await asyncio.sleep(0)
    assert told == [PaneId.LOOKUP]


async def test_who_waits_for_a_state_goes_on_when_it_is_there() -> None:
    store = Store(State(), soon, after)
    waiting = asyncio.ensure_future(store.until(lambda state: state.demo))
    await asyncio.sleep(0)
    store.change(active=PaneId.ENTRA)
    await asyncio.sleep(0)
    assert not waiting.done()
    store.change(demo=True)
    await asyncio.wait_for(waiting, 5)


def test_an_event_reaches_its_own_subscribers_in_their_order() -> None:
    bus, heard = EventBus(), list[str]()
    bus.subscribe(NamesListed, lambda _: heard.append("first"), lambda _: heard.append("second"))
    bus.subscribe(PlanReady, lambda _: heard.append("another"))
    bus.publish(NamesListed())
    assert heard == ["first", "second"]
