"""The parts of HTTP/1.1 that the embedded Azure supports: requests in, whole answers out."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 1024 * 1024


class BadRequestError(Exception):
    """Bytes that are not a request this server can answer; the connection ends."""


@dataclass
class Request:
    """One request, without its scheme."""

    method: str
    host: str
    """Lower case, without a port."""
    raw_path: str
    raw_query: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes = b""
    caller: str = field(default="", init=False)
    """The caller by its token, which the services set for the log."""

    @cached_property
    def path(self) -> str:
        """The decoded path, always with a leading slash."""
        return unquote(self.raw_path) or "/"

    @cached_property
    def query(self) -> dict[str, str]:
        """The decoded query; of two equal names the last one applies."""
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))

    def form(self) -> dict[str, str]:
        """The body read as a form; empty if it is not one."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> dict[str, Any] | None:
        """The JSON object in the body; None if it is not one."""
        try:
            content = json.loads(self.body)
        except ValueError:
            return None
        return content if isinstance(content, dict) else None

    @property
    def bearer(self) -> str:
        """The bearer token, or an empty string."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


@dataclass
class Response:
    """One whole answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def head(self) -> bytes:
        """The status line and the headers, with the length of the whole body."""
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    async def send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Sends it; True when the connection stays open."""
        writer.write(self.head() + self.body)
        await writer.drain()
        return True


def answer_json(status: int, content: object, **headers: str) -> Response:
    """`content` as JSON; header names are written with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    return Response(status, body, {"Content-Type": "application/json; charset=utf-8", **named})


async def read_request(reader: asyncio.StreamReader, origin: str) -> Request | None:
    """The next request on a connection; None at its end.

    `origin` is the tunnel's host; empty on the plain port, where the request's own address applies. Raises
    `BadRequestError` for malformed bytes.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError as error:
        raise BadRequestError from error
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    try:
        method, target, _ = first.split(" ")
    except ValueError as error:
        raise BadRequestError from error
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await _read_body(reader, headers)
    if method == "CONNECT":
        return Request(method, host_of(target), "", target, headers)
    if target.startswith("/"):
        path, _, query = target.partition("?")
        return Request(method, origin or host_of(headers.get("host", "")), path, query, headers, body)
    try:
        parts = urlsplit(target)
    except ValueError as error:
        raise BadRequestError from error
    return Request(method, origin or (parts.hostname or "").lower(), parts.path, parts.query, headers, body)


def host_of(authority: str) -> str:
    """`Kv.Vault.Azure.Net:443` → `kv.vault.azure.net`"""
    return authority.rsplit(":", 1)[0].lower()


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return await _read_chunks(reader)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > BODY_LIMIT:
        raise BadRequestError
    return await reader.readexactly(int(length))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        try:
            size = int((await reader.readline()).split(b";")[0], 16)
        except ValueError as error:
            raise BadRequestError from error
        if len(body) + size > BODY_LIMIT:
            raise BadRequestError
        body += (await reader.readexactly(size + 2))[:size]
        if size == 0:
            return body
