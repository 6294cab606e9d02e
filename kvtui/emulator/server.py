"""The wires: one loopback port that is an HTTP proxy, ends TLS for Azure's hosts, and answers for them."""

from __future__ import annotations

import asyncio
import json
import ssl
from dataclasses import replace
from typing import Any

from kvtui.emulator import control
from kvtui.emulator.azure import Azure
from kvtui.emulator.clouds import service
from kvtui.emulator.faults import Fault, FaultKind, RequestRecord
from kvtui.emulator.http import (
    HEAD_LIMIT,
    BadRequestError,
    Request,
    Response,
    answer_json,
    host_of,
    read_request,
)
from kvtui.emulator.keyvault import challenge_header, throttled

_CAPTIVE_PORTAL = (
    b"<!DOCTYPE html><html><head><title>Sign in to the network</title></head>"
    b"<body><form action='/login'><input name='user'></form></body></html>"
)


class Server:
    """Answers connections until its task is cancelled."""

    def __init__(self, azure: Azure, context: ssl.SSLContext, control_token: str) -> None:
        self._azure = azure
        self._context = context
        self._control_token = control_token

    async def listen(self, port: int) -> asyncio.Server:
        """Opens the port on 127.0.0.1; 0 takes any free one."""
        return await asyncio.start_server(self._serve, "127.0.0.1", port, limit=HEAD_LIMIT)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._converse(reader, writer)
        except BadRequestError:
            writer.write(Response(400, headers={"Connection": "close"}).head())
        except (OSError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        origin = ""
        while request := await read_request(reader, origin):
            if request.method == "CONNECT":
                if origin or not await self._tunnel(request, writer):
                    return
                origin = host_of(request.raw_query)
            elif not await self._exchange(request, writer, tunnelled=bool(origin)):
                return

    async def _tunnel(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answers a CONNECT; True when TLS has begun."""
        status = self._azure.admits(request.host)
        fault = self._azure.fault_for(request) if status == 200 else None
        if fault is not None:
            status = await self._tunnel_fault(fault)
        self._azure.note(RequestRecord("CONNECT", request.host, "", "", status, ""))
        if status != 200:
            writer.write(Response(status, headers={"Connection": "close"}).head())
            await writer.drain()
            return False
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await writer.start_tls(self._context, ssl_handshake_timeout=30)
        return True

    async def _tunnel_fault(self, fault: Fault) -> int:
        if fault.kind is FaultKind.HANG:
            await asyncio.Event().wait()
        if fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.seconds)
        return fault.status if fault.kind is FaultKind.STATUS else 200

    async def _exchange(self, request: Request, writer: asyncio.StreamWriter, *, tunnelled: bool) -> bool:
        """Answers one request; True when the connection stays open."""
        if not tunnelled and request.path.startswith(control.PREFIX):
            await self._send(writer, control.answer(self._azure, request, self._control_token))
            return True
        if not tunnelled and service(request.host) is not None:
            await self._send(writer, Response(403, b"Only https is answered for this host."))
            return True
        record = RequestRecord(request.method, request.host, request.path, request.raw_query, 0, "")
        number = self._azure.note(record)
        fault = self._azure.fault_for(request)
        response = self._azure.answer(request)
        if fault is not None:
            response = await self._bent(fault, request, response)
        if number in self._azure.log:
            self._azure.log[number] = replace(record, status=response.status, as_whom=request.as_whom)
        if fault is not None and fault.kind in (FaultKind.RESET, FaultKind.TRUNCATED, FaultKind.SLOW):
            return await _send_broken(writer, response, fault)
        await self._send(writer, response)
        return request.headers.get("connection", "").lower() != "close"

    async def _send(self, writer: asyncio.StreamWriter, response: Response) -> None:
        writer.write(response.head() + response.body)
        await writer.drain()

    async def _bent(self, fault: Fault, request: Request, response: Response) -> Response:
        """What the fault makes of an answer."""
        match fault.kind:
            case FaultKind.DELAY:
                await asyncio.sleep(fault.seconds)
            case FaultKind.HANG:
                await asyncio.Event().wait()
            case FaultKind.STATUS:
                return _status_answer(fault, request)
            case FaultKind.BAD_JSON:
                return Response(200, b'{"value": [{"id": "https', {"Content-Type": "application/json"})
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
                pass
        return response


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


async def _send_broken(writer: asyncio.StreamWriter, response: Response, fault: Fault) -> bool:
    """Sends an answer badly; True when the connection stays open all the same."""
    if fault.kind is FaultKind.SLOW:
        writer.write(response.head())
        for byte in response.body:
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(fault.seconds)
        return True
    writer.write(response.head() + response.body[: len(response.body) // 2])
    await writer.drain()
    if fault.kind is FaultKind.RESET:
        writer.transport.abort()
    return False
