"""The server: one loopback port that is an HTTP proxy, ends TLS for Azure's hosts, and answers for them."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from typing import Protocol

from kvtui.emulator import metadata
from kvtui.emulator.clouds import METADATA_HOST, service
from kvtui.emulator.http import HEAD_LIMIT, BadRequestError, Request, Response, answer_json, read_request

CONTROL_PATH = "/_kvtui/"
CONTROL_HEADER = "x-kvtui-control"


class Services(Protocol):
    """The interface of `azure.Azure`, and of what the tests put around it."""

    async def connect_status(self, host: str) -> int:
        """The status for a CONNECT to `host`."""

    async def answer(self, request: Request) -> Response:
        """The answer of the service behind the request's host."""

    def control(self, request: Request, what: str) -> Response:
        """The answer to a request with the control token."""


class Server:
    """Answers every connection to its port."""

    def __init__(self, services: Services, context: ssl.SSLContext, control_token: str) -> None:
        self.services = services
        self.context = context
        self._control_token = control_token

    async def listen(self, port: int) -> asyncio.Server:
        """Opens the port on 127.0.0.1; 0 takes any free one."""
        return await asyncio.start_server(self._serve, "127.0.0.1", port, limit=HEAD_LIMIT)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Connection(self, reader, writer).converse()
        except BadRequestError:
            writer.write(Response(400, headers={"Connection": "close"}).head())
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has closed, or does not trust the certificate
        finally:
            writer.close()

    def plain(self, request: Request) -> Response:
        """The answer to a request without TLS."""
        if not request.path.startswith(CONTROL_PATH):
            return Response(403, b"Only https is answered for this host.")
        given = request.headers.get(CONTROL_HEADER, "")
        if not secrets.compare_digest(given.encode(), self._control_token.encode()):
            return answer_json(403, {"error": "The control token is missing or wrong."})
        return self.services.control(request, request.path.removeprefix(CONTROL_PATH))


class _Connection:
    """One client: plain at first, inside TLS after a CONNECT."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._origin = ""
        """The tunnel's host; empty on the plain port."""

    async def converse(self) -> None:
        """Answers until either side ends."""
        stays = True
        while stays and (request := await read_request(self._reader, self._origin)):
            if request.method == "CONNECT":
                stays = not self._origin and await self._tunnel(request.host)
            elif self._origin or self._proxied(request):
                stays = await self._send(await self._server.services.answer(request))
                stays &= request.headers.get("connection", "").lower() != "close"
            else:
                stays = await self._send(self._server.plain(request))

    async def _tunnel(self, host: str) -> bool:
        """Answers a CONNECT; True when TLS has begun."""
        status = await self._server.services.connect_status(host)
        if status != 200:
            await self._send(Response(status, headers={"Connection": "close"}))
            return False
        self._writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._writer.drain()
        await self._writer.start_tls(self._server.context, ssl_handshake_timeout=30)
        self._origin = host
        return True

    def _proxied(self, request: Request) -> bool:
        """Whether a plain request is for a host that answers plain HTTP, or for no host of Azure.

        The metadata service is asked directly, at this port: the request then gets its host's name.
        """
        if request.path.startswith(metadata.PATH):
            request.host = METADATA_HOST
        return not request.path.startswith(CONTROL_PATH) and service(request.host) is None

    async def _send(self, response: Response) -> bool:
        return await response.send(self._reader, self._writer)
