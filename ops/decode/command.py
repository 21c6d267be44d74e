"""Show what the pipeline makes of a payload: readings, refusals with their reasons, and what is skipped.

It needs no AWS and is the code of the functions. FILE holds one payload as a device sends it. Without --format the
format is the one that the environment binds to --topic; if there is none, the usual shapes are read.

Exit status: 0 if everything was read or skipped, 1 if something was refused, 2 for invalid input.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_src.common.clock import now_ms
from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.fields import parse_device_id
from lambda_src.common.readings.rejects import Reason, Reject, RuleBrokenError
from lambda_src.common.readings.rules import Source, bound_format
from lambda_src.common.readings.times import LATEST_MS, OLDEST_MS
from ops.decode.printing import decoded_json, decoded_text
from ops.errors import InputError
from ops.formats import add_format_options, find_format, rules_of

if TYPE_CHECKING:
    from lambda_src.common.readings.decoded import Decoded
    from lambda_src.common.readings.reading import Identity, Reading
    from lambda_src.common.readings.rules import DecodeRules

STANDARD_INPUT = "-"


def register(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("file", metavar="FILE", help=f"file with one payload; {STANDARD_INPUT} reads standard input")
    add_format_options(parser)
    parser.add_argument("--topic", metavar="T", help="the topic that the payload was sent to")
    parser.add_argument("--device", metavar="D", help="its sender; default: the device that the payload names")
    parser.add_argument("--arrived", type=_arrival, metavar="MS", help="arrival in UTC milliseconds; default: now")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command. Returns 1 if something was refused."""
    rules = rules_of(options)
    source = _source(options, rules)
    payload = sys.stdin.buffer.read() if options.file == STANDARD_INPUT else Path(options.file).read_bytes()
    arrived_ms = now_ms() if options.arrived is None else options.arrived
    decoded = decode(
        payload, arrived_ms=arrived_ms, device_id=options.device, rules=rules, source=source, thorough=True
    )
    decoded = _without_repeats(decoded, payload)
    bound = bound_format(rules, source)
    print(decoded_json(decoded) if options.json else decoded_text(decoded, None if bound is None else bound.form.form))
    return int(bool(decoded.rejects))


def _without_repeats(decoded: Decoded, payload: bytes) -> Decoded:
    """As the processor does: of one identity the first reading counts, and another value contradicts it."""
    first: dict[Identity, Reading] = {}
    rejects = list(decoded.rejects)
    for reading, position in zip(decoded.readings, decoded.positions, strict=True):
        earlier = first.setdefault(reading.identity, reading)
        if not earlier.agrees_with(reading):
            detail = f"{reading.sensor_type} has another value, unit or quality at the same time in the payload"
            rejects.append(Reject(Reason.CONFLICT, detail, payload, position))
    return decoded._replace(readings=list(first.values()), positions=[None] * len(first), rejects=rejects)


def _arrival(text: str) -> int:
    if not text.isdecimal() or not OLDEST_MS <= int(text) <= LATEST_MS:
        raise argparse.ArgumentTypeError(f"{text!r} must be UTC milliseconds between the years 2000 and 9999")
    return int(text)


def _source(options: argparse.Namespace, rules: DecodeRules) -> Source:
    if options.device is not None:
        try:
            parse_device_id(options.device)
        except RuleBrokenError as error:
            raise InputError(f"--device {options.device!r}: {error}") from error
    if options.format is not None:
        find_format(rules, options.format)
    return Source(options.topic, None if options.topic is None else "mqtt", options.format)
