"""The episodes of many sensors: the table decides, and a container's memory only saves calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.aws.retry import resend
from lambda_src.common.aws.versioned_items import WRITES_PER_CALL
from lambda_src.processor.alerts.episode_state import SensorEpisodes
from lambda_src.processor.alerts.table import NEVER_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.processor.alerts.table import EpisodeTable

    Change = Callable[[str, SensorEpisodes], SensorEpisodes]

KNOWN_SENSORS = 10_000
"""States kept in memory, about 3 MB; the table has the ones that were dropped."""
REFRESH_MS = 60_000
"""How often a container asks which sensors have open episodes: so much later, at most, is an end noticed."""


class EpisodeStore:
    """What is remembered may be old. That is safe for two reasons:

    - A write takes effect only on the version that it was made from; otherwise the state is read and changed again.
    - Where a remembered state needs no change, no later one does: episodes only grow, and do not begin again once
      they have ended. A state with unpublished alerts is an exception, so it is always read again. A later episode,
      which another container opened, is another one: where the index does not say of a sensor what is remembered, the
      sensor is read again.
    """

    def __init__(self, table: EpisodeTable) -> None:
        self._table = table
        self._known: dict[str, SensorEpisodes] = {}
        self._own: dict[str, int] = {}
        """Sensors to look at, as far as this container knows them itself."""
        self._listed: dict[str, int] = {}
        """The same, as the table's index had them at the last refresh."""
        self._refreshed_ms = 0

    def change(
        self, sensors: Sequence[str], change: Change, deadline: Deadline, *, just_written: bool = False
    ) -> set[str]:
        """Apply ``change`` to the state of each sensor; returns those that the table did not accept in time.

        ``change`` is called again with the newer state where another container was faster; its last result counts.
        ``just_written`` says that this invocation has written all of them, so that what is remembered will do.
        """
        failed: set[str] = set()
        try:
            self._load([sensor for sensor in sensors if self._must_be_read(sensor, just_written)], deadline)
        except TemporaryFailureError:
            return set(sensors)

        def send(chunk: Sequence[str]) -> Sequence[str]:
            try:
                return self._send(chunk, change, deadline)
            except TemporaryFailureError:
                return chunk

        for start in range(0, len(sensors), WRITES_PER_CALL):
            failed.update(resend(send, sensors[start : start + WRITES_PER_CALL], deadline))
        self._forget()
        return failed

    def to_look_at(self, newest_ms: int, deadline: Deadline) -> set[str]:
        """Sensors whose episodes or alerts may change by a reading of this time or earlier."""
        self._refresh(deadline)
        return {sensor for part in (self._listed, self._own) for sensor, after in part.items() if after < newest_ms}

    def _send(self, sensors: Sequence[str], change: Change, deadline: Deadline) -> Sequence[str]:
        self._load([sensor for sensor in sensors if sensor not in self._known], deadline)
        changes = {}
        for sensor in sensors:
            known = self._known[sensor]
            wanted = change(sensor, known)
            if wanted is known:
                self._remember(sensor, known)
            else:
                changes[sensor] = (known, wanted)
        if not changes:
            return []
        conflicts, later = self._table.write(changes)
        for sensor in conflicts:
            del self._known[sensor]
        for sensor in changes.keys() - conflicts - later:
            self._remember(sensor, changes[sensor][1])
        return [sensor for sensor in sensors if sensor in conflicts or sensor in later]

    def _must_be_read(self, sensor: str, just_written: bool) -> bool:
        known = self._known.get(sensor)
        return known is None or (bool(known.pending) and not just_written)

    def _load(self, sensors: Sequence[str], deadline: Deadline) -> None:
        found = self._table.load(sensors, deadline) if sensors else {}
        for sensor in sensors:
            self._known[sensor] = found.get(sensor, SensorEpisodes())

    def _remember(self, sensor: str, state: SensorEpisodes) -> None:
        # Put in last, so that the ones not used for longest come first.
        self._known.pop(sensor, None)
        self._known[sensor] = state
        after = self._table.look_after(state)
        self._listed.pop(sensor, None)
        self._own.pop(sensor, None)
        if after < NEVER_MS:
            self._own[sensor] = after

    def _refresh(self, deadline: Deadline) -> None:
        now_ms = self._table.now_ms()
        if now_ms - self._refreshed_ms < REFRESH_MS or deadline.passed():
            return
        try:
            self._listed = self._table.sensors_to_look_at()
        except TemporaryFailureError:
            # Only the ends of episodes wait for it. The next batch asks again.
            return
        self._refreshed_ms = now_ms
        for sensor, after in self._listed.items():
            known = self._known.get(sensor)
            if known is not None and self._table.look_after(known) != after:
                del self._known[sensor]

    def _forget(self) -> None:
        while len(self._known) > KNOWN_SENSORS:
            sensor = next(iter(self._known))
            del self._known[sensor]
            self._own.pop(sensor, None)
