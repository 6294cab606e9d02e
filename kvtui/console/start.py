"""What the console begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kvtui.console.terminal.surroundings import Ascii
from kvtui.settings.model import Settings


@dataclass(frozen=True, slots=True)
class ConsoleStart:
    """Everything that the command line, the environment and the files say before the first frame."""

    settings: Settings = field(default_factory=Settings)
    origins: Mapping[str, str] = field(default_factory=dict)
    """Every field of `Settings` to where its value came from: `--vault-url`, `.env`, `default`, …"""
    notices: tuple[str, ...] = ()
    """What the user should know about the settings, one sentence each."""
    project_directory: Path = Path()
    """The Astro project; in the demo, a copy that is deleted at the end."""
    theme: str = ""
    """Empty: the console's own choice."""
    ascii: Ascii = Ascii.AUTO
    """When borders and marks are drawn in ASCII."""
    mouse: bool = True
    remember: Callable[[Settings], None] | None = None
    """Keeps vault and target for the next start; blocks, and raises `ProblemError`. None: nothing is kept."""
    allow_changes: bool = False
    """Whether the console may change things in Azure, each after a dialog."""
    from_files: bool = False
    """Pane 4 begins with the files on disk, not with the settings."""
    demo: bool = False
    start_demo: Callable[[], None] | None = None
    """Starts the embedded Azure and points this process at it. Blocks, so call it in a thread, after the
    first frame and before anything is asked of Azure; raises `ProblemError`. None outside the demo."""
