"""The state of each device, kept in the container and written to the table when that is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws import clients
from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.aws.retry import resend
from lambda_src.common.aws.versioned_items import WRITES_PER_CALL
from lambda_src.common.settings import SettingsError
from lambda_src.processor.device_state import DeviceState, has_gap, observe, reconcile
from lambda_src.processor.state_due import is_due
from lambda_src.processor.stores.device_table import DeviceTable
from lambda_src.processor.stores.settings import StateStoreSettings
from lambda_src.processor.stores.store import Outcome, StoreKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.processor.record import Entry, RecordOutage

KNOWN_DEVICES = 20_000
"""States kept in memory, about 1 KB each; the table has the ones that were dropped."""


class _KnownDevice(NamedTuple):
    written: DeviceState | None
    """As the table has it, as far as this container knows; None for a device that is new."""
    current: DeviceState | None
    """With everything that was taken in since."""


_NOTHING = _KnownDevice(None, None)


class _News(NamedTuple):
    """What a batch holds of one device."""

    entries: list[Entry]
    outages: list[RecordOutage]


class DeviceStore:
    """Takes the entries before the checkpoint.

    Where the transport keeps the order of a device's readings, a state is kept in memory and written once an interval
    and at every change of its status. Another container may have written the device since this one did; the table is
    read again when readings are missing here. So a status may be behind by an interval at most.

    Without an order, readings of a device are processed side by side, and only the table can tell which is the newest.
    So every state is read and written with every batch.
    """

    def __init__(self, table: DeviceTable, *, every_seconds: int, ordered: bool, live: bool = True) -> None:
        self._table = table
        self._every_ms = every_seconds * 1000
        self._ordered = ordered
        self._live = live
        self._known: dict[str, _KnownDevice] = {}

    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        """As `Writer.write`."""
        return self.write_all(entries, (), deadline)

    def write_all(self, entries: Sequence[Entry], outages: Sequence[RecordOutage], deadline: Deadline) -> Outcome:
        """As `OutageWriter.write_all`; what fails is due again with the next message of the device."""
        devices: dict[str, _News] = {}
        for entry in entries:
            device = entry.reading.device_id
            if device not in devices:
                devices[device] = _News([], [])
            devices[device].entries.append(entry)
        for silent in outages:
            devices.setdefault(silent.outage.device_id, _News([], [])).outages.append(silent)
        try:
            self._learn([device for device, news in devices.items() if self._may_be_stale(device, news)], deadline)
            due = [device for device, news in devices.items() if self._observe(device, news)]
            failed = self._write(due, deadline)
        except TemporaryFailureError:
            return Outcome(failed=entries, outages=outages)
        self._forget()
        missed = [devices[device] for device in failed]
        return Outcome(
            failed=[entry for news in missed for entry in news.entries],
            outages=[silent for news in missed for silent in news.outages],
        )

    def _may_be_stale(self, device: str, news: _News) -> bool:
        known = self._known.get(device, _NOTHING).current
        if known is None or not self._ordered:
            return True
        times = [entry.reading.timestamp_ms for entry in news.entries]
        return has_gap(known, times + [silent.outage.timestamp_ms for silent in news.outages])

    def _learn(self, devices: Sequence[str], deadline: Deadline) -> None:
        """Bring what the table has now together with what is known of these devices."""
        stored = self._table.load(devices, deadline)
        for device in devices:
            theirs, ours = stored.get(device), self._known.get(device, _NOTHING).current
            if theirs is not None and ours is not None:
                self._known[device] = _KnownDevice(theirs, reconcile(theirs, ours))
            else:
                self._known[device] = _KnownDevice(theirs, theirs or ours)

    def _observe(self, device: str, news: _News) -> bool:
        """Take in the readings and outages of one device; returns whether the table has to be written."""
        # Put in last, so that the devices not heard for longest come first.
        known = self._known.pop(device)
        current = observe(known.current, news.entries, [silent.outage for silent in news.outages], live=self._live)
        self._known[device] = _KnownDevice(known.written, current)
        if not self._ordered:
            return current is not known.written
        return is_due(device, known.written, current, self._every_ms)

    def _write(self, devices: Sequence[str], deadline: Deadline) -> Iterable[str]:
        """Returns the devices whose state could not be written."""

        def send(chunk: Sequence[str]) -> Sequence[str]:
            changes = {}
            for device in chunk:
                written, current = self._known[device]
                if current is not None and current is not written:
                    changes[device] = (written, current)
            if not changes:
                return []
            try:
                conflicts, later = self._table.write(changes)
            except TemporaryFailureError:
                return chunk
            for device in changes.keys() - conflicts - later:
                self._known[device] = _KnownDevice(changes[device][1], changes[device][1])
            # Another container wrote these.
            self._learn(sorted(conflicts), deadline)
            return [device for device in chunk if device in conflicts or device in later]

        failed: list[str] = []
        for start in range(0, len(devices), WRITES_PER_CALL):
            failed.extend(resend(send, devices[start : start + WRITES_PER_CALL], deadline))
        return failed

    def _forget(self) -> None:
        while len(self._known) > KNOWN_DEVICES:
            del self._known[next(iter(self._known))]


def _open(settings: StateStoreSettings, ordered: bool) -> DeviceStore | None:
    if not settings.devices_table:
        return None
    if not settings.readings_table:
        raise SettingsError("DEVICES_TABLE is set and READINGS_TABLE is not: a state holds what the runs can hold")
    table = DeviceTable(clients.dynamodb(), settings.devices_table)
    return DeviceStore(table, every_seconds=settings.device_state_seconds, ordered=ordered, live=settings.live)


KIND = StoreKind(settings=StateStoreSettings, open=_open, follows=True, order=2)
