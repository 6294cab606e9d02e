"""`python -m kvtui.emulator`: serves until its standard input closes or a signal ends it.

Prints one line of JSON when it is ready: the port, the authority's file, the control token and the
directory of the az stand-in.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from kvtui.emulator.azure import Azure
from kvtui.emulator.certificates import make_certificates
from kvtui.emulator.clouds import certificate_hosts
from kvtui.emulator.server import Server, Services

TOOLS = ("astro", "helm", "kubectl")
"""Programs of the demo's next steps, replaced so that nothing real is changed."""
_TOOL = """\
#!/bin/sh
echo "Demo: {name} was not run. It would have got these arguments:"
for word in "$@"; do echo "  $word"; done
"""
_AZ = '#!/bin/sh\nexec "{python}" -I -S "{script}" "{port}" "{token}" "{name}" "$@"\n'


async def _serve(services: Services, port: int, directory: Path) -> None:
    end = _end_of_work()
    token = secrets.token_urlsafe(32)
    ca_file, context = make_certificates(certificate_hosts(), directory)
    listener = await Server(services, context, token).listen(port)
    port = listener.sockets[0].getsockname()[1]
    ready = {
        "port": port,
        "ca_file": str(ca_file),
        "control_token": token,
        "az_directory": str(_write_az(directory, port, token)),
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    await end.wait()
    # Does not wait: clients may keep their connections open.
    listener.close()


def _write_az(directory: Path, port: int, token: str) -> Path:
    """The private directory that holds the executables `az` and `azd`, and tools that do nothing."""
    home = directory / "bin"
    home.mkdir(mode=0o700)
    script = Path(__file__).with_name("az.py")
    for name in ("az", "azd"):
        words = _AZ.format(python=sys.executable, script=script, port=port, token=token, name=name)
        _write_program(home / name, words)
    for name in TOOLS:
        _write_program(home / name, _TOOL.format(name=name))
    return home


def _write_program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o700)


def _end_of_work() -> asyncio.Event:
    """Is set when the parent process ends or a signal arrives."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, end.set)

    def watch_parent() -> None:
        while os.read(0, 4096):
            pass
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            loop.call_soon_threadsafe(end.set)

    # A thread, because a loop cannot watch every kind of file, such as /dev/null.
    threading.Thread(target=watch_parent, daemon=True).start()
    return end


def main(make: Callable[[int | None, int], Services] = Azure) -> None:
    """Runs what `make` returns for these numbers of secrets and apps, and cleans up."""
    parser = argparse.ArgumentParser(prog="python -m kvtui.emulator", description=__doc__)
    parser.add_argument("--secrets", type=int, help="how many secrets the production vault holds")
    parser.add_argument("--apps", type=int, default=0, help="how many apps there are besides the usual ones")
    parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1; 0 takes a free one")
    arguments = parser.parse_args()
    os.umask(0o077)
    directory = Path(tempfile.mkdtemp(prefix="kvtui-azure-"))
    try:
        asyncio.run(_serve(make(arguments.secrets, arguments.apps), arguments.port, directory))
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
