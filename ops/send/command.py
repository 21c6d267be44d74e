"""Send readings from a file to the API and report the result of each.

The file holds NDJSON (one message per line, in any form that the pipeline accepts), a JSON array, or CSV with a header
such as device_id,sensor_type,timestamp,value. These are detected automatically. --format reads any other file, by a
named format, one of an environment, or one of your own in a file: wide tables, other columns, local times, decimal
commas. Such a file may also be compressed. A bad row is refused alone, with its line.

Requests that were throttled or got no response are retried and count once. The same file sent again within 24 hours
also counts once. Readings without their own time differ only by arrival; use --new to count them again.

Exit status: 0 if all were accepted, 1 if something was refused or the API failed, 2 for invalid input.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING
from uuid import uuid4

from lambda_src.common.runtime_config import MOST_READINGS
from ops.api.options import add_api_options, open_api
from ops.devices.ids import device_id
from ops.errors import FailedError, InputError
from ops.formats import add_format_options, find_format, rules_of
from ops.group import add_command
from ops.pace import Pace
from ops.send.batches import batches
from ops.send.delivery import INGEST, PROCESS, SendDelivery
from ops.send.formatted import read_formatted
from ops.send.report import SendReport
from ops.send.source import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.api.calls import ApiClient
    from ops.cloud import Cloud
    from ops.send.formatted import ItemSource

DEFAULT_BATCH = 100
STANDARD_INPUT = "-"


def register(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add_command(parser, sys.modules[__name__])


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=f"file with readings; {STANDARD_INPUT} reads standard input")
    parser.add_argument(
        "--process", action="store_true", help="use POST /process: evaluate at once and print anomalies"
    )
    batch = f"messages per request, 1 to {MOST_READINGS}; default: %(default)s"
    parser.add_argument("--batch", type=_batch, default=DEFAULT_BATCH, metavar="N", help=batch)
    parser.add_argument("--rate", type=_rate, metavar="N", help="maximum messages per second; default: no limit")
    parser.add_argument("--new", action="store_true", help="count readings even if the same file was sent before")
    parser.add_argument("--device", metavar="D", help="with --format: the device of rows that name none")
    add_format_options(parser)
    add_api_options(parser)


def run(options: argparse.Namespace, cloud: Cloud) -> int:
    """Run the command. Returns 1 if something was refused."""
    with _open(options.file) as file, open_api(options, cloud) as api:
        name = "standard input" if options.file == STANDARD_INPUT else options.file
        source = _source(file, name, options)
        report = SendReport(source.noun)
        try:
            _send(source, api, report, options)
        finally:
            report.close(api.repeated, judged=options.process)
    return int(report.refused > 0)


def _source(file: IO[bytes], name: str, options: argparse.Namespace) -> ItemSource:
    if options.format is None:
        if options.device or options.formats or options.environment:
            raise InputError("--device, --formats and --environment need --format")
        return read(file, name)
    form = find_format(rules_of(options), options.format)
    return read_formatted(file.read(), name, form, device=None if options.device is None else device_id(options.device))


def _send(source: ItemSource, api: ApiClient, report: SendReport, options: argparse.Namespace) -> None:
    run = uuid4().hex if options.new else ""
    delivery = SendDelivery(api, PROCESS if options.process else INGEST, report, run)
    pace = Pace(options.rate)
    # Batches larger than one second's messages would be sent in bursts.
    most = min(options.batch, options.rate or MOST_READINGS)
    for batch in batches(source.found, most, report.unsent):
        pace.wait(len(batch.items))
        try:
            delivery.send(batch)
        except FailedError as error:
            advice = "" if options.new else "; run the same command again, nothing counts twice"
            raise FailedError(f"stopped at {source.noun} {batch.first}: {error}{advice}") from error


@contextmanager
def _open(name: str) -> Iterator[IO[bytes]]:
    if name == STANDARD_INPUT:
        yield sys.stdin.buffer
    else:
        with Path(name).open("rb") as file:
            yield file


def _batch(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_READINGS:
        raise argparse.ArgumentTypeError(f"must be between 1 and {MOST_READINGS} (got {text})")
    return number


def _rate(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1 (got {text})")
    return number
