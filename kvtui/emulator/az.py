"""Stand-ins for the Azure CLI and the Azure Developer CLI: a token for the demo's user, and nothing else.

Runs without the package around it (`python -I -S az.py PORT TOKEN az|azd …`), so that it answers immediately.
Without arguments it prints its version.
"""

from __future__ import annotations

import json
import socket
import sys
from urllib.parse import quote


def main(argv: list[str]) -> int:
    """`argv`: the emulator's port, its token, the program, its arguments. Returns the exit code."""
    port, token, program, *arguments = argv
    if program == "azd":
        return _azd(int(port), token, arguments)
    if arguments[:1] in (["version"], ["--version"]):
        sys.stdout.write('{"azure-cli": "2.91.0 (demo)"}\n')
        return 0
    if arguments[:2] != ["account", "get-access-token"]:
        sys.stderr.write("ERROR: the demo's az supports only 'az account get-access-token'.\n")
        return 2
    return _print_token(int(port), token, "az-token", arguments, "--resource", "--tenant")


def _azd(port: int, token: str, arguments: list[str]) -> int:
    """`azd auth token --output json --no-prompt --scope …`"""
    if arguments[:2] != ["auth", "token"]:
        sys.stderr.write("ERROR: the demo's azd supports only 'azd auth token'.\n")
        return 2
    return _print_token(port, token, "azd-token", arguments, "--resource", "--tenant-id")


def _print_token(port: int, token: str, what: str, arguments: list[str], resource: str, tenant: str) -> int:
    def option(name: str) -> str:
        return arguments[arguments.index(name) + 1] if name in arguments[:-1] else ""

    wanted = option(resource) or option("--scope").removesuffix("/.default")
    status, content = _ask(port, token, what, wanted, option(tenant))
    if status != 200:
        sys.stderr.write(f"ERROR: {content['error']}\n")
        return 1
    sys.stdout.write(json.dumps(content, indent=2) + "\n")
    return 0


def _ask(port: int, token: str, what: str, resource: str, tenant: str) -> tuple[int, dict[str, object]]:
    """The status and the content of the emulator's answer."""
    target = f"/_kvtui/{what}?resource={quote(resource, safe='')}&tenant={quote(tenant, safe='')}"
    head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nX-Kvtui-Control: {token}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=8) as connection:
        connection.sendall(head.encode())
        answer = connection.makefile("rb")
        status = int(answer.readline().split(b" ")[1])
        length = 0
        while line := answer.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, json.loads(answer.read(length))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
