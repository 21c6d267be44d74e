"""Query the API for a device's readings, or for the state of devices, across all pages.

Without a period, the readings of the last 24 hours are printed. Output is printed page by page.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from ops.api.options import add_api_options, open_api
from ops.devices.ids import device_id
from ops.errors import InputError
from ops.group import add_command
from ops.period import add_period, period_of
from ops.printing import as_json
from ops.query import forms
from ops.query.pages import ask, pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ops.api.calls import ApiClient
    from ops.cloud import Cloud
    from ops.query.pages import Item

CSV = {
    "processed": "device_id sensor_type timestamp_ms timestamp value unit celsius fahrenheit is_anomaly "
    "production_line arrived_ms",
    "raw": "device_id arrived_ms arrived readings request_id message",
    "devices": "device_id status last_seen_ms last_seen interval_ms production_line",
}
_OF_READINGS = ("sensor", "start_ms", "end_ms", "date", "table", "order")


def register(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add_command(parser, sys.modules[__name__])


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "device", metavar="DEVICE", nargs="?", help="print this device's readings; with --devices, its state"
    )
    parser.add_argument(
        "--devices", action="store_true", help="print states instead of readings, of DEVICE or of all devices"
    )
    parser.add_argument("--status", metavar="WORD", help="with --devices: only devices that are shown with this status")
    parser.add_argument("--sensor", metavar="TYPE", help="only this sensor type")
    add_period(parser, of="readings", required=False)
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="one day in UTC instead of a period")
    table = "processed readings (default), or raw: the original messages"
    parser.add_argument("--table", choices=("processed", "raw"), help=table)
    parser.add_argument("--order", choices=("asc", "desc"), help="sort by time; default: asc")
    parser.add_argument("--limit", type=_limit, metavar="N", help="maximum number of items; default: all")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="print CSV, numbers with all digits")
    form.add_argument("--json", action="store_true", help="print NDJSON, one item per line as the API returns it")
    add_api_options(parser)


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    """Run the command. Raises `InputError` for options that exclude each other."""
    _check(options)
    with open_api(options, cloud) as api:
        try:
            _print(options, api)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has enough, like `head`. This is not an error, and there is nothing left to flush to.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _check(options: argparse.Namespace) -> None:
    if options.device:
        device_id(options.device)
    if options.devices:
        if any(getattr(options, name) is not None for name in _OF_READINGS):
            raise InputError("--devices excludes --sensor, --from, --to, --date, --table and --order")
        if options.device and (options.status or options.limit):
            raise InputError("--devices with a DEVICE excludes --status and --limit; one device has one state")
    elif not options.device:
        raise InputError("name a DEVICE, or use --devices for the states of all devices")
    elif options.status:
        raise InputError("--status requires --devices")
    elif options.date and (options.start_ms is not None or options.end_ms is not None):
        raise InputError("--date excludes --from and --to")


def _print(options: argparse.Namespace, api: ApiClient) -> None:
    if not options.devices:
        _write(options, options.table or "processed", pages(api, "/query", _query(options), options.limit))
    elif not options.device:
        query = {"status": options.status} if options.status else {}
        _write(options, "devices", pages(api, "/devices", query, options.limit))
    else:
        state = ask(api, f"/devices/{options.device}")
        if options.csv or options.json:
            _write(options, "devices", [[state]])
        else:
            print(as_json(state))


def _write(options: argparse.Namespace, kind: str, found: Iterable[list[Item]]) -> None:
    """Print pages. The header is printed with the first response, so that a failure prints none."""
    form: forms.Form | None = None
    for page in found:
        form = form or _form(options, kind)
        form.write(page)


def _query(options: argparse.Namespace) -> Mapping[str, object]:
    period = period_of(options)
    given = {
        "device_id": options.device,
        "sensor_type": options.sensor,
        "from": period.start_ms,
        "to": period.end_ms,
        "event_date": options.date,
        "table": options.table,
        "order": options.order,
    }
    return {name: value for name, value in given.items() if value is not None}


def _form(options: argparse.Namespace, kind: str) -> forms.Form:
    if options.json:
        return forms.NdjsonForm()
    return forms.Csv(tuple(CSV[kind].split())) if options.csv else forms.Text(forms.COLUMNS[kind])


def _limit(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1 (got {text})")
    return number
