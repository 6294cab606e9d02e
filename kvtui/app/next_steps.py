"""Runs a next step on this terminal: what prevents it, the program itself, and its result.

The program is started from an argument list, without a shell, in the project's directory, with control of the
terminal. Its output is not kept.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kvtui.app.files import plan_files, write_files
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import sanitized
from kvtui.outputs.model import NextStep, Plan, words
from kvtui.outputs.next_steps import DEPLOY_ENV, MISSING
from kvtui.project.files import read_file
from kvtui.project.model import Project
from kvtui.settings.model import Settings

STOP_SECONDS = 2.0
"""Seconds that a program has to end when kvtui itself is ended."""
POLL = 0.2


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    program: str
    code: int
    """Its exit code; negative: the signal that ended it."""
    seconds: float
    never_began: str = ""
    """Why it could not be started, as the system reports it."""
    stand_in: bool = False
    """It was the demo's program of that name, which does nothing."""

    @property
    def well(self) -> bool:
        """Whether it exited with 0; the demo's programs have nothing to do."""
        return (self.code == 0 or self.stand_in) and not self.never_began

    def sentence(self) -> str:
        """`astro finished (exit 0, 12 s).`"""
        if self.never_began:
            return f"{self.program} could not be started: {self.never_began}."
        if self.stand_in:
            return f"The demo does not run {self.program}."
        took = f"{self.seconds:.0f} s"
        if self.code < 0:
            return f"{self.program} was stopped by {signal.Signals(-self.code).name} after {took}."
        return f"{self.program} {'finished' if self.well else 'failed'} (exit {self.code}, {took})."


def obstacle(step: NextStep, plan: Plan) -> str:
    """Why the step cannot be run now, one sentence with what to do; empty if it can.

    A command whose file is missing, or differs from the settings, is stopped here: the Astro CLI exits with 0
    when it cannot read the file that `--env` names. Reads the disk; `ProblemError` (usage) where a file
    cannot be read.
    """
    if not step.command:
        return "This step has no command: follow its text."
    if step.placeholders:
        missing = [MISSING.get(each, each.strip("<>")) for each in step.placeholders]
        return f"Not known yet: {', '.join(missing)}."
    program = words(step.command)[0]
    if not step.by_kvtui and shutil.which(program) is None:
        return Remedy(Do.COPY_COMMAND, f"{program} is not on PATH here: {HOW}.")
    afters = {planned.path: planned.after for planned in plan.files}
    for path in step.needs:
        text = read_file(path).text
        if text is None:
            if path in afters:
                return Remedy(Do.WRITE_FILE, f"There is no {path.name} yet: {HOW}.")
            return f"There is no {path.name} yet: run the step that writes it first."
        if text != afters.get(path, text):
            sentence = f"{path.name} differs from the settings: review the diff, then write it {HOW}."
            return Remedy(Do.WRITE_DIFFERENCE, sentence)
    return ""


def write_for_deployment(settings: Settings, project: Project) -> Ended:
    """What `kvtui --export env -o deploy.env` does. Raises `ProblemError`."""
    write_files(plan_files(settings, project, "env", project.directory / DEPLOY_ENV).files, settings)
    return Ended("kvtui", 0, 0.0)


class Run:
    """One program on the terminal. `on_terminal` blocks: call it in a thread; `stop` ends it from outside.

    `stand_in`: the demo runs, in which programs do nothing.
    """

    def __init__(self, command: str, directory: Path, *, stand_in: bool = False) -> None:
        self._argv = words(command)
        self._command = command
        self._directory = directory
        self._stand_in = stand_in
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()

    def on_terminal(self) -> Ended:
        """Shows the command, runs it, prints its result, and waits for a key."""
        _print(f"\n$ {sanitized(self._command, 2000)}\n\n")
        ended = self._run()
        _print(f"\n{ended.sentence()} Press a key to go back to kvtui.")
        self._wait_for_key()
        _print("\n")
        return ended

    def stop(self) -> None:
        """Ends the program, because kvtui ends."""
        self._stopped.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            if process.poll() is None:
                process.kill()

    def _run(self) -> Ended:
        began = time.monotonic()
        try:
            self._process = subprocess.Popen(self._argv, cwd=self._directory)  # noqa: S603 - shown and asked
        except OSError as error:
            return Ended(self._argv[0], 127, 0.0, (error.strerror or "unknown").lower())
        code = self._process.wait()
        return Ended(self._argv[0], code, time.monotonic() - began, stand_in=self._stand_in)

    def _wait_for_key(self) -> None:
        """Waits for one key; what was typed before is ignored."""
        import termios
        import tty

        try:
            terminal = sys.__stdin__.fileno() if sys.__stdin__ else -1
            before = termios.tcgetattr(terminal)
        except (OSError, ValueError, termios.error):
            return
        try:
            tty.setcbreak(terminal, termios.TCSAFLUSH)
            while not self._stopped.is_set():
                if select.select([terminal], [], [], POLL)[0]:
                    os.read(terminal, 64)
                    return
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _print(text: str) -> None:
    if sys.__stdout__ is not None:
        sys.__stdout__.write(text)
        sys.__stdout__.flush()
