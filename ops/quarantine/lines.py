"""Lines of the quarantine, and the options that select them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from lambda_src.common.readings.rejects import Reason
from ops.devices.ids import device_id
from ops.period import Period, add_period, period_of

if TYPE_CHECKING:
    import argparse


class Origin(msgspec.Struct, frozen=True):
    """The origin of a line, `lambda_src.common.quarantine.Source` in all its versions."""

    event_source_arn: str
    shard_id: str
    sequence_number: str
    partition_key: str
    arrived_ms: int
    position: int | None = None
    device: str | UnsetType | None = UNSET
    """Not set in lines of older versions."""
    received_ms: int | None = None
    topic: str | None = None
    sub_record: int | None = None

    @property
    def whose(self) -> str:
        """Return the device, as far as the line tells without its payload."""
        return self.device or self.partition_key


class QuarantinedLine(msgspec.Struct, frozen=True):
    """One quarantined reading or message."""

    reason: str
    detail: str
    payload: bytes = msgspec.field(name="payload_base64")
    source: Origin
    quarantined_at: str


class Wanted(NamedTuple):
    """The lines that a command selects; None means any. The period is that of their arrival."""

    period: Period
    reason: str | None
    device: str | None

    def takes(self, line: QuarantinedLine) -> bool:
        """Return whether the line is selected."""
        return (
            self.period.has(line.source.arrived_ms)
            and self.reason in (None, line.reason)
            and self.device in (None, line.source.whose)
        )


def add_wanted(parser: argparse.ArgumentParser) -> None:
    add_period(parser, of="the arrival", required=False)
    parser.add_argument(
        "--reason", choices=[str(reason) for reason in Reason], metavar="CODE", help="only lines with this reason"
    )
    parser.add_argument("--device", metavar="ID", help="only lines of this device, or with it as the partition key")


def wanted_of(options: argparse.Namespace) -> Wanted:
    device = None if options.device is None else device_id(options.device)
    return Wanted(period_of(options), options.reason, device)
