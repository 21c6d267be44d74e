"""List the sources of failed messages: how many, since when, and how often they were redriven.

For the last two the command receives messages from a queue and returns them at once. The queue counts this as a
receive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.aws.objects import iso
from ops.dlq.dead_letter_sources import find_sources
from ops.printing import as_json, table

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud
    from ops.dlq.dead_letter_sources import DeadLetterSource

LOOK = 500
"""Messages per source that are read: the oldest of a bucket, any of a queue."""
COLUMNS = ("SOURCE", "MESSAGES", "PARTS", "UNREADABLE", "OLDEST", "REDRIVEN", "MOST OFTEN", "TARGET")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    sources = [_known(source) for source in find_sources(cloud, None)]
    if options.json:
        print(as_json(sources))
        return
    print(table(COLUMNS, [_row(source) for source in sources]))
    for source in sources:
        if source["messages"] > source["looked_at"]:
            print(f"{source['source']}: the columns after MESSAGES cover {source['looked_at']:,} messages")


def _known(source: DeadLetterSource) -> dict[str, Any]:
    looked_at = parts = broken = redriven = often = 0
    oldest: int | None = None
    for message in source.look(LOOK):
        looked_at += 1
        parts += len(message.parts)
        broken += message.broken is not None
        redriven += message.redriven > 0
        often = max(often, message.redriven)
        oldest = message.since_ms if oldest is None else min(oldest, message.since_ms)
    return {
        "source": source.name,
        # The approximate count of a queue can be lower than the number received.
        "messages": max(source.count(), looked_at),
        "looked_at": looked_at,
        "parts": parts,
        "broken": broken,
        "oldest": None if oldest is None else iso(oldest),
        "redriven": redriven,
        "redriven_most_often": often,
        "target": source.target_name,
    }


def _row(source: dict[str, Any]) -> tuple[str, ...]:
    names = ("source", "messages", "parts", "broken", "oldest", "redriven", "redriven_most_often", "target")
    return tuple("" if source[name] is None else str(source[name]) for name in names)
