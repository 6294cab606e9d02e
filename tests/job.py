"""The main job, by keys on a terminal of 80x24: choose an app, give its secret, look up, write the files."""

from __future__ import annotations

from tests.benchmarks.terminal import Terminal

PATIENCE = 60.0
"""Seconds for what has no time of its own, on a machine with other work."""
_DOWN_TO_THE_CLIENT_SECRET = "\x1b[B" * 9


def shows(terminal: Terminal, *texts: str, seconds: float = PATIENCE) -> None:
    """Waits until all the texts are on the screen together; fails with the screen."""
    assert terminal.wait_for(lambda t: all(text in t.text() for text in texts), seconds), terminal.text()


def press(terminal: Terminal, keys: str, *texts: str) -> None:
    """Types keys and waits until the texts are on the screen."""
    terminal.type(keys.encode())
    shows(terminal, *texts)


def ends(terminal: Terminal, seconds: float = PATIENCE) -> int | None:
    """Waits for the program's end; its exit code. Fails with the screen."""
    terminal.wait_for(lambda t: t.exit_code is not None, seconds)
    assert terminal.exit_code is not None, terminal.text()
    return terminal.exit_code


def do_the_job(terminal: Terminal) -> None:
    """From the first frame to the checklist, on the demo's company and sample project.

    Fails with the screen.
    """
    shows(terminal, "1 Setup", "ana@contoso.com")
    press(terminal, "2", "Feature Store")
    press(terminal, "/astro-prod", "1 app or identity")
    press(terminal, "\r", "Enter use this")
    press(terminal, "\r", "identity: astro-prod")
    press(terminal, "1", "Client ID          astro-prod", "not set")
    press(terminal, f"{_DOWN_TO_THE_CLIENT_SECRET}\r", "Enter save")
    press(terminal, "@demo-secrets/astro-prod\r", "Client secret      ••••")
    press(terminal, "4\r", "Enter ask the vault")
    press(terminal, "api_base_url\r", "The task gets", "as astro-prod (deployment identity)")
    press(terminal, "w", "w writes .env and requirements.txt")
    press(terminal, "w", ".env was written and verified")
    press(terminal, "6c", "12/15 passed, 2 warnings, 1 not checked")
