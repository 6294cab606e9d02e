"""The console's name for `next_steps`, until it uses that one."""

from kvtui.app.next_steps import Ended, Run, obstacle

__all__ = ["Ended", "Run", "obstacle"]
