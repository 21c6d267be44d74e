"""The replay itself: object by object, batch by batch, noting after each batch how far it is done."""

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
    from ops.replay.batch import ReplayBatch, ReplayRecord
    from ops.replay.downloads import Downloads
    from ops.replay.progress_output import Telling
    from ops.replay.rows import Reader
    from ops.replay.state import State


class ReplayTarget(Protocol):
    """Where the batches go."""

    def send(self, records: Sequence[ReplayRecord]) -> Counter[str]:
        """Returns what was refused, by reason, once everything else is stored."""
        ...


class Notes(Protocol):
    """Where it is kept how far the replay got."""

    def write(self, state: State) -> None: ...


class Playing:
    """``state`` says how far everything that was *read* is; it is only kept while no batch is under way, and so always
    says what is done.
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
        telling: Telling,
    ) -> None:
        self._reader = reader
        self._batch = batch
        self._target = target
        self._notes = notes
        self._state = state
        self._begun = state.key, state.position
        self._pace = pace
        self._telling = telling

    def play(self, archive: Archive, downloads: Downloads) -> None:
        """Everything that is not done yet."""
        with closing(downloads.each(archive.objects(after=self._state.done))) as objects:
            for found, file in objects:
                try:
                    self._play(found, file)
                except BrokenObjectError as error:
                    self._state.tally.broken[found.key] = str(error)
                    print(f"{found.key}: {error}", file=sys.stderr)
                self._finish(found)
        self._flush()

    def _play(self, found: Found, file: Path | str) -> None:
        if isinstance(file, str):
            raise BrokenObjectError(file)
        state = self._state
        begun, position = self._begun
        after = position if begun == found.key else 0
        for position, content, came in self._reader.read(file, found, after=after):
            if isinstance(content, str):
                left_out = state.tally.left_out
                left_out[content] = left_out.get(content, 0) + 1
            elif not self._batch.add(content, came):
                self._flush()
                self._batch.add(content, came)
            state.key, state.position = found.key, position

    def _finish(self, found: Found) -> None:
        state = self._state
        state.done, state.key, state.position = found.key, "", 0
        state.tally.objects += 1
        state.tally.bytes += found.size
        if not len(self._batch):
            self._notes.write(state)
        self._telling.on_the_way(state.tally)

    def _flush(self) -> None:
        """Send what was collected; from then on it is done."""
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
        self._telling.on_the_way(self._state.tally)
