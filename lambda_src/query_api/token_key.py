"""The key of the page tokens: an encrypted Systems Manager parameter, read periodically."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_src.common.aws.clients import ParameterStore

MAX_AGE_SECONDS = 300.0
"""How long a container uses a key after it was replaced."""
DOUBT_SECONDS = 10.0
"""Minimum interval between reads caused by invalid tokens, because anyone can send those."""
SHORTEST = 32
"""Minimum length in bytes, the length of an HMAC-SHA256."""


class _KnownKey(NamedTuple):
    key: bytes
    read_at: float


class TokenKey:
    """Reads the key.

    Methods raise `TemporaryFailureError` if no key is known yet and the service is unavailable. They raise the SDK's
    error or ``ValueError`` for what only a deployment fixes: no permission, no parameter, or a key that is too short.
    """

    def __init__(
        self, ssm: Callable[[], ParameterStore], parameter: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ssm = ssm
        self._parameter = parameter
        self._clock = clock
        self._known: _KnownKey | None = None

    def current(self) -> bytes:
        """Return the key, at most `MAX_AGE_SECONDS` old while the service answers."""
        known = self._known
        if known is None or self._clock() - known.read_at >= MAX_AGE_SECONDS:
            known = self._refresh()
        return known.key

    def newer(self) -> bytes | None:
        """Return the successor of the key that `current` returned, or None."""
        known = self._known
        if known is None or self._clock() - known.read_at < DOUBT_SECONDS:
            return None
        key = self._refresh().key
        return None if key == known.key else key

    def _refresh(self) -> _KnownKey:
        try:
            with temporary_failures():
                answer = self._ssm().get_parameter(Name=self._parameter, WithDecryption=True)
        except TemporaryFailureError:
            if self._known is None:
                raise
            # The known key still fits nearly every token and is no less secret than before.
            self._known = _KnownKey(self._known.key, self._clock())
            return self._known
        key = answer["Parameter"]["Value"].encode()
        if len(key) < SHORTEST:
            raise SettingsError(f"{self._parameter} must have at least {SHORTEST} bytes")
        self._known = _KnownKey(key, self._clock())
        return self._known
