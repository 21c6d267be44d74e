"""Errors that refuse a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class HttpError(Exception):
    """A refusal. ``code`` is stable and for programs, ``message`` is a sentence for people.

    ``extra`` is added beside ``error`` in the body. Text of callers may appear in a message only in the form of
    ``repr``: an event can hold half a surrogate pair, which cannot be encoded.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        extra: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extra = extra or {}
        self.headers = headers or {}


def try_again(message: str = "A required service is temporarily unavailable; retry this request.") -> HttpError:
    """Return a 503 for a temporary failure. The caller may retry after a second."""
    return HttpError(503, "try_again", message, headers={"Retry-After": "1"})
