"""API calls that are retried until there is a usable response."""

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
"""Longest backoff. With full jitter ten attempts wait 36 s on average and 71 s at most, without Retry-After."""
LONGEST_SECONDS = 300.0
"""Longest wait that the API can request with Retry-After."""
THROTTLED = 429


class ApiRefusal(NamedTuple):
    """The content of an error response. ``code`` is ``http_error`` if the gateway sent none."""

    status: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


class ApiClient:
    """Calls one API with retries. Every call is idempotent: repeated readings are recognised."""

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
        """Number of retries."""

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Return the first response that is not 429 or 5xx. Raises `FailedError` after `ATTEMPTS` attempts."""
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
        raise FailedError(f"failed after {ATTEMPTS} attempts: {problem}")

    def back_off(self, attempt: int, at_least: float = 0.0) -> None:
        """Wait after this attempt, counted from 0. There is no wait after the last one."""
        if attempt + 1 < ATTEMPTS:
            jitter = self._draw() * min(CAP_SECONDS, BASE_SECONDS * 2.0**attempt)
            self._sleep(min(LONGEST_SECONDS, at_least) + jitter)


def _passing(error: boto.BotoCoreError) -> bool:
    """Return whether a retry may help. An untrusted certificate or an invalid setting stays as it is."""
    return not isinstance(error, boto.SSLError) and type(error) is not boto.HTTPClientError


def retry_after(response: HttpResponse) -> float:
    """Return the seconds in Retry-After, or 0."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return 0.0


def refusal(response: HttpResponse) -> ApiRefusal:
    """Return the API's code and message, as far as the response has them."""
    try:
        said = response.json()
    except ValueError:
        said = None
    error = said.get("error") if isinstance(said, dict) else None
    if isinstance(error, dict):
        code, message = error.get("code"), error.get("message")
    else:
        # The gateway's own format, unless the deployment replaced it.
        code, message = None, said.get("message") if isinstance(said, dict) else None
    return ApiRefusal(response.status, str(code or "http_error"), str(message or "the response gives no reason"))
