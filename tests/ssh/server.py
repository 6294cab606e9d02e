"""An SSH server of one's own on a loopback port, and what is run through it."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from tests.benchmarks.terminal import Terminal

PROGRAMS = {
    "sshd": "openssh-server",
    "ssh": "openssh-client",
    "tmux": "tmux",
    "screen": "screen",
    "localedef": "libc-bin",
}
"""What these tests run, with Debian's package of each."""
LOCALES = Path("/usr/share/i18n/locales/de_DE")
"""What the locale that is not UTF-8 is made of."""
_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"
_CONFIG = """\
ListenAddress 127.0.0.1:{port}
HostKey {place}/host
AuthorizedKeysFile {place}/user.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
LogLevel ERROR
"""


def found(program: str) -> str | None:
    """The path of a program, looked for in the administrator's directories too."""
    return shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:{_SBIN}")


def missing() -> list[str]:
    """The packages of what is not here."""
    lacking = [package for program, package in PROGRAMS.items() if not found(program)]
    return lacking if LOCALES.exists() else [*lacking, "locales"]


class SshServer:
    """A running sshd that lets this user in by a key; all its files are in `place`. A context manager."""

    def __init__(self, place: Path) -> None:
        self._place = place
        for name in ("host", "user"):
            words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(place / name)]
            subprocess.run(words, check=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        (place / "config").write_text(_CONFIG.format(port=self.port, place=place))
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where root's sshd locks itself in
        log = ["-E", str(place / "log")]
        self._process = subprocess.Popen([str(found("sshd")), "-D", "-f", str(place / "config"), *log])
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        log = (self._place / "log").read_text()
        raise RuntimeError(f"sshd does not listen: {log}")

    def __enter__(self) -> SshServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)

    def argv(self, command: str, *, terminal: bool, port: int | None = None) -> list[str]:
        """The words of `ssh` that run `command` there; through another port, where a relay listens."""
        options = (
            *("IdentitiesOnly=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null"),
            *("LogLevel=ERROR", "ControlPath=none", "ServerAliveInterval=0"),
        )
        given = [word for option in options for word in ("-o", option)]
        user = pwd.getpwuid(os.geteuid()).pw_name
        return [
            *("ssh", "-F", "none", "-i", str(self._place / "user"), *given),
            *("-tt" if terminal else "-T", "-p", str(port or self.port), f"{user}@127.0.0.1", command),
        ]


class Host:
    """A host behind SSH with a home of its own for one test."""

    def __init__(self, server: SshServer, home: Path) -> None:
        self._server = server
        self.home = home
        self.environment = {
            "HOME": str(home),
            "PATH": os.environ.get("PATH", os.defpath),
            "TMPDIR": str(home / "tmp"),
            "LANG": "C.UTF-8",
            "SHELL": "/bin/sh",
        }
        (home / "tmp").mkdir(parents=True)

    def line(self, *words: str | Path, **variables: str) -> str:
        """A shell line that runs `words` with this host's environment and what sshd says of the terminal."""
        kept = [f'{name}="${name}"' for name in ("TERM", "SSH_CONNECTION", "SSH_TTY")]
        given = [f"{name}={shlex.quote(value)}" for name, value in {**self.environment, **variables}.items()]
        command = shlex.join([str(word) for word in words])
        return f"cd {shlex.quote(str(self.home))} && exec env -i {' '.join([*kept, *given])} {command}"

    def run(self, *words: str | Path, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """`ssh host words`, without a terminal, to its end."""
        argv = self._server.argv(self.line(*words, **variables), terminal=False)
        return subprocess.run(argv, input=typed, capture_output=True, text=True, timeout=90)

    def open(
        self,
        *words: str | Path,
        size: tuple[int, int] = (80, 24),
        port: int | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Terminal:
        """`ssh -t host words` on a terminal of `size`."""
        argv: Sequence[str] = self._server.argv(
            self.line(*words, **(variables or {})), terminal=True, port=port
        )
        return Terminal(argv, columns=size[0], rows=size[1])

    def processes(self, words: str) -> list[int]:
        """The processes of this host whose command line or environment holds its home and `words`."""
        return [pid for pid in _all() if _belongs(pid, str(self.home)) and words in _command(pid)]

    def files_with(self, *texts: str) -> list[Path]:
        """The files below its home that hold one of the texts."""
        files = [path for path in self.home.rglob("*") if path.is_file() and not path.is_symlink()]
        return [path for path in files if any(text.encode() in path.read_bytes() for text in texts)]


def _all() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _belongs(pid: int, home: str) -> bool:
    try:
        return f"HOME={home}\0".encode() in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""
