"""Hardening of the whole process: no core dumps, no tracebacks, signals as exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import TextIO

from kvtui.app.exits import Exit, exit_of
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.report import print_problem, to_stderr

_PR_SET_DUMPABLE = 4


def guarded(run: Callable[[], int]) -> int:
    """Runs a front end and returns the process's exit code, whatever happens in it.

    A `ProblemError` is printed as it is. Of a defect only an id and its class are printed: a message or a
    local variable could hold a secret.
    """
    _open_streams()
    harden_process()
    _install_hooks()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end_by_signal)
    try:
        code = run()
        sys.stdout.flush()
        return code
    except ProblemError as error:
        from kvtui.headless.remedies import worded_problem

        print_problem(worded_problem(error.problem))
        return exit_of(error.problem)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else Exit.DEFECT
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:
        if isinstance(error, OSError) and _stdout_is_broken():
            _redirect_to_devnull(sys.stdout)
            print_problem(_not_delivered(error))
            return Exit.NOT_WRITTEN
        report_defect(error)
        return Exit.DEFECT


def report_defect(error: BaseException, where: str = "") -> str:
    """Prints and returns the report of a defect: an id, the class, and the places in kvtui, nothing else."""
    places = " < ".join(_places(error.__traceback__)) or "outside kvtui"
    number = os.urandom(4).hex()
    text = f"kvtui crashed ({type(error).__name__}{where}, report {number}). This is a defect in kvtui."
    to_stderr(f"kvtui: {text}\n  at {places}\n  Please report these lines. They contain no secret.")
    return number


def harden_process() -> None:
    """Disables core files, and on Linux reading of this process's memory and environment by the same user.

    It does not protect against root.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _open_streams() -> None:
    """Opens streams that were closed before the start (`>&-`) on /dev/null.

    Otherwise the next opened file would get the stream's number, and output would be written into it. A
    closed pipe (`| head`) does not end the command: it continues, and its exit code is its result.
    """
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115, PTH123
        elif name != "stdin":
            setattr(sys, name, _without_reader(stream))


class _Stream(io.TextIOWrapper):
    """A text stream that drops output to a closed pipe instead of raising.

    The interpreter does the writing: a signal cannot interrupt it between a write and its record, which would
    print a line twice at the end.
    """

    def write(self, text: str, /) -> int:
        """As `TextIOWrapper.write`."""
        try:
            return super().write(text)
        except BrokenPipeError:
            _redirect_to_devnull(self)
            return len(text)

    def flush(self) -> None:
        """As `TextIOWrapper.flush`."""
        try:
            super().flush()
        except BrokenPipeError:
            _redirect_to_devnull(self)
            super().flush()


def _without_reader(stream: TextIO) -> TextIO:
    """The same stream, ignoring a closed pipe; `stream` itself if it has no file descriptor.

    An unbuffered one (`PYTHONUNBUFFERED`) prints each line at once.
    """
    try:
        file = io.FileIO(stream.fileno(), "w", closefd=False)
    except (OSError, ValueError):
        return stream
    return _Stream(
        io.BufferedWriter(file),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=any(getattr(stream, name, False) for name in ("line_buffering", "write_through")),
    )


def _install_hooks() -> None:
    import threading

    def on_exception(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:  # pragma: no cover - the interpreter calls it when no frame of kvtui is left
        report_defect(error)

    def on_thread_exception(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
            report_defect(arguments.exc_value, " in a thread")

    def on_unraisable(arguments: object) -> None:
        error = getattr(arguments, "exc_value", None)
        if isinstance(error, BaseException):
            report_defect(error, " while cleaning up")

    sys.excepthook = on_exception
    threading.excepthook = on_thread_exception
    sys.unraisablehook = on_unraisable


def _end_by_signal(number: int, frame: FrameType | None) -> None:
    """Unwinds, so that a half-written temporary file is removed and the embedded Azure ends."""
    raise SystemExit(128 + number)


def _places(trace: TracebackType | None) -> list[str]:
    """`headless/export.py:41`, the innermost first, of the frames that are kvtui's."""
    package = __file__.removesuffix("cli/hardening.py")
    places: list[str] = []
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(package):
            places.append(f"{name.removeprefix(package)}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[::-1][:4]


def _stdout_is_broken() -> bool:
    try:
        if sys.stdout:
            sys.stdout.flush()
    except (OSError, ValueError):
        return True
    return False


def _not_delivered(error: OSError) -> Problem:
    return Problem(
        what=f"The output could not be written to stdout: {error.strerror}.",
        remedy="Write to a place with free space.",
        kind=ProblemKind.NOT_WRITTEN,
    )


def _redirect_to_devnull(stream: TextIO) -> None:
    """Later writes to the stream, such as the interpreter's last flush, no longer fail."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
