"""Show quarantined lines with their reasons and payloads. All stay in quarantine."""

from __future__ import annotations

import argparse
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from lambda_src.common.aws.objects import iso
from ops.printing import as_json, plain
from ops.quarantine.lines import Wanted, add_wanted, wanted_of
from ops.quarantine.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cloud import Cloud
    from ops.quarantine.lines import QuarantinedLine

LIMIT = 20
LONGEST = 1000
"""Maximum number of characters printed per payload; ``--json`` prints all."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_wanted(parser)
    parser.add_argument(
        "--limit", type=_number, default=LIMIT, metavar="N", help="number of lines, oldest first; default: %(default)s"
    )
    parser.add_argument("--json", action="store_true", help="print JSON with the complete content")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    objects = Objects(cloud.s3, cloud.outputs.need("quarantine_bucket"))
    found = list(islice(_found(objects, wanted_of(options)), options.limit))
    if options.json:
        print(as_json([_whole(key, line) for key, line in found]))
        return
    for _, line in found:
        print("\n".join(_text(line)))
    if not found:
        print("no quarantined readings")


def _found(objects: Objects, wanted: Wanted) -> Iterator[tuple[str, QuarantinedLine]]:
    for stored in objects.each(wanted.period):
        for kept in stored.lines:
            if wanted.takes(kept.line):
                yield stored.key, kept.line


def _text(line: QuarantinedLine) -> Iterator[str]:
    source = line.source
    position = "" if source.position is None else f", reading {source.position} in it"
    yield f"{line.reason}  {iso(source.arrived_ms)}  {plain(source.whose)}"
    yield f"  {plain(line.detail)}"
    part = "" if source.sub_record is None else f"aggregated record {source.sub_record} in "
    yield f"  {part}record {source.sequence_number} of {source.shard_id}{position}; quarantined {line.quarantined_at}"
    text = line.payload.decode(errors="backslashreplace")
    more = f" … {len(text) - LONGEST:,} more characters" if len(text) > LONGEST else ""
    yield f"  {plain(text[:LONGEST])}{more}"


def _whole(key: str, line: QuarantinedLine) -> dict[str, Any]:
    """Return the line for JSON, with its payload as text if possible, and its object."""
    try:
        text = line.payload.decode()
    except UnicodeDecodeError:
        text = None
    return {**msgspec.to_builtins(line), "payload": text, "object": key}


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number above 0")
    return int(text)
