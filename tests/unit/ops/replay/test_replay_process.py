"""A replay as a process of its own: its memory, and its end by `kill -9`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.unit.ops.replay.archives import NEW_YEAR_MS, many
from tests.unit.ops.replay.surroundings import surroundings


@pytest.fixture
def around(archive):
    """Over the archive that this process fills: moto's server answers from the same memory."""
    with surroundings() as found:
        yield found


def fill(archive, objects, each):
    for number in range(objects):
        archive.put_bytes(many(number * each, each), at=NEW_YEAR_MS)


def test_memory_stays_flat_over_100_000_readings(archive, around):
    """Measured is the most resident memory of the process, by `/proc/self/status` at its end, first for twice 5,000
    readings and then for ten times as many in objects of ten times the size. Interpreter, SDK and DuckDB take some
    115 MB of it; the 90,000 readings that the second has more would take 60 MB as Python objects.
    """
    fill(archive, 2, 5_000)
    few = around.run()
    archive.empty()
    fill(archive, 2, 50_000)
    lot = around.run()

    assert (few.status, lot.status) == (0, 0)
    assert "replayed: 100,000 readings from 2 objects" in lot.output
    assert sum(map(len, around.function.batches)) == 110_000
    assert lot.peak_kb - few.peak_kb < 20_000


@pytest.mark.parametrize("hold", [0, 3, 7])
def test_a_killed_replay_resumes_and_repeats_at_most_one_batch(archive, around, hold):
    fill(archive, 3, 5_000)
    function = around.function
    function.hold = hold
    first = around.start()
    while not function.held.wait(0.1):
        assert first.poll() is None
    first.kill()
    assert first.wait(60) == -9
    function.go.set()
    taken = [value for batch in function.batches for value in batch]

    ended = around.run()

    assert ended.status == 0
    sent = Counter(value for batch in function.batches for value in batch)
    assert sorted(sent) == [float(n) for n in range(15_000)]
    again = [value for value, count in sent.items() if count > 1]
    assert sorted(again) == sorted(function.batches[hold])
    assert set(again) <= set(taken)
    assert list(Path().glob("replay-*")) == []
