"""Redrive failed messages to their original target: a queue or the stream.

A message is deleted only after its target accepted all of it. An interrupted redrive loses nothing; what is sent twice
is stored once. A message that fails again keeps its history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.dlq.dead_letter_sources import find_sources
from ops.dlq.run import RedriveRun
from ops.dlq.show import add_source, number

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud
    from ops.dlq.dead_letter_sources import DeadLetterSource


def configure(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    words = "redrive at most N messages per source: the oldest of a bucket, any of a queue; default: all"
    parser.add_argument("--limit", type=number, metavar="N", help=words)
    parser.add_argument("--dry-run", action="store_true", help="print what would be redriven, without any change")


def run(options: argparse.Namespace, cloud: Cloud) -> int:
    """Run the command. Returns 1 if a message could not be redriven."""
    kept = 0
    for source in find_sources(cloud, options.source):
        one = RedriveRun(source.name, now_ms=cloud.now_ms(), limit=options.limit, dry=options.dry_run)
        try:
            source.redrive(one)
        finally:
            print(_summary(source, one))
        kept += len(one.kept)
    return int(kept > 0)


def _summary(source: DeadLetterSource, run: RedriveRun) -> str:
    verb = "would be redriven" if run.dry else "redriven"
    records = f" with {run.parts:,} records" if run.parts != run.messages else ""
    done = f"{run.messages:,} messages{records} {verb} to {source.target_name}"
    return f"{source.name}: {done}, {len(run.kept):,} kept"
