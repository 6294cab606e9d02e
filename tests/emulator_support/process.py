"""Starts the embedded Azure that tests can put faults into, and speaks with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kvtui.emulator.process import EmulatorError, launch
from kvtui.emulator.process import EmulatorProcess as _Process
from kvtui.emulator.scenario import Scenario
from tests.emulator_support.faults import Fault, RequestRecord, value_requests

__all__ = ["EmulatorError", "EmulatorProcess", "start_emulator", "value_requests"]


class EmulatorProcess(_Process):
    """One running embedded Azure for tests."""

    def log(self) -> list[RequestRecord]:
        """Every request since the start or the last `clear_log`, in order; CONNECTs too."""
        return [RequestRecord(**record) for record in self.control("GET", "log")]

    def clear_log(self) -> None:
        """Forgets all requests."""
        self.control("DELETE", "log")

    def inject(self, fault: Fault) -> None:
        """Puts a fault in the way of the requests that it matches."""
        self.control("POST", "faults", asdict(fault))

    def clear_faults(self) -> None:
        """Takes all faults away."""
        self.control("DELETE", "faults")

    def add_vault(
        self, name: str, secrets: Mapping[str, str | Mapping[str, Any]], readers: Sequence[str]
    ) -> None:
        """A vault of one's own: each secret is its value, or fields of `contents.Secret`.

        `readers` are the client IDs that may get and list; the demo's other principals may not.
        """
        full = {key: {"value": text} if isinstance(text, str) else text for key, text in secrets.items()}
        self.control("POST", "vault", {"name": name, "secrets": full, "readers": list(readers)})

    def reset(self) -> None:
        """Nothing changed, no log, no faults, the usual scenario."""
        self.control("DELETE", "changes")
        self.clear_log()
        self.clear_faults()
        self.set_scenario(**asdict(Scenario()))


def start_emulator(*, secrets: int | None = None, apps: int = 0) -> EmulatorProcess:
    """As `kvtui.emulator.process.start_emulator`."""
    return EmulatorProcess(*launch("tests.emulator_support", secrets, apps))
