"""Send quarantined lines through the processor again and mark them as retried.

Use it after the cause is fixed, such as a rule or a threshold. Lines that are refused again come back as new lines.
Lines that were sent move from quarantine/ to retried/ in the same bucket, object by object. If the command is
interrupted in between, the next run sends the lines of one object again; nothing is stored twice.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ops.printing import table
from ops.quarantine.lines import add_wanted, wanted_of
from ops.quarantine.objects import Objects
from ops.quarantine.requeue import RequeueTarget

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud
    from ops.quarantine.lines import Wanted
    from ops.quarantine.objects import QuarantineObject

BUSY = "the transport is throttled; try again later"


def configure(parser: argparse.ArgumentParser) -> None:
    add_wanted(parser)
    parser.add_argument("--dry-run", action="store_true", help="count the lines without sending them")


class _Tally(NamedTuple):
    """Counts sent and kept lines by reason."""

    sent: Counter[str]
    kept: Counter[str]

    def keep(self, stored: QuarantineObject, index: int, why: str) -> None:
        self.kept[stored.lines[index].line.reason] += 1
        print(f"{stored.key}, line {index + 1}: kept: {why}", file=sys.stderr)


def run(options: argparse.Namespace, cloud: Cloud) -> int:
    """Run the command. Returns 1 if a selected line was not sent."""
    wanted, target = wanted_of(options), RequeueTarget.of(cloud)
    objects = Objects(cloud.s3, cloud.outputs.need("quarantine_bucket"))
    tally, broken = _Tally(Counter(), Counter()), 0
    for stored in objects.each(wanted.period):
        broken += len(stored.broken)
        _retry(stored, wanted, target, None if options.dry_run else objects, tally)
    reasons = sorted(tally.sent.keys() | tally.kept.keys())
    if reasons:
        columns = ("REASON", "WOULD BE SENT" if options.dry_run else "SENT", "KEPT")
        print(table(columns, [(reason, f"{tally.sent[reason]:,}", f"{tally.kept[reason]:,}") for reason in reasons]))
    else:
        print("no quarantined readings")
    return int(broken > 0 or bool(tally.kept))


def _retry(
    stored: QuarantineObject, wanted: Wanted, target: RequeueTarget, objects: Objects | None, tally: _Tally
) -> None:
    """Retry the lines of one object. Without ``objects`` it only counts."""
    lines = {}
    for index, kept in enumerate(stored.lines):
        if wanted.takes(kept.line):
            why = target.refuses(kept.line)
            if why is None:
                lines[index] = kept.line
            else:
                tally.keep(stored, index, why)
    taken = set(lines) if objects is None else target.send(lines)
    for index in sorted(set(lines) - taken):
        tally.keep(stored, index, BUSY)
    if objects is not None and taken and not objects.move_retried(stored, taken):
        print(f"{stored.key}: rewritten meanwhile; its lines are kept, run the command again", file=sys.stderr)
    tally.sent.update(stored.lines[index].line.reason for index in taken)
