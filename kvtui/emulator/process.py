"""Starts the embedded Azure as a child process that ends with its parent, and sends it requests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self


class EmulatorError(Exception):
    """The embedded Azure did not start, or has ended."""


class EmulatorProcess:
    """One running embedded Azure. Use it as a context manager, or call `close`."""

    def __init__(self, process: subprocess.Popen[bytes], ready: dict[str, Any]) -> None:
        self._process = process
        self._port: int = ready["port"]
        self._token: str = ready["control_token"]
        self.ca_file = Path(ready["ca_file"])
        """The certificate of its authority."""
        self.az_directory = Path(ready["az_directory"])
        """The directory of the az stand-in."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a program at it, for `os.environ`.

        Both cases: urllib prefers the lower one.
        """
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

    def set_scenario(self, **changes: Any) -> None:
        """Changes fields of `scenario.Scenario`, for instance `az_user=""`."""
        self.control("POST", "scenario", changes)

    def close(self) -> None:
        """Stops it and waits until it has cleaned up. May be called twice."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def control(self, method: str, what: str, content: object = None) -> Any:
        """What it answers on its control path. Raises `EmulatorError`."""
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
    """Starts it and waits until it is ready, some 0.3 s. Raises `EmulatorError` when it does not come up.

    `secrets`: how many the production vault holds; `apps`: how many apps there are besides the usual ones.
    """
    return EmulatorProcess(*launch("kvtui.emulator", secrets, apps))


def launch(module: str, secrets: int | None, apps: int) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Runs a module that serves an embedded Azure; the process and what it says when it is ready."""
    command = [sys.executable, "-P", "-m", module, "--apps", str(apps)]
    if secrets is not None:
        command += ["--secrets", str(secrets)]
    package = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(  # noqa: S603 - a module of kvtui, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": package},
        start_new_session=True,
    )
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        process.wait()
        raise EmulatorError(f"The embedded Azure did not start (exit code {process.returncode}).")
    return process, json.loads(line)
