"""Show failed messages: content, reason of the failure, and earlier redrives. All stay in their source.

Messages of a queue are returned at once. The queue counts this as a receive.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from lambda_src.common.aws.objects import iso
from ops.dlq.dead_letter_sources import NAMES, find_sources
from ops.printing import as_json, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cloud import Cloud
    from ops.dlq.messages import FailedItem, FailedMessage

LIMIT = 10
LONGEST = 1000
"""Maximum number of characters printed per part; ``--json`` prints all."""
MOST_PARTS = 10


def configure(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    parser.add_argument(
        "--limit", type=number, default=LIMIT, metavar="N", help="messages per source; default: %(default)s"
    )
    parser.add_argument("--json", action="store_true", help="print JSON with the complete content")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    found = [
        (source.name, message)
        for source in find_sources(cloud, options.source)
        for message in source.look(options.limit)
    ]
    if options.json:
        print(as_json([{"source": source, **message.plain()} for source, message in found]))
        return
    for source, message in found:
        print("\n".join(_text(source, message)))
    if not found:
        print("no failed messages")


def add_source(parser: argparse.ArgumentParser) -> None:
    words = (
        "queue: the processor's queue; bridge: the bridge's queue; records: stream records that failed all retries; "
    )
    words += "rule: messages that the topic rule could not deliver; default: all"
    parser.add_argument("--source", choices=NAMES, help=words)


def number(text: str) -> int:
    found = int(text)
    if found < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1 (got {text})")
    return found


def _text(source: str, message: FailedMessage) -> Iterator[str]:
    received = "" if message.receives is None else f", received {message.receives} times"
    yield f"{source} {message.id}"
    yield f"  since {iso(message.since_ms)}{received}"
    if message.broken is not None:
        yield f"  unreadable: {message.broken}"
    for name, fact in message.facts.items():
        yield f"  {name.replace('_', ' ')}: {fact if isinstance(fact, str) else json.dumps(fact)}"
    for part in message.parts[:MOST_PARTS]:
        yield from _part(part)
    if len(message.parts) > MOST_PARTS:
        yield f"  … and {len(message.parts) - MOST_PARTS:,} more"


def _part(part: FailedItem) -> Iterator[str]:
    text = part.data.decode(errors="backslashreplace")
    shown = plain(text[:LONGEST])
    more = f" … {len(text) - LONGEST:,} more characters" if len(text) > LONGEST else ""
    key = "" if part.partition_key is None else f"{part.partition_key}: "
    yield f"  {key}{shown}{more}"
    for time in part.history:
        since = f", failed since {time['dead_since']}" if "dead_since" in time else ""
        yield f"    redriven {time['redriven_at']} from {time['from']}{since}"
