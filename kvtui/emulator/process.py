"""Starts the embedded Azure as a child process that ends with its parent, and speaks with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from kvtui.emulator.faults import Fault, RequestRecord, Scenario, value_requests

__all__ = ["EmulatorError", "EmulatorProcess", "start_emulator", "value_requests"]


class EmulatorError(Exception):
    """The embedded Azure did not start, or has gone."""


class EmulatorProcess:
    """One running embedded Azure. Use it as a context manager, or call `close`."""

    def __init__(self, process: subprocess.Popen[bytes], ready: dict[str, Any]) -> None:
        self._process = process
        self._port: int = ready["port"]
        self._token: str = ready["control_token"]
        self._scenario = Scenario()
        self.ca_file = Path(ready["ca_file"])
        """The certificate of its authority."""
        self.az_directory = Path(ready["az_directory"])
        """Holds the az stand-in."""

    @property
    def environment(self) -> dict[str, str]:
        """What points a program at it, for `os.environ`. Both cases: urllib prefers the lower one."""
        proxy = f"http://127.0.0.1:{self._port}"
        path = os.environ.get("PATH", os.defpath)
        if not path.startswith(f"{self.az_directory}{os.pathsep}"):
            path = f"{self.az_directory}{os.pathsep}{path}"
        return {
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "HTTP_PROXY": proxy,
            "http_proxy": proxy,
            "ALL_PROXY": "",
            "all_proxy": "",
            "NO_PROXY": "",
            "no_proxy": "",
            # the metadata service is never asked through a proxy, so its address is moved here
            "AZURE_POD_IDENTITY_AUTHORITY_HOST": proxy,
            "SSL_CERT_FILE": str(self.ca_file),
            "REQUESTS_CA_BUNDLE": str(self.ca_file),
            "PATH": path,
        }

    def log(self) -> list[RequestRecord]:
        """Every request since the start or the last `clear_log`, in order; CONNECTs too."""
        return [RequestRecord(**record) for record in self._control("GET", "log")]

    def clear_log(self) -> None:
        """Forgets all requests."""
        self._control("DELETE", "log")

    def inject(self, fault: Fault) -> None:
        """Puts a fault in the way of the requests that it matches."""
        self._control("POST", "faults", asdict(fault))

    def clear_faults(self) -> None:
        """Takes all faults away."""
        self._control("DELETE", "faults")

    def set_scenario(self, **changes: Any) -> None:
        """Changes fields of the `Scenario`, for instance `az_user=""`."""
        self._scenario = replace(self._scenario, **changes)
        self._control("POST", "scenario", asdict(self._scenario))

    def add_vault(
        self, name: str, secrets: Mapping[str, str | Mapping[str, Any]], readers: Sequence[str]
    ) -> None:
        """A vault of one's own: each secret is its value, or fields of `contents.Secret`.

        `readers` are the client ids that may get and list; the demo's other principals may not.
        """
        full = {key: {"value": text} if isinstance(text, str) else text for key, text in secrets.items()}
        self._control("POST", "vault", {"name": name, "secrets": full, "readers": list(readers)})

    def reset(self) -> None:
        """Nothing changed, no log, no faults, the usual scenario."""
        self._control("DELETE", "changes")
        self.clear_log()
        self.clear_faults()
        self._scenario = Scenario()
        self.set_scenario()

    def close(self) -> None:
        """Ends it and waits until it has cleaned up. May be called twice."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def __enter__(self) -> EmulatorProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _control(self, method: str, what: str, content: object = None) -> Any:
        from http.client import HTTPConnection, HTTPException

        connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        body = None if content is None else json.dumps(content)
        try:
            connection.request(method, f"/_kvtui/{what}", body, {"X-Kvtui-Control": self._token})
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, HTTPException) as error:
            raise EmulatorError("The embedded Azure does not answer any more.") from error
        finally:
            connection.close()
        if response.status != 200:
            raise EmulatorError(str(answer))
        return answer


def start_emulator(*, secrets: int | None = None, apps: int = 0) -> EmulatorProcess:
    """Starts it and waits until it is ready, some 0.3 s.

    `secrets`: how many the production vault holds; `apps`: how many apps there are besides the usual ones.

    Raises `EmulatorError` when it does not come up.
    """
    command = [sys.executable, "-P", "-m", "kvtui.emulator"]
    if secrets is not None:
        command += ["--secrets", str(secrets)]
    if apps:
        command += ["--apps", str(apps)]
    package = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": package}
    process = subprocess.Popen(  # noqa: S603 - our own module, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        process.wait()
        raise EmulatorError(f"The embedded Azure did not start (exit code {process.returncode}).")
    return EmulatorProcess(process, json.loads(line))
