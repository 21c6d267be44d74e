"""The calls of containers to services: at each of them others may run, time passes, and it may fail."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ReadTimeoutError

from tests.model.services.errors import client_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.model.schedule import FaultKind
    from tests.model.turns import Turns

CALL_MS = 10
SLOW_MS = 25_000
INVOCATION_MS = 60_000
PARTIAL = {"batch_get_item", "batch_write_item", "batch_execute_statement", "publish_batch"}
"""Calls that can be done in part."""


class KilledError(BaseException):
    """The container has ended: no code of the product can catch it."""


@dataclass(eq=False)
class Invocation:
    number: int
    container: Any
    faults: Mapping[int, FaultKind]
    ends_ms: int
    calls: int = 0
    last_fault: int = -1
    """When the last call failed, in calls of all invocations; what came before may happen again."""
    log: list[str] = field(default_factory=list)


class Calls:
    """What containers see of AWS and of time."""

    def __init__(self, turns: Turns, now_ms: int) -> None:
        self.now_ms = now_ms
        self.made = 0
        self.watchers: list[Callable[[str], None]] = []
        """Called after each call with its name."""
        self._turns = turns
        self._here = threading.local()
        self._in_part = False

    @property
    def invocation(self) -> Invocation:
        """That of the running thread."""
        found: Invocation = self._here.invocation
        return found

    def begin(self, invocation: Invocation) -> None:
        self._here.invocation = invocation

    def remaining_ms(self) -> int:
        return max(0, self.invocation.ends_ms - self.now_ms)

    def sleep(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)
        self._turns.pause()

    def client(self, service: Any) -> _Client:
        return _Client(self, service)

    def hook(self, name: str, request: Any) -> Any:
        """The hook of services: every other part of a call that is done in part is left, the first one included."""
        if not self._in_part:
            return None
        self._in_part = False
        entries = request
        if name.startswith("batch_"):
            (entries,) = request.values()
        size = len(entries["Keys"] if isinstance(entries, dict) else entries)
        left = set(range(0, size, 2))
        return dict.fromkeys(left, "ThrottlingError") if name == "batch_execute_statement" else left

    def make(self, name: str, call: Callable[..., Any], request: Mapping[str, Any]) -> Any:
        self._turns.pause()
        invocation = self.invocation
        fault = invocation.faults.get(invocation.calls)
        invocation.log.append(f"{name}: {fault}" if fault else name)
        invocation.calls += 1
        self.made += 1
        self._pass(CALL_MS)
        if fault is not None:
            invocation.last_fault = self.made
        if fault == "killed":
            raise KilledError
        if fault == "throttled" or (fault == "partial" and name not in PARTIAL):
            raise client_error("ThrottlingException")
        self._in_part = fault == "partial"
        try:
            answer = call(**request)
        finally:
            self._in_part = False
            for watch in self.watchers:
                watch(name)
        if fault == "slow":
            self._pass(SLOW_MS)
        if fault == "lost":
            raise ReadTimeoutError(endpoint_url=name)
        return answer

    def _pass(self, milliseconds: int) -> None:
        """Time passes during a call; an invocation whose time is over ends in the middle of it."""
        self.now_ms += milliseconds
        if self.now_ms > self.invocation.ends_ms:
            self.invocation.last_fault = self.made
            raise KilledError


class _Client:
    def __init__(self, calls: Calls, service: Any) -> None:
        self._calls = calls
        self._service = service

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._service, name)
        return lambda **request: self._calls.make(name, call, request)
