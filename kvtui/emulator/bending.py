"""What a fault makes of an answer."""

from __future__ import annotations

import json
import zlib
from typing import Any

from kvtui.emulator.clouds import service
from kvtui.emulator.faults import Fault, FaultKind
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.vault_answers import challenge_header, throttled

_CAPTIVE_PORTAL = (
    b"<!DOCTYPE html><html><head><title>Sign in to the network</title></head>"
    b"<body><form action='/login'><input name='user'></form></body></html>"
)


def bent(fault: Fault, request: Request, response: Response) -> Response:
    """The answer that is sent in place of `response`; faults of time and wire leave it as it is."""
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
        case _:
            return response


def _bomb() -> bytes:
    packer, mebibyte = zlib.compressobj(wbits=31), bytes(2**20)
    first, block = (packer.compress(mebibyte) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + 80 * block + packer.flush()  # its checksum is wrong, at the end of 80 MiB


def _status_answer(fault: Fault, request: Request) -> Response:
    found = service(request.host)
    if fault.status == 429 and found and found[0] == "vault":
        return throttled(fault.retry_after)
    headers = {"Retry_After": fault.retry_after} if fault.retry_after else {}
    error = {"code": "InjectedFault", "message": f"The embedded Azure was told to answer {fault.status}."}
    return answer_json(fault.status, {"error": error}, **headers)


def _with_next_link(response: Response, target: str) -> Response:
    content: dict[str, Any] = json.loads(response.body)
    content["@odata.nextLink" if "@odata.context" in content else "nextLink"] = target
    return answer_json(response.status, content)


def _foreign_challenge(fault: Fault, request: Request) -> Response:
    found = service(request.host)
    if found is None:
        return Response(401)
    error = {"code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer or PoP token."}
    header = challenge_header(fault.target, found[1], fault.resource)
    return answer_json(401, {"error": error}, WWW_Authenticate=header)
