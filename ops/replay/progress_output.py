"""What a replay says on its way, and in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.progress import ProgressLines
from ops.replay.raw import NO_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.replay.state import Tally


class Telling:
    """About ``objects`` with ``size`` bytes; ``before`` are the readings that an earlier attempt replayed."""

    def __init__(self, *, objects: int, size: int, before: int) -> None:
        self._progress = ProgressLines()
        self._objects = objects
        self._size = size
        self._before = before

    def on_the_way(self, tally: Tally) -> None:
        percent = 100 * tally.bytes // self._size if self._size else 100
        place = f"object {min(tally.objects + 1, self._objects):,} of {self._objects:,}, {percent} %"
        self._progress.tell(f"{tally.replayed:,} readings, {self._rate(tally)}, {place}")

    def in_the_end(self, tally: Tally, *, dry_run: bool) -> list[str]:
        """Lines."""
        if not (tally.replayed or tally.left_out or tally.broken):
            return ["the archive has no readings of this period"]
        what = f"{tally.replayed:,} readings of {tally.objects:,} objects, in {tally.invocations:,} invocations"
        said = [f"would be replayed: {what}" if dry_run else f"replayed: {what}, {self._rate(tally)}"]
        if tally.refused:
            said.append(f"of these refused, as when they came or as too old for a store: {_counts(tally.refused)}")
        if tally.left_out:
            said.append(f"in the archive, and no readings that can be replayed: {_counts(tally.left_out)}")
        said += [f"broken: {key}: {why}" for key, why in sorted(tally.broken.items())]
        return said

    def _rate(self, tally: Tally) -> str:
        """Of this attempt."""
        return f"{(tally.replayed - self._before) / self._progress.seconds:,.0f}/s"


def is_incomplete(tally: Tally) -> bool:
    """Whether there were readings that did not get as far as the function; what never was a reading does not count."""
    return bool(tally.broken or tally.left_out.get(NO_TIME))


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in sorted(counts.items()))
