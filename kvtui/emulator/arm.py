"""Resource Manager."""

from __future__ import annotations

from kvtui.emulator.clouds import Cloud
from kvtui.emulator.contents import Vault
from kvtui.emulator.directory import Directory
from kvtui.emulator.grants import Grants
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.tokens import Tokens


class ResourceManager:
    """Resource Manager."""

    def __init__(
        self, vaults: dict[str, Vault], directory: Directory, grants: Grants, tokens: Tokens
    ) -> None:
        pass

    def answer(self, request: Request, cloud: Cloud) -> Response:
        """Answers."""
        return answer_json(503, {})
