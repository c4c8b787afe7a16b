"""Calls over HTTP, to Teams and to Graph alike: which are tried again, how often, and after how long."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

T = TypeVar("T")
Json = dict[str, Any]
TRIES = 3
_backoff = wait_random_exponential(multiplier=0.2, max=3)


class CallFailed(Exception):
    """The other side did not answer as hoped.

    `status` is 0 where there was no answer; `code` is the other side's own word for the reason; `retry_after` the
    seconds that it asks to wait. `unsent`: nothing of the call left this machine.
    """

    service: ClassVar[str] = "The other side"

    def __init__(self, status: int, code: str, retry_after: float = 0.0, *, unsent: bool = False) -> None:
        said = f"{self.service} answered {status} {code}" if status else f"{self.service} could not be reached: {code}"
        super().__init__(said)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.unsent = unsent


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call may take. `statuses`: what is tried again; `seconds`: for all tries of it together.

    `longest_wait`: seconds that the other side may ask to wait; a longer wait is left to who called.
    """

    statuses: frozenset[int]
    seconds: float
    longest_wait: float

    async def call(self, once: Callable[[], Awaitable[T]], failed: type[CallFailed]) -> T:
        """What `once` gives, tried again while that may help. Raises its `CallFailed`; `failed` if time is up."""
        again = retry_if_exception(self._is_passing)
        tries = AsyncRetrying(stop=stop_after_attempt(TRIES), retry=again, wait=_wait, reraise=True)

        async def attempt() -> T:
            return await once()

        try:
            async with asyncio.timeout(self.seconds):
                return await tries(attempt)
        except TimeoutError:
            raise failed(0, "no answer in time") from None

    def _is_passing(self, error: BaseException) -> bool:
        if not isinstance(error, CallFailed):
            return False
        return error.unsent or (error.status in self.statuses and error.retry_after <= self.longest_wait)


def seconds_to_wait(headers: Mapping[str, str]) -> float:
    """What `Retry-After` asks for; 0 where it asks for nothing, or gives a date."""
    value = headers.get("Retry-After", "")
    return float(value) if value.isdigit() else 0.0


def object_in(text: str) -> Json:
    """The JSON object that was answered; anything else is an empty one."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def error_code(text: str) -> str:
    """The other side's code of an error; not its message, which may repeat what was sent."""
    error = object_in(text).get("error")
    return str(error.get("code", "")) if isinstance(error, dict) else ""


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, CallFailed) else 0.0
    return asked or _backoff(state)
