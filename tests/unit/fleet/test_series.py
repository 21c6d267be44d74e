"""Reading a recorded series: what is refused, and in which words."""

from __future__ import annotations

import re

import pytest

from local.errors import RunError
from local.fleet.series import ReplayError, read_rows

GOOD = "2026-11-20 10:00:00,1"


@pytest.mark.parametrize(
    ("row", "column", "shown"),
    [
        ("yesterday,1", "timestamp", "'yesterday'"),
        (",1", "timestamp", "''"),
        ("1700000000,1", "timestamp", "'1700000000'"),
        ("2026-02-30 10:00:00,1", "timestamp", "'2026-02-30 10:00:00'"),
        ("2026-11-20 10:00:00,hot", "value", "'hot'"),
        ("2026-11-20 10:00:00,NaN", "value", "'NaN'"),
        ("2026-11-20 10:00:00,-inf", "value", "'-inf'"),
        ("2026-11-20 10:00:00,1_0", "value", "'1_0'"),
        ("2026-11-20 10:00:00,", "value", "''"),
        ("2026-11-20 10:00:00", "value", "''"),
        ('2026-11-20 10:00:00,"a\nb"', "value", r"'a\nb'"),
    ],
)
def test_a_bad_row_names_file_line_column_and_value(tmp_path, row, column, shown):
    path = tmp_path / "series.csv"
    path.write_text(f"timestamp,value\n{GOOD}\n{row}\n", encoding="utf-8")

    with pytest.raises(ReplayError) as refused:
        read_rows(path)

    message = str(refused.value)
    assert message.startswith(f"{path}: line ")
    assert re.search(rf": {column} must be .* \(got {re.escape(shown)}\)$", message)
    assert "\n" not in message
    if "\n" not in row:
        assert ": line 3: " in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column 'timestamp'"),
        (b"time,value\n", "no column 'timestamp'"),
        (b"timestamp;value\n", "no column 'timestamp'"),
        (b"timestamp,reading\n", "no column 'value'"),
        (b"timestamp,value\n", "no rows"),
        (b"timestamp,value\n\xff\xfe,1\n", "is not UTF-8 text"),
        (b'timestamp,value\n"2026,1\n', "line 2"),
    ],
)
def test_an_invalid_series_file_is_refused_in_one_line(tmp_path, content, said):
    path = tmp_path / "series.csv"
    path.write_bytes(content)

    with pytest.raises(RunError) as refused:
        read_rows(path)

    assert str(path) in str(refused.value)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_cannot_be_opened_is_named(tmp_path, name):
    with pytest.raises(ReplayError, match="expected a CSV file"):
        read_rows(tmp_path / name)
