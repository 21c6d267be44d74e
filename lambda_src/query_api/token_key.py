"""The key of the page tokens: an encrypted parameter of the Systems Manager, read now and then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_src.common.aws.clients import ParameterStore

MAX_AGE_SECONDS = 300.0
"""How long a container goes on with a key that was replaced."""
DOUBT_SECONDS = 10.0
"""The key is read at most so often because of tokens that do not fit it: anybody can send those."""
SHORTEST = 32
"""Bytes, as many as HMAC-SHA256 gives."""


class _KnownKey(NamedTuple):
    key: bytes
    read_at: float


class TokenKey:
    """Both methods raise `TemporaryFailureError` where no key is known yet and the service is away, and what only a
    deployment mends: no permission, no such parameter, or a key that is too short.
    """

    def __init__(
        self, ssm: Callable[[], ParameterStore], parameter: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ssm = ssm
        self._parameter = parameter
        self._clock = clock
        self._known: _KnownKey | None = None

    def current(self) -> bytes:
        """At most `MAX_AGE_SECONDS` old where the service answers."""
        known = self._known
        if known is None or self._clock() - known.read_at >= MAX_AGE_SECONDS:
            known = self._refresh()
        return known.key

    def newer(self) -> bytes | None:
        """The key that replaced the one that `current` gave, where there is one."""
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
            # What is known still fits nearly every token, and is no less secret than it was.
            self._known = _KnownKey(self._known.key, self._clock())
            return self._known
        key = answer["Parameter"]["Value"].encode()
        if len(key) < SHORTEST:
            raise SettingsError(f"{self._parameter} has fewer than {SHORTEST} bytes")
        self._known = _KnownKey(key, self._clock())
        return self._known
