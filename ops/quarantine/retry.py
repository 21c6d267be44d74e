"""Send what lies in quarantine through the processor again, as it came, and mark it as retried.

Worth it after the reason is gone, as with a rule or a threshold that was changed. What is refused again comes back as
a new line. Lines that were sent move from quarantine/ to retried/ in the same bucket, object by object: where the
command ends in between, the lines of one object are sent once more by the next, which stores nothing twice.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ops.printing import table
from ops.quarantine.lines import add_wanted, wanted_of
from ops.quarantine.objects import Objects
from ops.quarantine.requeue import Front

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud
    from ops.quarantine.lines import Wanted
    from ops.quarantine.objects import QuarantineObject

BUSY = "the transport takes no more for now"


def configure(parser: argparse.ArgumentParser) -> None:
    add_wanted(parser)
    parser.add_argument("--dry-run", action="store_true", help="count what would be sent, and send nothing")


class _Tally(NamedTuple):
    """Lines by reason, and why lines stay by object."""

    sent: Counter[str]
    left: Counter[str]

    def tell(self, stored: QuarantineObject, place: int, why: str) -> None:
        self.left[stored.lines[place].line.reason] += 1
        print(f"{stored.key}, line {place + 1}: stays: {why}", file=sys.stderr)


def run(options: argparse.Namespace, cloud: Cloud) -> int:
    """Returns 1 where a wanted line was not sent."""
    wanted, front = wanted_of(options), Front.of(cloud)
    objects = Objects(cloud.s3, cloud.outputs.need("quarantine_bucket"))
    tally, broken = _Tally(Counter(), Counter()), 0
    for stored in objects.each(wanted.period):
        broken += len(stored.broken)
        _retry(stored, wanted, front, None if options.dry_run else objects, tally)
    reasons = sorted(tally.sent.keys() | tally.left.keys())
    if reasons:
        columns = ("REASON", "WOULD BE SENT" if options.dry_run else "SENT", "STAY")
        print(table(columns, [(reason, f"{tally.sent[reason]:,}", f"{tally.left[reason]:,}") for reason in reasons]))
    else:
        print("nothing")
    return int(broken > 0 or bool(tally.left))


def _retry(stored: QuarantineObject, wanted: Wanted, front: Front, objects: Objects | None, tally: _Tally) -> None:
    """One object; without ``objects`` nothing is sent and nothing is moved."""
    lines = {}
    for place, kept in enumerate(stored.lines):
        if wanted.takes(kept.line):
            why = front.refuses(kept.line)
            if why is None:
                lines[place] = kept.line
            else:
                tally.tell(stored, place, why)
    taken = set(lines) if objects is None else front.send(lines)
    for place in sorted(set(lines) - taken):
        tally.tell(stored, place, BUSY)
    if objects is not None and taken and not objects.settle(stored, taken):
        print(f"{stored.key}: was written anew meanwhile; its lines stay and can be sent again", file=sys.stderr)
    tally.sent.update(stored.lines[place].line.reason for place in taken)
