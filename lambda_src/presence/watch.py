"""One alert per silence: claim, publish, mark, in this order.

A crash in between repeats an alert with the same id and never loses one. Invocations may overlap: a device is announced
only by the one whose claim the table accepted.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.presence.silence import DevicePresence, Patience, alert_of, is_silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lambda_src.common.alerting.publisher import Publisher
    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.presence.progress import Progress
    from lambda_src.presence.states import DeviceStates

CLAIM_MS = 120_000
"""How long a claim excludes other invocations. It exceeds the function's timeout, so a running claim is never taken
over.
"""
SPEAKING = ("NORMAL", "ANOMALY")
DEVICES_AT_ONCE = 10
"""Devices between two checks of the deadline, the size of one publish call and the most that a crash can repeat."""
ANSWER_SECONDS = 2.0
"""Reserved for metrics and log while the current group is finished."""


class Watched(NamedTuple):
    """The result of one invocation."""

    offline: int
    """Devices whose alert was published."""
    unsigned: int
    finished: bool
    """False if the time ran out; the next invocation continues."""
    behind_ms: int | None = 0
    """How far the pipeline is behind; None if it is further than its metrics reach."""


class _Claim(NamedTuple):
    device: DevicePresence
    take: Callable[[DevicePresence, int], bool]


class Watch:
    def __init__(
        self,
        states: DeviceStates,
        publisher: Publisher,
        patience: Patience,
        progress: Progress,
        *,
        settle_ms: int,
        environment: str,
        now_ms: Callable[[], int],
    ) -> None:
        """:param settle_ms: how long it may take until an arrival is in the table while nothing is behind."""
        self._states = states
        self._publisher = publisher
        self._patience = patience
        self._progress = progress
        self._settle_ms = settle_ms
        self._environment = environment
        self._now_ms = now_ms

    def run(self, deadline: Deadline) -> Watched:
        """Announce every silence that no other invocation announces. The deadline's reserve is for the last group."""
        offline = unsigned = 0
        now_ms = self._now_ms()
        until_ms = self._progress.processed_until(now_ms)
        behind_ms = None if until_ms is None else now_ms - until_ms
        claims = self._claims(now_ms, until_ms)
        while not deadline.passed():
            group = list(islice(claims, DEVICES_AT_ONCE))
            if not group:
                return Watched(offline, unsigned, finished=True, behind_ms=behind_ms)
            published, without = self._announce(group, deadline.keeping(ANSWER_SECONDS))
            offline += published
            unsigned += without
        return Watched(offline, unsigned, finished=False, behind_ms=behind_ms)

    def _claims(self, now_ms: int, until_ms: int | None) -> Iterator[_Claim]:
        """Unfinished silences first, then the new ones."""
        for device in self._states.quiet_since("SILENT", now_ms):
            # A device that said itself that it goes is silent at once, and its alert waits like any other.
            if device.updated_ms < now_ms - CLAIM_MS and is_silent(device, self._patience, now_ms):
                yield _Claim(device, self._states.claim_again)
        if until_ms is None:
            return
        in_table_ms = until_ms - self._settle_ms
        before_ms = in_table_ms - self._patience.minimum_ms
        for device in chain.from_iterable(self._states.quiet_since(status, before_ms) for status in SPEAKING):
            if is_silent(device, self._patience, in_table_ms):
                yield _Claim(device, self._states.claim)

    def _announce(self, claims: Sequence[_Claim], deadline: Deadline) -> tuple[int, int]:
        claimed: list[DevicePresence] = []
        failure: TemporaryFailureError | None = None
        try:
            for claim in claims:
                if claim.take(claim.device, self._now_ms()):
                    claimed.append(claim.device)  # noqa: PERF401  # what was claimed before a failure has to stay
        except TemporaryFailureError as error:
            # What is claimed already would wait for the claim to run out, so it is announced first.
            failure = error
        published = self._publish(claimed, deadline) if claimed else (0, 0)
        if failure is not None:
            raise failure
        return published

    def _publish(self, devices: Sequence[DevicePresence], deadline: Deadline) -> tuple[int, int]:
        alerts = {alert_of(device, self._patience, self._environment): device for device in devices}
        result = self._publisher.publish(list(alerts), deadline)
        for alert in result.done:
            self._states.mark_offline(alerts[alert], self._now_ms())
        if result.failed:
            raise TemporaryFailureError(f"{len(result.failed)} alerts could not be published")
        return len(result.done), result.unsigned
