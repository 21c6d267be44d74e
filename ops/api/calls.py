"""Calls of the API that are repeated until there is an answer to go by."""

from __future__ import annotations

import random
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from botocore import exceptions as boto

from ops.errors import FailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ops.http import HttpResponse, SignedHttp

ATTEMPTS = 10
BASE_SECONDS = 0.25
CAP_SECONDS = 20.0
"""With full jitter ten attempts wait 36 s on average, and 71 s at most where the API names no time itself."""
LONGEST_SECONDS = 300.0
"""What an API that asks for more patience gets."""
THROTTLED = 429


class ApiRefusal(NamedTuple):
    """What stands in an answer that is no success; ``code`` is ``http_error`` where the gateway has none."""

    status: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


class ApiClient:
    """One API; all of its calls may be repeated, since readings are known again and queries change nothing."""

    def __init__(
        self,
        http: SignedHttp,
        *,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._http = http
        self._sleep = sleep
        self._draw = draw
        self.repeated = 0
        """Calls that were made once more."""

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """The first answer below 500 that is no 429; raises `FailedError` where `ATTEMPTS` calls brought none."""
        for attempt in range(ATTEMPTS):
            if attempt:
                self.repeated += 1
            wanted = 0.0
            try:
                response = self._http.request(method, path, query, body, headers)
            except (boto.ConnectionError, boto.HTTPClientError) as error:
                if not _passing(error):
                    raise
                problem = str(error)
            else:
                if response.status != THROTTLED and response.status < 500:
                    return response
                problem, wanted = str(refusal(response)), retry_after(response)
            self.back_off(attempt, wanted)
        raise FailedError(f"gave up after {ATTEMPTS} attempts: {problem}")

    def back_off(self, attempt: int, at_least: float = 0.0) -> None:
        """Wait after the attempt of this number, counted from 0; not after the last one."""
        if attempt + 1 < ATTEMPTS:
            jitter = self._draw() * min(CAP_SECONDS, BASE_SECONDS * 2.0**attempt)
            self._sleep(min(LONGEST_SECONDS, at_least) + jitter)


def _passing(error: boto.BotoCoreError) -> bool:
    """Whether the next attempt may do better: a certificate that is not trusted stays so, and so does a bad setting."""
    return not isinstance(error, boto.SSLError) and type(error) is not boto.HTTPClientError


def retry_after(response: HttpResponse) -> float:
    """Seconds that the API asks to wait for; 0 where it does not."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return 0.0


def refusal(response: HttpResponse) -> ApiRefusal:
    """The API's code and sentence, as far as the answer holds them."""
    try:
        said = response.json()
    except ValueError:
        said = None
    error = said.get("error") if isinstance(said, dict) else None
    if isinstance(error, dict):
        code, message = error.get("code"), error.get("message")
    else:
        # The gateway's own words, where the deployment did not give it others.
        code, message = None, said.get("message") if isinstance(said, dict) else None
    return ApiRefusal(response.status, str(code or "http_error"), str(message or "the answer gives no reason"))
