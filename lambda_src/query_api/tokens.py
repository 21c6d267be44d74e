"""Page tokens: the start of a query's next page, signed, so that callers cannot create or change one.

The format is ``1.<content>.<signature>``, both parts base64url without padding. The content is JSON, ``[fingerprint of
the query, expiry, position]``. The signature is HMAC-SHA256 of everything before it. The number is the version of the
format.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, TypeVar

import msgspec

from lambda_src.common.http.errors import HttpError

if TYPE_CHECKING:
    from lambda_src.query_api.token_key import TokenKey

T = TypeVar("T")

LIFETIME_MS = 24 * 3_600_000
LONGEST = 2048
"""Limit of a token in characters; ours have about 200."""

_PARTS = re.compile(r"(1\.[A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})").fullmatch


class _Content(msgspec.Struct, array_like=True, frozen=True):
    fingerprint: str
    expires_ms: int
    position: msgspec.Raw


_decode = msgspec.json.Decoder(_Content).decode


class Tokens:
    """Issues and reads tokens. All times are UTC milliseconds."""

    def __init__(self, key: TokenKey) -> None:
        self._key = key

    def issue(self, fingerprint: str, position: object, now_ms: int) -> str:
        """Return a token that is valid for `LIFETIME_MS`. ``position`` is anything that msgspec writes as JSON."""
        content = _Content(fingerprint, now_ms + LIFETIME_MS, msgspec.Raw(msgspec.json.encode(position)))
        signed = f"1.{_to_text(msgspec.json.encode(content))}"
        return f"{signed}.{_signature(self._key.current(), signed)}"

    def read(self, token: str, fingerprint: str, kind: type[T], now_ms: int) -> T:
        """Return the position. Raises `HttpError` (``invalid_token``) for a foreign, changed or expired token."""
        content = self._content(token)
        if content.fingerprint != fingerprint:
            raise _invalid("next_token is not valid for this query; repeat all other parameters unchanged.")
        if content.expires_ms <= now_ms:
            raise _invalid("next_token has expired; start again without it.")
        return msgspec.json.decode(content.position, type=kind)

    def _content(self, token: str) -> _Content:
        parts = _PARTS(token) if len(token) <= LONGEST else None
        if parts is None or not self._is_ours(parts[1], parts[2]):
            raise _invalid("next_token is not valid; start again without it.")
        return _decode(_from_text(parts[1].removeprefix("1.")))

    def _is_ours(self, signed: str, signature: str) -> bool:
        if hmac.compare_digest(_signature(self._key.current(), signed), signature):
            return True
        # Another container may already sign with the successor of the key that is known here.
        newer = self._key.newer()
        return newer is not None and hmac.compare_digest(_signature(newer, signed), signature)


def _signature(key: bytes, signed: str) -> str:
    return _to_text(hmac.new(key, signed.encode(), hashlib.sha256).digest())


def _to_text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_text(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _invalid(message: str) -> HttpError:
    return HttpError(400, "invalid_token", message)
