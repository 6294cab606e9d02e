"""What the program does once it runs: long lists, lookups, listing a vault; each beside a bare loop."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from textual.app import App, ComposeResult

from kvtui.airflow import simulate
from kvtui.airflow.kwargs import BACKEND_CLASS
from kvtui.airflow.releases import NEWEST_AIRFLOW, NEWEST_PROVIDER
from kvtui.azure.model import SecretName
from kvtui.azure.signin import open_directory, open_vault, preload, sign_in
from kvtui.console.panes.secrets.names import Names
from kvtui.console.panes.secrets.rows import SecretRows
from kvtui.console.widgets.lines import LineList
from kvtui.dags.scanning import scan_project
from kvtui.settings.model import Settings, SignInKind, VaultAddress
from tests.benchmarks.figures import Measure
from tests.benchmarks.starts import KVTUI
from tests.dags.generated import generate
from tests.emulator_support.process import start_emulator

ROWS, LOOKUPS, LISTED, APPS = 25_000, 1_000, 10_000, 20_000
DAGS = (100, 1_000, 5_000)
AUDIT = 4
"""Budget: reading what files use costs at most so many times parsing them."""
REMEMBERED, AUDIT_MEMORY = 3_000, 200.0
"""DAGs, and the MiB that the audit of them may take."""
TOP = Path(__file__).parent.parent.parent
PROMISED = 0.05
"""Seconds of our CPU for a first search, and of the longest time that the loop stands still meanwhile."""
LISTING = 1.5
"""Budget: challenge, authentication, retry, limits and parsing cost at most half of the requests again."""
VAULT = VaultAddress("kv-contoso-prod")


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that `work()` takes."""
    began = clock()
    work()
    return clock() - began


def measures(stack: ExitStack) -> Iterator[Measure]:
    """Everything here; what must be given back at the end goes on `stack`."""
    yield from lists()
    yield lookups()
    yield from audits(stack)
    yield listing(stack)
    yield from searches(stack)


class _Lists(App[None]):
    """The console's list alone."""

    CSS = "LineList { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield LineList()


def _names() -> list[SecretName]:
    segments = ("etl", "slack", "dbt", "api", "legacy", "sales", "hr")
    return [SecretName(f"airflow-variables-{segments[n % 7]}-key-{n:05}") for n in range(ROWS)]


def lists() -> Iterator[Measure]:
    """A vault of 25,000 names in the secrets pane's list, at 120x40, drawn."""
    names, settings, now = _names(), Settings(), datetime.now(UTC)

    def ordered() -> Names:
        read = Names(settings)
        read.take(names)
        return read

    held = ordered()

    def drawn(make: Callable[[], Names], text: str) -> float:
        async def run() -> float:
            app = _Lists()
            async with app.run_test(size=(120, 40)):
                lines = app.query_one(LineList)

                def work() -> None:
                    rows = SecretRows(
                        make(),
                        filter=text,
                        folded=frozenset(),
                        settings=settings,
                        provider=NEWEST_PROVIDER,
                        at=now,
                    )
                    lines.show(rows)
                    for y in range(lines.size.height):
                        lines.render_line(y)

                return timed(work)

        return asyncio.run(run())

    yield Measure(
        f"list: fill {ROWS:,} names",
        lambda: drawn(ordered, ""),
        "sorting them",
        lambda: timed(lambda: sorted(names, key=lambda name: name.name)),
    )
    yield Measure(
        f"list: filter {ROWS:,} names",
        lambda: drawn(lambda: held, "key-0123"),
        "`in` over them",
        lambda: timed(lambda: [name for name in names if "key-0123" in name.name]),
    )


def lookups() -> Measure:
    """A thousand lookups that the vault answers, without any vault."""
    environment = {
        "AIRFLOW__SECRETS__BACKEND": BACKEND_CLASS,
        "AIRFLOW__SECRETS__BACKEND_KWARGS": json.dumps({"vault_url": VAULT.url}),
    }
    keys = [f"key_{n}" for n in range(LOOKUPS)]

    async def answer(name: str) -> str | None:
        return name

    async def looked_up() -> None:
        for key in keys:
            await simulate(
                environment,
                key,
                airflow_version=NEWEST_AIRFLOW,
                provider_version=NEWEST_PROVIDER,
                read=answer,
            )

    async def bare() -> None:
        for key in keys:
            await answer(key)

    return Measure(
        f"simulate {LOOKUPS:,} lookups",
        lambda: timed(lambda: asyncio.run(looked_up())),
        "awaiting the answers",
        lambda: timed(lambda: asyncio.run(bare())),
    )


def audits(stack: ExitStack) -> Iterator[Measure]:
    """Generated projects of several sizes, and an installed Airflow if `make conformance` left one."""
    for number in DAGS:
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="kvtui-bench-dags-")))
        yield _audit(f"audit: CPU, {number:,} DAGs", directory, number)
    directory = Path(stack.enter_context(TemporaryDirectory(prefix="kvtui-bench-dags-")))
    promised = "the promise", lambda: AUDIT_MEMORY, 1.0, "MiB"
    yield Measure(f"audit: memory, {REMEMBERED:,} DAGs", lambda: _memory(directory, REMEMBERED), *promised)
    installed = sorted(TOP.glob(".conformance/airflow3/lib/python*/site-packages/airflow"))
    if installed:
        yield _audit("audit: CPU, Airflow itself", installed[0])


def _memory(directory: Path, dags: int) -> float:
    """The most memory that the whole command has while it audits generated DAGs, in MiB."""
    _generated(directory, dags)
    words = [str(KVTUI), "--demo", "--offline", "--json", "--audit", str(directory)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode in (0, 5)
    return used.ru_maxrss / 1024


def _generated(directory: Path, dags: int) -> None:
    if dags and not (directory / "dags").is_dir():
        generate(directory, dags)


def _audit(name: str, directory: Path, generated: int = 0) -> Measure:
    """One project, read for what it uses: CPU time, as other programs run beside a benchmark of seconds."""

    def files() -> list[Path]:
        _generated(directory, generated)
        return list(directory.rglob("*.py"))

    def parsed() -> None:
        for path in files():
            ast.parse(path.read_text("utf-8"))

    def scanned() -> float:
        files()
        return timed(lambda: scan_project(directory), time.process_time)

    return Measure(name, scanned, "ast.parse of them", lambda: timed(parsed, time.process_time), AUDIT)


@dataclass
class _Emulated:
    """One emulator with many names; started late, because it changes this process's environment."""

    stack: ExitStack
    token: str = ""

    def start(self) -> None:
        if self.token:
            return
        emulator = start_emulator(secrets=LISTED, apps=APPS)
        self.stack.callback(emulator.close)
        os.environ.update(emulator.environment)
        az = shutil.which("az")
        assert az
        asked = [
            az,
            "account",
            "get-access-token",
            "--output",
            "json",
            "--resource",
            "https://vault.azure.net",
        ]
        self.token = json.loads(subprocess.check_output(asked))["accessToken"]


def listing(stack: ExitStack) -> Measure:
    """All names of a vault in pages of 25, over the emulator on loopback."""
    emulated = _Emulated(stack)

    async def by_kvtui() -> float:
        signed_in = await sign_in(Settings(sign_in=SignInKind.AZURE_CLI))
        vault = open_vault(signed_in, VAULT)
        try:
            began = time.perf_counter()
            count = 0
            async for page in vault.names():
                count += len(page.items)
            assert count >= LISTED
            return time.perf_counter() - began
        finally:
            await vault.close()
            await signed_in.close()

    async def by_httpx() -> float:
        url = f"{VAULT.url}secrets?api-version=7.5&maxresults=25"
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {emulated.token}"}) as client:
            began = time.perf_counter()
            count = 0
            while url:
                page = (await client.get(url)).raise_for_status().json()
                count += len(page["value"])
                url = page.get("nextLink")
            assert count >= LISTED
            return time.perf_counter() - began

    def run(way: Callable[[], Coroutine[None, None, float]]) -> float:
        emulated.start()
        return asyncio.run(way())

    name = f"list {LISTED:,} names of a vault"
    return Measure(name, lambda: run(by_kvtui), "bare httpx", lambda: run(by_httpx), LISTING)


def searches(stack: ExitStack) -> Iterator[Measure]:
    """A first search in a directory of 20,000 apps: our CPU, and how long the loop stood still."""
    emulated = _Emulated(stack)

    async def search() -> tuple[float, float]:
        settings = Settings(sign_in=SignInKind.AZURE_CLI)
        signed_in = await sign_in(settings)
        directory = open_directory(signed_in, settings)
        gap = 0.0

        async def watch() -> None:
            nonlocal gap
            while True:
                before = time.perf_counter()
                await asyncio.sleep(0.001)
                gap = max(gap, time.perf_counter() - before)

        watching = asyncio.create_task(watch())
        try:
            began = time.process_time()
            found = [entry async for batch in directory.search("airflow").page() for entry in batch]
            spent = time.process_time() - began
            assert len(found) >= 25
            return spent, gap
        finally:
            watching.cancel()
            await directory.close()
            await signed_in.close()

    def run(which: int) -> float:
        emulated.start()
        preload()
        return asyncio.run(search())[which]

    name = f"first search of {APPS:,} apps"
    yield Measure(f"{name}: CPU", lambda: run(0), "the promise", lambda: PROMISED, 1.0)
    yield Measure(f"{name}: loop", lambda: run(1), "the promise", lambda: PROMISED, 1.0)
