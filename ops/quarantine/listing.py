"""Count quarantined lines by day of arrival and reason, without those that were retried."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lambda_src.common.aws.objects import iso
from ops.printing import as_json, table
from ops.quarantine.lines import add_wanted, wanted_of
from ops.quarantine.objects import Objects

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud


def configure(parser: argparse.ArgumentParser) -> None:
    add_wanted(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace, cloud: Cloud) -> int:
    """Run the command. Returns 1 if a line could not be read."""
    wanted = wanted_of(options)
    counts: Counter[tuple[str, str]] = Counter()
    broken = 0
    for stored in Objects(cloud.s3, cloud.outputs.need("quarantine_bucket")).each(wanted.period):
        broken += len(stored.broken)
        counts.update(
            (iso(kept.line.source.arrived_ms)[:10], kept.line.reason)
            for kept in stored.lines
            if wanted.takes(kept.line)
        )
    if options.json:
        rows = [{"day": day, "reason": reason, "lines": count} for (day, reason), count in sorted(counts.items())]
        print(as_json(rows))
    elif counts:
        print(table(("DAY", "REASON", "LINES"), [(*key, f"{count:,}") for key, count in sorted(counts.items())]))
    else:
        print("no quarantined readings")
    return int(broken > 0)
