"""Resource Manager on the wire: azure-core's pipeline with our transport, and JSON read with limits.

The azure-mgmt packages would add a client, a models module and 50 ms of import for each of three services,
to send the same few requests; azure-core's authentication, retry and TLS are what is needed of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from kvtui.azure.answers import Answer, AnswerError
from kvtui.azure.guard import Guard
from kvtui.azure.limits import Limits
from kvtui.azure.pipeline import ask, methods, only, retry, transport
from kvtui.azure.problems import details, failing, not_an_answer, redirected, unreachable
from kvtui.azure.urls import parts
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.core.sanitize import inert

if TYPE_CHECKING:
    from azure.core import AsyncPipelineClient

_PAGES = 200


class Arm:
    """One Resource Manager client, asked as one identity. Opened with the first request."""

    def __init__(self, guard: Guard, limits: Limits) -> None:
        self._guard = guard
        self._limits = limits
        self._origin = f"https://{guard.cloud.arm}"
        self._opened: AsyncPipelineClient[Any, Any] | None = None

    @property
    def who(self) -> str:
        """As whom it is asked."""
        return str(self._guard.identity)

    async def get(self, path: str) -> dict[str, Any]:
        """The JSON object at `path`. Raises ProblemError."""
        answer = await self._send("GET", path)
        if answer.status == 200:
            return self._json(answer)
        raise ProblemError(self._refusal(answer))

    async def put(self, path: str, content: Mapping[str, Any]) -> Answer:
        """A changing request; its answer, whatever the status. Raises ProblemError where there is none."""
        answer = await self._send("PUT", path, content)
        if answer.status == 429 or answer.status >= 500:
            raise ProblemError(failing(answer, self._origin, self.who))
        return answer

    async def items(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """Every item of a paged answer; a link to the next page is followed on our own origin only."""
        seen: set[str] = set()
        while path:
            if path in seen or len(seen) >= _PAGES:
                raise ProblemError(self.unusable("its pages do not end"))
            seen.add(path)
            answer = await self.get(path)
            for item in answer.get("value") or ():
                yield item
            written = str(answer.get("nextLink") or "")
            link = parts(written)
            if (written and not link.path) or (
                link.hostname and (link.scheme, link.hostname) != ("https", self._guard.cloud.arm)
            ):
                raise ProblemError(self.unusable("its next page points elsewhere"))
            path = f"{link.path}?{link.query}" if link.path else ""

    def unusable(self, why: str) -> Problem:
        """The Problem of an answer that is not Resource Manager's."""
        return not_an_answer(AnswerError(why), self._origin, self.who)

    async def close(self) -> None:
        """Gives back its connections. May be called twice."""
        client, self._opened = self._opened, None
        if client is not None:
            await client.close()

    def _client(self) -> AsyncPipelineClient[Any, Any]:
        if self._opened is None:
            from azure.core import AsyncPipelineClient
            from azure.core.pipeline.policies import AsyncBearerTokenCredentialPolicy, RequestIdPolicy

            policies: list[Any] = [
                RequestIdPolicy(),
                retry(self._limits),
                AsyncBearerTokenCredentialPolicy(self._guard, f"{self._origin}/.default"),
            ]
            self._opened = AsyncPipelineClient(
                self._origin,
                policies=policies,
                transport=transport(
                    self._limits,
                    only(self._guard.cloud.arm),
                    methods(changes=self._guard.allows_changes),
                ),
            )
        return self._opened

    async def _send(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Answer:
        url = self._origin + path
        try:
            answer = await ask(self._client(), url, self._limits, method=method, content=content)
        except Exception as error:
            raise ProblemError(unreachable(error, url, self.who)) from None
        if 300 <= answer.status < 400:
            raise ProblemError(redirected(answer, url, self.who))
        return answer

    def _json(self, answer: Answer) -> dict[str, Any]:
        try:
            return answer.json()
        except AnswerError as error:
            raise ProblemError(not_an_answer(error, self._origin, self.who)) from None

    def _refusal(self, answer: Answer) -> Problem:
        if answer.status == 429 or answer.status >= 500:
            return failing(answer, self._origin, self.who)
        denied = answer.status in (401, 403, 404)
        return Problem(
            f"{self.who} may not read this in Resource Manager."
            if denied
            else "Resource Manager refused the request.",
            "Have the role Reader granted on the vault.",
            Exit.DENIED if denied else Exit.UNREACHABLE,
            identity=self.who,
            code=inert(answer.error().get("code", ""), 60),
            status=answer.status,
            detail=details(answer),
        )
