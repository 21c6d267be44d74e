"""Show dead letters with what they hold, why they were given up, and how often they were redriven; all stay there.

A queue's messages are given back at once; the queue counts each as received once more.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from lambda_src.common.aws.objects import iso
from ops.dlq.dead_letter_sources import NAMES, find_places
from ops.printing import as_json, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cloud import Cloud
    from ops.dlq.messages import Letter, Part

LIMIT = 10
LONGEST = 1000
"""Characters of a part that are printed for people; ``--json`` has all of them."""
MOST_PARTS = 10


def configure(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    parser.add_argument(
        "--limit", type=number, default=LIMIT, metavar="N", help="letters a place; default: %(default)s"
    )
    parser.add_argument("--json", action="store_true", help="for programs: everything, whole")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    found = [
        (place.name, letter) for place in find_places(cloud, options.place) for letter in place.look(options.limit)
    ]
    if options.json:
        print(as_json([{"place": place, **letter.plain()} for place, letter in found]))
        return
    for place, letter in found:
        print("\n".join(_text(place, letter)))
    if not found:
        print("nothing")


def add_place(parser: argparse.ArgumentParser) -> None:
    words = "queue: of the processor; bridge: of the bridge; records: stream records that the processor gave up; "
    words += "rule: messages that the topic rule could not deliver; default: all"
    parser.add_argument("--place", choices=NAMES, help=words)


def number(text: str) -> int:
    found = int(text)
    if found < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return found


def _text(place: str, letter: Letter) -> Iterator[str]:
    received = "" if letter.receives is None else f", received {letter.receives} times"
    yield f"{place} {letter.id}"
    yield f"  since {iso(letter.since_ms)}{received}"
    if letter.broken is not None:
        yield f"  cannot be read: {letter.broken}"
    for name, fact in letter.facts.items():
        yield f"  {name.replace('_', ' ')}: {fact if isinstance(fact, str) else json.dumps(fact)}"
    for part in letter.parts[:MOST_PARTS]:
        yield from _part(part)
    if len(letter.parts) > MOST_PARTS:
        yield f"  … and {len(letter.parts) - MOST_PARTS:,} more"


def _part(part: Part) -> Iterator[str]:
    text = part.data.decode(errors="backslashreplace")
    shown = plain(text[:LONGEST])
    more = f" … {len(text) - LONGEST:,} characters more" if len(text) > LONGEST else ""
    key = "" if part.partition_key is None else f"{part.partition_key}: "
    yield f"  {key}{shown}{more}"
    for time in part.history:
        since = f", dead since {time['dead_since']}" if "dead_since" in time else ""
        yield f"    redriven {time['redriven_at']} from {time['from']}{since}"
