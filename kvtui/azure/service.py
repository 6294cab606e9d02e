"""One service of Azure, asked as one identity: JSON, pages, retries; failures become Problems.

Vault, Microsoft Graph and Resource Manager share it. A `Sender` sends the requests: azure-core's pipeline
(`transport`) or msgraph-sdk (`graph`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from kvtui.azure.errors import causes, first_problem, not_an_answer, unreachable
from kvtui.azure.http import Answer, AnswerError, asked_wait, split_url
from kvtui.azure.limits import Limits
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.sanitize import sanitized

T = TypeVar("T")
_PASSING = {
    "ClientPayloadError",
    "ConnectionResetError",
    "IncompleteReadError",
    "ReadError",
    "RemoteProtocolError",
    "ServiceRequestError",
    "ServiceRequestTimeoutError",
    "ServiceResponseError",
    "ServiceResponseTimeoutError",
}
"""The exceptions of a connection that failed or an answer that broke off."""
_PASSING_STATUS = {408, 429, 500, 502, 503, 504}
OnWait = Callable[[int, float], None]
"""Called with an answer's status and the seconds until the next try, when the wait begins and each second."""


class Sender(Protocol):
    """Sends requests to a service; raises whatever its library raises if there is no answer."""

    async def send(
        self,
        method: str,
        url: str,
        content: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; its answer, whatever the status."""

    async def close(self) -> None:
        """Closes its connections. May be called twice."""


@dataclass(frozen=True, slots=True)
class JsonPage:
    """One page of a collection."""

    items: list[Any]
    after: str
    """The URL of the page after this one; empty: this is the last."""
    total: int | None
    """How many there are in all, if the service counted them."""


class Service:
    """JSON requests to one service. A path without an origin is on this service."""

    def __init__(
        self,
        sender: Sender,
        origin: str,
        who: str,
        limits: Limits,
        problem_of: Callable[[Answer], Problem],
        *,
        name: str,
        list_of: str = "",
        failure: Callable[[Exception, str, str], Problem] = unreachable,
        owns_page: Callable[[str], object] = bool,
    ) -> None:
        self.who = who
        self._sender = sender
        self.origin = origin
        self._limits = limits
        self._problem_of = problem_of
        self._name = name
        self._list_of = list_of or name
        self._failure = failure
        """The Problem of a request without an answer."""
        self._owns_page = owns_page
        """Whether the path of a link to a next page may be asked for."""

    async def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        problem_of: Callable[[Answer], Problem] | None = None,
        on_wait: OnWait | None = None,
    ) -> dict[str, Any]:
        """The JSON object at `url`. Raises ProblemError."""
        answer = await self._ask(url, headers, on_wait=on_wait)
        if answer.status != 200:
            raise ProblemError((problem_of or self._problem_of)(answer))
        return self.json(answer)

    async def find(self, url: str) -> dict[str, Any] | None:
        """The JSON object at `url`; None where there is none. Raises ProblemError."""
        answer = await self._ask(url)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise ProblemError(self._problem_of(answer))
        return self.json(answer)

    async def change(
        self,
        method: str,
        url: str,
        content: Mapping[str, Any] | None,
        *,
        repeatable: bool = True,
        on_wait: OnWait | None = None,
    ) -> Answer:
        """A changing request; its answer, whatever the status. Raises ProblemError if there is none.

        One that is not `repeatable`, and every POST, is sent again only after a 429.
        """
        once = method == "POST" or not repeatable
        return await self._ask(url, method=method, content=content, once=once, on_wait=on_wait)

    async def pages(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        problem_of: Callable[[Answer], Problem] | None = None,
        on_wait: OnWait | None = None,
    ) -> AsyncIterator[JsonPage]:
        """The pages of a collection, one at a time. A short or empty page may not be the last."""
        seen: set[int] = set()
        while url:
            if len(seen) >= self._limits.pages:
                raise ProblemError(self.endless(f"{self._limits.pages:,} pages"))
            seen.add(hash(self._absolute(url)))
            body = await self.get(url, headers, problem_of, on_wait)
            items, total = body.get("value"), body.get("@odata.count")
            link = body.get("nextLink") or body.get("@odata.nextLink")
            if not isinstance(items, list) or not isinstance(link, str | None):
                raise ProblemError(self.unusable("it is not a list"))
            url = self._next_page(link) if link else ""
            if hash(url) in seen:
                raise ProblemError(self.unusable("its pages repeat"))
            yield JsonPage(items, url, total if isinstance(total, int) else None)

    async def items(self, url: str) -> AsyncIterator[dict[str, Any]]:
        """Every item of a collection that is an object."""
        async for page in self.pages(url):
            for item in page.items:
                if isinstance(item, dict):
                    yield item

    def json(self, answer: Answer) -> dict[str, Any]:
        """The JSON object in an answer. Raises ProblemError."""
        try:
            return answer.json()
        except AnswerError as error:
            raise ProblemError(not_an_answer(error, self.origin, self.who)) from None

    def read(self, reader: Callable[[Any], T], item: Any) -> T:
        """What `reader` returns for a part of an answer. Raises ProblemError for one of another form."""
        try:
            return reader(item)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
            raise ProblemError(self.unusable(f"it is not {self._name}'s form")) from None

    def unusable(self, why: str) -> Problem:
        """The Problem of an answer that did not come from this service."""
        return not_an_answer(AnswerError(why), self.origin, self.who)

    def endless(self, limit: str) -> Problem:
        """The Problem of a list that is longer than `limit`, as in `1,000 pages`."""
        return Problem(
            f"The list of {self._list_of} is longer than {limit}; kvtui stopped there.",
            "The loaded part is shown. Look a secret up by its full name.",
            ProblemKind.UNREACHABLE,
            identity=self.who,
            code="TooMany",
        )

    async def close(self) -> None:
        """Closes its connections. May be called twice."""
        await self._sender.close()

    async def _ask(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        content: Mapping[str, Any] | None = None,
        once: bool = False,
        on_wait: OnWait | None = None,
    ) -> Answer:
        """An answer, after as many tries as the limits allow; the sender raises for too long a wait."""
        retries, failures = self._limits.retries, self._limits.retries_network
        while True:
            try:
                answer = await self._sender.send(method, self._absolute(url), content, headers)
            except Exception as error:
                passing = any(type(step).__name__ in _PASSING for step in causes(error))
                if first_problem(error) or not passing or failures <= 0 or once:
                    raise ProblemError(self._failure(error, self.origin, self.who)) from None
                failures -= 1
                continue
            # What failed half-way may have changed something: only what was not taken is sent again.
            if answer.status not in _PASSING_STATUS or (once and answer.status != 429):
                return answer
            if retries <= 0:
                return answer
            await _pause(self._wait(self._limits.retries - retries, answer), answer.status, on_wait)
            retries -= 1

    def _wait(self, tries: int, answer: Answer) -> float:
        asked = asked_wait(answer.headers)
        wait = (2**tries * self._limits.backoff if tries else 0.0) if asked is None else asked
        return min(wait, self._limits.retry_after)

    def _absolute(self, url: str) -> str:
        return url if url.startswith("https://") else self.origin + url

    def _next_page(self, link: str) -> str:
        """The next page's URL, if the link is on this service; the origin is always this service's."""
        found = split_url(link)
        own = f"{found.scheme}://{found.netloc.removesuffix(':443')}".lower() == self.origin.lower()
        if not own or not self._owns_page(found.path):
            where = sanitized(found.hostname or "nowhere", 100)
            raise ProblemError(self.unusable(f"its next page points elsewhere, to {where}"))
        # azure-core treats braces as placeholders
        query = found.query.replace("{", "%7B").replace("}", "%7D")
        return f"{self.origin}{found.path}?{query}"


async def _pause(seconds: float, status: int, on_wait: OnWait | None) -> None:
    """Waits, and says each second how long still."""
    while on_wait is not None and seconds > 0:
        on_wait(status, seconds)
        step = min(seconds, 1.0)
        await asyncio.sleep(step)
        seconds -= step
    await asyncio.sleep(seconds)
