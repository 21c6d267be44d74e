"""What a request is refused with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class HttpError(Exception):
    """A refusal: ``code`` is stable and for programs, ``message`` a sentence for people.

    ``extra`` stands beside ``error`` in the answer's body. What callers sent may stand in a message only as ``repr``
    writes it: half a surrogate pair, which an event can hold, could not be encoded.
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


def try_again(message: str = "A service that this needs is not available for the moment.") -> HttpError:
    """503 for what passes by itself; the caller repeats the same request after a second."""
    return HttpError(503, "try_again", message, headers={"Retry-After": "1"})
