"""Microsoft Graph v1.0."""

from __future__ import annotations

from kvtui.emulator.clouds import Cloud
from kvtui.emulator.directory import Directory
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.tokens import Tokens


class Graph:
    """Graph."""

    def __init__(self, directory: Directory, tokens: Tokens) -> None:
        pass

    def answer(self, request: Request, cloud: Cloud) -> Response:
        """Answers."""
        return answer_json(503, {})
