"""Send dead letters back to where they came from: a queue's messages, a stream's records, a rule's messages.

A letter is taken away only after all of it was taken there; interrupted, nothing is lost, and what goes twice is stored
once. One that fails again comes back with its history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.dlq.dead_letter_sources import find_places
from ops.dlq.run import RedriveRun
from ops.dlq.show import add_place, number

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud
    from ops.dlq.dead_letter_sources import Place


def configure(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    words = "letters a place at most, the oldest of a bucket, any of a queue; default: all"
    parser.add_argument("--limit", type=number, metavar="N", help=words)
    parser.add_argument("--dry-run", action="store_true", help="say what would go, and leave everything as it is")


def run(options: argparse.Namespace, cloud: Cloud) -> int:
    """Returns 1 where a letter had to stay."""
    stayed = 0
    for place in find_places(cloud, options.place):
        one = RedriveRun(place.name, now_ms=cloud.now_ms(), limit=options.limit, dry=options.dry_run)
        try:
            place.redrive(one)
        finally:
            print(_summary(place, one))
        stayed += len(one.stayed)
    return int(stayed > 0)


def _summary(place: Place, run: RedriveRun) -> str:
    verb = "would go" if run.dry else "went"
    holding = f", which hold {run.parts:,}" if run.parts != run.letters else ""
    return f"{place.name}: {run.letters:,} letters{holding}, {verb} back to {place.goes_to}; {len(run.stayed):,} stayed"
