"""A file in a format, replayed: its good readings, moved by whole weeks, and a count of all others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.formats.named_formats import named_format
from local.errors import RunError
from local.fleet import FileReplay, ReplayError
from local.run.options import parse_options

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 30, 12, tzinfo=UTC)
LONG = """device_id,sensor,time,value,quality
press-1,Line 1/Temp,2026-01-01 00:00:01,1.5,good
press-1,Line 1/Temp,2026-01-01 00:00:01,1.5,good
press-1,Line 1/Temp,2026-01-01 00:00:01,2.5,good
press-2,flow,2026-01-01T00:00:00Z,3,good
press-2,flow,2026-01-01T00:00:02Z,4,bad
press-2,flow,2026-01-01T00:00:03Z,Bad,good
press-2,flow,yesterday,5,good
"""


def replay(path: Path, text: str, name: str) -> FileReplay:
    path.write_text(text)
    form = named_format(name)
    assert form is not None
    return FileReplay(path, form, now=NOW, thresholds={}, quiet_seconds=60)


def test_the_good_readings_of_a_file_are_sent_in_order(tmp_path: Path) -> None:
    found = replay(tmp_path / "press hall.csv", LONG, "csv")
    messages = list(found.messages())

    assert found.device_ids == ("press-1", "press-2")
    assert found.shift == timedelta(weeks=4)
    assert [reading for message in messages for reading in message.readings] == found._readings
    assert [value for _, value in found._readings] == [3.0, 1.5]
    assert (found.rows, found.duplicates, found.left_out, dict(found.refused)) == (7, 1, 2, {"invalid_timestamp": 1})
    assert [(one.line, one.kept, one.refused) for one in found.conflicts] == [(4, 1.5, 2.5)]


def test_what_is_sent_is_read_as_the_same_reading(tmp_path: Path) -> None:
    for message in replay(tmp_path / "a.csv", LONG, "csv").messages():
        (reading,) = decode(message.payload, arrived_ms=int(NOW.timestamp() * 1000)).readings
        assert ((reading.identity, reading.value),) == message.readings


def test_the_file_names_the_device_of_rows_without_one(tmp_path: Path) -> None:
    found = replay(tmp_path / "press hall.csv", "time,a,b\n2026-01-01 00:00:00,1,2\n", "csv-wide")

    assert found.device_ids == ("press-hall",)
    assert len(found) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time,a\n,1\n", "has no good reading in format csv-wide: no_timestamp 1"),
        ("", "cannot be read in format csv-wide: the file is empty"),
        ("time,a\n2026-01-01 00:00:00,Bad\n", "it holds none"),
    ],
)
def test_a_file_without_a_good_reading_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ReplayError, match=words):
        replay(tmp_path / "a.csv", text, "csv-wide")


def test_the_command_takes_any_named_format_for_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time,a\n1,1\n")
    options = parse_options(["run", "--replay", str(path), "--format", "csv-wide"])

    assert (options.replay_format, options.format) == (named_format("csv-wide"), None)
    with pytest.raises(RunError, match=r"--format morse is unknown; allowed are .*csv-wide"):
        parse_options(["run", "--replay", str(path), "--format", "morse"])
