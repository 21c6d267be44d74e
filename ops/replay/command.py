"""Process a period of the archive again. Writes are idempotent, verdicts are new, alerts are not sent again.

The arrival times in S3 stay as they are. The period is that of the readings' own times. A reading may have arrived much
later, so the command reads objects from an hour before the period to --late hours after it. Objects delivered while the
command runs may be missed; choose a period that ended earlier.

The raw archive has messages as they came: with --environment they are read by its formats and gateways.

The command can be interrupted at any time. The same command then resumes from its state file.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.sensor_names import check_sensor_type
from ops.devices.ids import device_id
from ops.errors import InputError
from ops.formats import add_environment, environment_rules
from ops.group import add_command
from ops.pace import Pace
from ops.period import add_period, period_of
from ops.replay.archive import Archive
from ops.replay.batch import READINGS_PER_BATCH, ReplayBatch
from ops.replay.downloads import Downloads
from ops.replay.function import ReplayClient
from ops.replay.progress_output import ReplayProgress, is_incomplete
from ops.replay.rows import Scope
from ops.replay.runner import ReplayRunner
from ops.replay.state import State, StateFile, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.cloud import Cloud
    from ops.replay.batch import PackedRecord
    from ops.replay.rows import Reader

LATE_HOURS = 24


def register(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add_command(parser, sys.modules[__name__])


def configure(parser: argparse.ArgumentParser) -> None:
    add_period(parser, of="the readings' own times", required=True)
    parser.add_argument("--device", metavar="ID", help="only this device; default: all")
    parser.add_argument("--sensor", metavar="TYPE", help="only this sensor type; default: all")
    parser.add_argument(
        "--late",
        type=_whole,
        default=LATE_HOURS,
        metavar="HOURS",
        help="how many hours after its own time a reading may have arrived; default: %(default)s",
    )
    add_environment(parser)
    parser.add_argument("--rate", type=_positive, metavar="N", help="maximum readings per second")
    parser.add_argument("--dry-run", action="store_true", help="read and count without sending")
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="state file; default: replay-….json in this folder, named after the options",
    )


def run(options: argparse.Namespace, cloud: Cloud) -> int:
    """Run the command. Returns 1 if something in the archive could not be replayed."""
    scope = _scope(options)
    lake = cloud.outputs.find("lake_bucket")
    prefix, bucket = ("readings/", lake) if lake else ("raw-data/", cloud.outputs.need("raw_bucket"))
    name = cloud.outputs.need("replay_function")
    what = {"function": name, "bucket": bucket, "prefix": prefix, "scope": scope, "late": options.late}
    arguments = fingerprint(what | ({"environment": options.environment} if options.environment else {}))
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
        print(f"resuming after {state.tally.replayed:,} readings from {file.path}", file=sys.stderr)
    objects, size = _totals(archive)
    progress = ReplayProgress(objects=objects, size=size, before=state.tally.replayed)
    runner = ReplayRunner(
        reader=_reader(scope, options.environment, parquet=bool(lake)),
        batch=ReplayBatch(min(options.rate or READINGS_PER_BATCH, READINGS_PER_BATCH)),
        target=_DryRun() if options.dry_run else ReplayClient(cloud.functions, name),
        notes=_DryRun() if options.dry_run else file,
        state=state,
        pace=Pace(None if options.dry_run else options.rate),
        progress=progress,
    )
    with nullcontext() if options.dry_run else _kept(file):
        runner.run(archive, Downloads(cloud.s3, bucket))
    print("\n".join(progress.summary(state.tally, dry_run=options.dry_run)))
    return int(is_incomplete(state.tally))


@contextmanager
def _kept(file: StateFile) -> Iterator[None]:
    """Delete the state file when the replay is complete; otherwise print how to resume."""
    try:
        yield
    except BaseException:
        if file.path.exists():
            print(f"run the same command again to resume from {file.path}", file=sys.stderr)
        raise
    file.remove()


class _DryRun:
    """Accepts the batches and the state of a dry run and discards them."""

    def send(self, _records: Sequence[PackedRecord]) -> Counter[str]:
        return Counter()

    def write(self, _state: State) -> None:
        return


def _scope(options: argparse.Namespace) -> Scope:
    device = None if options.device is None else device_id(options.device)
    try:
        sensor = None if options.sensor is None else check_sensor_type(options.sensor)
    except RuleBrokenError as error:
        raise InputError(f"--sensor: {error.detail}") from error
    return Scope(period_of(options), device, sensor)


def _reader(scope: Scope, environment: str | None, *, parquet: bool) -> Reader:
    # Imported here because DuckDB takes a quarter of a second, for which every other command would wait.
    if parquet:
        from ops.replay.parquet import ParquetReader

        return ParquetReader(scope)
    from ops.replay.raw import RawObjectReader

    return RawObjectReader(scope, environment_rules(environment).decode_rules())


def _totals(archive: Archive) -> tuple[int, int]:
    """Return the number of objects and their bytes."""
    objects = size = 0
    for found in archive.objects():
        objects += 1
        size += found.size
    return objects, size


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _positive(text: str) -> int:
    number = _whole(text)
    if not number:
        raise argparse.ArgumentTypeError("must be at least 1 (got 0)")
    return number
