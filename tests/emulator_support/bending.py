"""What a fault makes of an answer, and of how it is sent."""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from kvtui.emulator.clouds import service
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.vault_answers import challenge_header, error
from tests.emulator_support.faults import Fault, FaultKind

_CAPTIVE_PORTAL = (
    b"<!DOCTYPE html><html><head><title>Sign in to the network</title></head>"
    b"<body><form action='/login'><input name='user'></form></body></html>"
)


def bent(fault: Fault, request: Request, response: Response) -> Response:
    """The answer that is sent in place of `response`; a delay leaves it as it is."""
    match fault.kind:
        case FaultKind.STATUS:
            return _status_answer(fault, request)
        case FaultKind.BAD_JSON:
            return Response(200, b'{"value": [{"id": "https', {"Content-Type": "application/json"})
        case FaultKind.BOMB:
            return Response(200, _bomb(), {"Content-Type": "application/json", "Content-Encoding": "gzip"})
        case FaultKind.HTML:
            return Response(200, _CAPTIVE_PORTAL, {"Content-Type": "text/html; charset=utf-8"})
        case FaultKind.BODY:
            return Response(fault.status, fault.body.encode(), {"Content-Type": fault.content_type})
        case FaultKind.REDIRECT:
            return Response(302, headers={"Location": fault.target})
        case FaultKind.FOREIGN_NEXT_LINK:
            return _with_next_link(response, fault.target)
        case FaultKind.FOREIGN_CHALLENGE:
            return _foreign_challenge(fault, request)
        case FaultKind.HANG:
            return Silence(0)
        case FaultKind.RESET | FaultKind.TRUNCATED | FaultKind.SLOW | FaultKind.DRIP | FaultKind.ENDLESS:
            return BadlySent(response.status, response.body, response.headers, fault)
        case _:
            return response


def _bomb() -> bytes:
    packer, mebibyte = zlib.compressobj(wbits=31), bytes(2**20)
    first, block = (packer.compress(mebibyte) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + 80 * block + packer.flush()  # its checksum is wrong, at the end of 80 MiB


def _status_answer(fault: Fault, request: Request) -> Response:
    found = service(request.host)
    headers = {"Retry_After": fault.retry_after} if fault.retry_after else {}
    if fault.status == 429 and found and found[0] == "vault":
        message = (
            "Request was not processed because too many requests were received. "
            "Reason: VaultRequestTypeLimitReached"
        )
        return error(429, "Throttled", message, **headers)
    content = {"code": "InjectedFault", "message": f"An injected fault answers {fault.status}."}
    return answer_json(fault.status, {"error": content}, **headers)


def _with_next_link(response: Response, target: str) -> Response:
    content: dict[str, Any] = json.loads(response.body)
    content["@odata.nextLink" if "@odata.context" in content else "nextLink"] = target
    return answer_json(response.status, content)


def _foreign_challenge(fault: Fault, request: Request) -> Response:
    found = service(request.host)
    if found is None:
        return Response(401)
    content = {"code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer or PoP token."}
    header = challenge_header(fault.target, found[1], fault.resource)
    return answer_json(401, {"error": content}, WWW_Authenticate=header)


@dataclass
class Silence(Response):
    """No answer until the client gives up."""

    async def send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Stays silent."""
        while await reader.read(4096):
            pass
        return False


@dataclass
class BadlySent(Response):
    """An answer that is sent slowly, by half or without an end."""

    fault: Fault = field(default_factory=lambda: Fault(FaultKind.TRUNCATED))

    async def send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """True when the connection stays open all the same."""
        kind = self.fault.kind
        if kind in (FaultKind.SLOW, FaultKind.DRIP):
            head, body = self.head(), self.body
            at_once, dripped = (head, body) if kind is FaultKind.SLOW else (b"", head + body)
            writer.write(at_once)
            for byte in dripped:
                writer.write(bytes((byte,)))
                await writer.drain()
                await asyncio.sleep(self.fault.seconds)
            return True
        if kind is FaultKind.ENDLESS:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
            while True:  # until the client goes, which the loop notices only when it gets its turn
                writer.write(b" " * 65_536)
                await writer.drain()
                await asyncio.sleep(0)
        writer.write(self.head() + self.body[: len(self.body) // 2])
        await writer.drain()
        if kind is FaultKind.RESET:
            writer.transport.abort()
        return False
