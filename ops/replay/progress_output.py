"""Progress and summary of a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.progress import ProgressLines
from ops.replay.raw import NO_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.replay.state import Tally


class ReplayProgress:
    """Progress over ``objects`` with ``size`` bytes. ``before`` readings were replayed by an earlier attempt."""

    def __init__(self, *, objects: int, size: int, before: int) -> None:
        self._progress = ProgressLines()
        self._objects = objects
        self._size = size
        self._before = before

    def update(self, tally: Tally) -> None:
        """Print how far the replay is."""
        percent = 100 * tally.bytes // self._size if self._size else 100
        position = f"object {min(tally.objects + 1, self._objects):,} of {self._objects:,}, {percent} %"
        self._progress.show(f"{tally.replayed:,} readings, {self._rate(tally)}, {position}")

    def summary(self, tally: Tally, *, dry_run: bool) -> list[str]:
        """Return the lines of the summary."""
        if not (tally.replayed or tally.left_out or tally.broken):
            return ["the archive has no readings for this period"]
        what = f"{tally.replayed:,} readings from {tally.objects:,} objects in {tally.invocations:,} invocations"
        said = [f"would be replayed: {what}" if dry_run else f"replayed: {what}, {self._rate(tally)}"]
        if tally.refused:
            said.append(f"of these, refused as invalid or too old: {_counts(tally.refused)}")
        if tally.left_out:
            said.append(f"skipped because they cannot be replayed: {_counts(tally.left_out)}")
        said += [f"unreadable: {key}: {why}" for key, why in sorted(tally.broken.items())]
        return said

    def _rate(self, tally: Tally) -> str:
        """Return the rate of this attempt."""
        return f"{(tally.replayed - self._before) / self._progress.seconds:,.0f}/s"


def is_incomplete(tally: Tally) -> bool:
    """Return whether readings did not reach the function. Content that never was a reading does not count."""
    return bool(tally.broken or tally.left_out.get(NO_TIME))


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in sorted(counts.items()))
