"""The wires: one loopback port that is an HTTP proxy, ends TLS for Azure's hosts, and answers for them."""

from __future__ import annotations

import asyncio
import ssl
import traceback
from dataclasses import replace

from kvtui.emulator import control, metadata
from kvtui.emulator.azure import Azure
from kvtui.emulator.bending import bent
from kvtui.emulator.clouds import METADATA_HOST, service
from kvtui.emulator.faults import Fault, FaultKind, RequestRecord
from kvtui.emulator.http import HEAD_LIMIT, BadRequestError, Request, Response, answer_json, read_request

BADLY_SENT = (FaultKind.RESET, FaultKind.TRUNCATED, FaultKind.SLOW, FaultKind.DRIP, FaultKind.ENDLESS)
"""The faults of how an answer is sent."""


class Server:
    """Answers every connection to its port."""

    def __init__(self, azure: Azure, context: ssl.SSLContext, control_token: str) -> None:
        self.azure = azure
        self.context = context
        self.control_token = control_token

    async def listen(self, port: int) -> asyncio.Server:
        """Opens the port on 127.0.0.1; 0 takes any free one."""
        return await asyncio.start_server(self._serve, "127.0.0.1", port, limit=HEAD_LIMIT)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Connection(self, reader, writer).converse()
        except BadRequestError:
            writer.write(Response(400, headers={"Connection": "close"}).head())
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has gone, or does not trust the certificate
        finally:
            writer.close()


class _Connection:
    """One client: plain at first, inside TLS after a CONNECT."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._azure = server.azure
        self._reader = reader
        self._writer = writer
        self._origin = ""
        """The host that the tunnel leads to; empty on the plain port."""

    async def converse(self) -> None:
        """Answers until either side ends."""
        stays = True
        while stays and (request := await read_request(self._reader, self._origin)):
            if request.method == "CONNECT":
                stays = not self._origin and await self._tunnel(request)
            elif self._origin or self._proxied(request):
                stays = await self._exchange(request)
            else:
                stays = await self._send(self._plain(request))

    async def _tunnel(self, request: Request) -> bool:
        """Answers a CONNECT; True when TLS has begun."""
        status = self._azure.admits(request.host)
        fault = self._azure.fault_for(request) if status == 200 else None
        if fault is not None and fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.seconds)
        elif fault is not None:
            status = fault.status
        self._azure.note(RequestRecord("CONNECT", request.host, "", "", status, ""))
        if status != 200:
            await self._send(Response(status, headers={"Connection": "close"}))
            return False
        self._writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._writer.drain()
        await self._writer.start_tls(self._server.context, ssl_handshake_timeout=30)
        self._origin = request.host
        return True

    def _proxied(self, request: Request) -> bool:
        """Whether a plain request is for a host that answers plain HTTP, or for none of ours.

        The metadata service is asked directly, at this port: the request then gets its host's name.
        """
        if request.path.startswith(metadata.PATH):
            request.host = METADATA_HOST
        return not request.path.startswith(control.PREFIX) and service(request.host) is None

    def _plain(self, request: Request) -> Response:
        if request.path.startswith(control.PREFIX):
            return control.answer(self._azure, request, self._server.control_token)
        return Response(403, b"Only https is answered for this host.")

    async def _exchange(self, request: Request) -> bool:
        """Answers one request; True when the connection stays open."""
        number = self._azure.note(
            RequestRecord(request.method, request.host, request.path, request.raw_query, 0, "")
        )
        fault = self._azure.fault_for(request)
        response = self._answer(request)
        self._complete(number, 0, request.as_whom)
        if fault is not None:
            if fault.kind is FaultKind.HANG:
                return await self._hang()
            if fault.kind is FaultKind.DELAY:
                await asyncio.sleep(fault.seconds)
            response = bent(fault, request, response)
        self._complete(number, response.status, request.as_whom)
        if fault is not None and fault.kind in BADLY_SENT:
            return await self._send_badly(response, fault)
        stays = request.headers.get("connection", "").lower() != "close"
        return await self._send(response) and stays

    def _answer(self, request: Request) -> Response:
        try:
            return self._azure.answer(request)
        except Exception as defect:
            traceback.print_exc()
            return answer_json(500, {"error": {"code": "EmulatorDefect", "message": type(defect).__name__}})

    def _complete(self, number: int, status: int, as_whom: str) -> None:
        """Adds to the log what is known by now, unless it was cleared meanwhile."""
        if number in self._azure.log:
            self._azure.log[number] = replace(self._azure.log[number], status=status, as_whom=as_whom)

    async def _hang(self) -> bool:
        """Stays silent until the client gives up."""
        while await self._reader.read(4096):
            pass
        return False

    async def _send(self, response: Response) -> bool:
        self._writer.write(response.head() + response.body)
        await self._writer.drain()
        return True

    async def _send_badly(self, response: Response, fault: Fault) -> bool:
        """Sends an answer slowly or by half; True when the connection stays open all the same."""
        if fault.kind in (FaultKind.SLOW, FaultKind.DRIP):
            head, body = response.head(), response.body
            at_once, dripped = (head, body) if fault.kind is FaultKind.SLOW else (b"", head + body)
            self._writer.write(at_once)
            for byte in dripped:
                self._writer.write(bytes((byte,)))
                await self._writer.drain()
                await asyncio.sleep(fault.seconds)
            return True
        if fault.kind is FaultKind.ENDLESS:
            self._writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
            while True:  # until the client goes, which the loop notices only when it gets its turn
                self._writer.write(b" " * 65_536)
                await self._writer.drain()
                await asyncio.sleep(0)
        self._writer.write(response.head() + response.body[: len(response.body) // 2])
        await self._writer.drain()
        if fault.kind is FaultKind.RESET:
            self._writer.transport.abort()
        return False
