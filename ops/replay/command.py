"""Send a period of the archive through the processor again: every write is idempotent, and the verdicts are new.

Alerts are not sent again, and what stands in S3 about a reading's arrival stays as it is. The period is that of the
readings' own times. A reading may have come much later, so objects are looked for from an hour before the period to
--late hours after it. Objects that are delivered while the command runs may be missed: let the period end earlier.

It can be ended at any time; the same command then goes on where it was, by its file of state.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_src.common.readings.fields import parse_sensor_type
from lambda_src.common.readings.rejects import RuleBrokenError
from ops.devices.ids import device_id
from ops.errors import InputError
from ops.group import add_command
from ops.pace import Pace
from ops.period import add_period, period_of
from ops.replay.archive import Archive
from ops.replay.batch import READINGS_PER_BATCH, ReplayBatch
from ops.replay.downloads import Downloads
from ops.replay.function import ReplayFunction
from ops.replay.progress_output import Telling, is_incomplete
from ops.replay.rows import Scope
from ops.replay.runner import Playing
from ops.replay.state import State, StateFile, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.cloud import Cloud
    from ops.replay.batch import ReplayRecord
    from ops.replay.rows import Reader

LATE_HOURS = 24


def register(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add_command(parser, sys.modules[__name__])


def configure(parser: argparse.ArgumentParser) -> None:
    add_period(parser, of="the readings' times", required=True)
    parser.add_argument("--device", metavar="ID", help="only this one; default: all")
    parser.add_argument("--sensor", metavar="TYPE", help="only this type; default: all")
    parser.add_argument(
        "--late",
        type=_whole,
        default=LATE_HOURS,
        metavar="HOURS",
        help="how long after its time a reading may have arrived; default: %(default)s",
    )
    parser.add_argument("--rate", type=_positive, metavar="N", help="readings a second, at most")
    parser.add_argument("--dry-run", action="store_true", help="read and count, and send nothing")
    parser.add_argument("--state", type=Path, metavar="FILE", help="default: replay-… .json here, named by the options")


def run(options: argparse.Namespace, cloud: Cloud) -> int:
    """Returns 1 where something in the archive could not be replayed."""
    scope = _scope(options)
    lake = cloud.outputs.find("lake_bucket")
    prefix, bucket = ("readings/", lake) if lake else ("raw-data/", cloud.outputs.need("raw_bucket"))
    name = cloud.outputs.need("replay_function")
    arguments = fingerprint(
        {"function": name, "bucket": bucket, "prefix": prefix, "scope": scope, "late": options.late}
    )
    file = StateFile(options.state or Path(f"replay-{arguments}.json"))
    state = State(arguments) if options.dry_run else file.read(arguments)
    archive = Archive(
        cloud.s3,
        bucket,
        prefix,
        start_ms=options.start_ms,
        end_ms=options.end_ms,
        late_hours=options.late,
        sensor=scope.sensor,
    )
    if state.began:
        print(f"goes on after {state.tally.replayed:,} readings, by {file.path}", file=sys.stderr)
    objects, size = _totals(archive)
    telling = Telling(objects=objects, size=size, before=state.tally.replayed)
    playing = Playing(
        reader=_reader(scope, parquet=bool(lake)),
        batch=ReplayBatch(min(options.rate or READINGS_PER_BATCH, READINGS_PER_BATCH)),
        target=_Nothing() if options.dry_run else ReplayFunction(cloud.functions, name),
        notes=_Nothing() if options.dry_run else file,
        state=state,
        pace=Pace(None if options.dry_run else options.rate),
        telling=telling,
    )
    with nullcontext() if options.dry_run else _kept(file):
        playing.play(archive, Downloads(cloud.s3, bucket))
    print("\n".join(telling.in_the_end(state.tally, dry_run=options.dry_run)))
    return int(is_incomplete(state.tally))


@contextmanager
def _kept(file: StateFile) -> Iterator[None]:
    """The state's file goes when the replay is over, and is told of where it is not."""
    try:
        yield
    except BaseException:
        if file.path.exists():
            print(f"the same command goes on from here, by {file.path}", file=sys.stderr)
        raise
    file.remove()


class _Nothing:
    """Where the batches and the notes of a dry run go."""

    def send(self, _records: Sequence[ReplayRecord]) -> Counter[str]:
        return Counter()

    def write(self, _state: State) -> None:
        return


def _scope(options: argparse.Namespace) -> Scope:
    device = None if options.device is None else device_id(options.device)
    try:
        sensor = None if options.sensor is None else parse_sensor_type(options.sensor)
    except RuleBrokenError as error:
        raise InputError(f"--sensor: {error.detail}") from error
    return Scope(period_of(options), device, sensor)


def _reader(scope: Scope, *, parquet: bool) -> Reader:
    # Imported where it is needed: DuckDB takes a quarter of a second, which every other command would wait for.
    if parquet:
        from ops.replay.parquet import ParquetReader

        return ParquetReader(scope)
    from ops.replay.raw import RawObjectReader

    return RawObjectReader(scope)


def _totals(archive: Archive) -> tuple[int, int]:
    """How many objects there are, and their bytes."""
    objects = size = 0
    for found in archive.objects():
        objects += 1
        size += found.size
    return objects, size


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _positive(text: str) -> int:
    number = _whole(text)
    if not number:
        raise argparse.ArgumentTypeError("0 is too few")
    return number
