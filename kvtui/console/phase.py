"""How far something that takes time has come."""

from enum import Enum, auto


class Phase(Enum):
    """How far something that takes time has come."""

    IDLE = auto()
    BUSY = auto()
    DONE = auto()
    STOPPED = auto()
    FAILED = auto()
