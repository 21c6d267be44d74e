"""Replay object by object and batch by batch, and save the state after each batch."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from ops.replay.rows import BrokenObjectError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence
    from pathlib import Path

    from ops.pace import Pace
    from ops.replay.archive import Archive, Found
    from ops.replay.batch import PackedRecord, ReplayBatch
    from ops.replay.downloads import Downloads
    from ops.replay.progress_output import ReplayProgress
    from ops.replay.rows import Reader
    from ops.replay.state import State


class ReplayTarget(Protocol):
    """Accepts batches."""

    def send(self, records: Sequence[PackedRecord]) -> Counter[str]:
        """Store the records. Returns the refused ones by reason."""
        ...


class Notes(Protocol):
    """Saves the state of a replay."""

    def write(self, state: State) -> None: ...


class ReplayRunner:
    """Replays an archive.

    ``state`` tells how far objects were *read*. It is saved only while no batch is pending, so what is saved is done.
    """

    def __init__(
        self,
        *,
        reader: Reader,
        batch: ReplayBatch,
        target: ReplayTarget,
        notes: Notes,
        state: State,
        pace: Pace,
        progress: ReplayProgress,
    ) -> None:
        self._reader = reader
        self._batch = batch
        self._target = target
        self._notes = notes
        self._state = state
        self._begun = state.key, state.position
        self._pace = pace
        self._progress = progress

    def run(self, archive: Archive, downloads: Downloads) -> None:
        """Replay everything that is not done yet."""
        with closing(downloads.each(archive.objects(after=self._state.done))) as objects:
            for found, file in objects:
                try:
                    self._replay(found, file)
                except BrokenObjectError as error:
                    self._state.tally.broken[found.key] = str(error)
                    print(f"{found.key}: {error}", file=sys.stderr)
                self._finish(found)
        self._flush()

    def _replay(self, found: Found, file: Path | str) -> None:
        if isinstance(file, str):
            raise BrokenObjectError(file)
        state = self._state
        begun, position = self._begun
        after = position if begun == found.key else 0
        for position, content, group in self._reader.read(file, found, after=after):
            if isinstance(content, str):
                left_out = state.tally.left_out
                left_out[content] = left_out.get(content, 0) + 1
            elif not self._batch.add(content, group):
                self._flush()
                self._batch.add(content, group)
            state.key, state.position = found.key, position

    def _finish(self, found: Found) -> None:
        state = self._state
        state.done, state.key, state.position = found.key, "", 0
        state.tally.objects += 1
        state.tally.bytes += found.size
        if not len(self._batch):
            self._notes.write(state)
        self._progress.update(state.tally)

    def _flush(self) -> None:
        """Send the collected readings and save the state."""
        readings = len(self._batch)
        if readings:
            self._pace.wait(readings)
            refused = self._target.send(self._batch.take())
            tally = self._state.tally
            tally.replayed += readings
            tally.invocations += 1
            for reason, count in refused.items():
                tally.refused[reason] = tally.refused.get(reason, 0) + count
        self._notes.write(self._state)
        self._progress.update(self._state.tally)
