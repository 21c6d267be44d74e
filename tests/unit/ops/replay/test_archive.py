"""Where the archive is looked into for a period."""

from __future__ import annotations

import pytest

from ops.replay.archive import Archive as Archived
from tests.unit.ops.replay.archives import HOUR_MS, LAKE, NEW_YEAR_MS


def found(archive, *, start=NEW_YEAR_MS, end=NEW_YEAR_MS + HOUR_MS, late=0, after="", sensor=None):
    lake = Archived(archive.s3, LAKE, "readings/", start_ms=start, end_ms=end, late_hours=late, sensor=sensor)
    return [each.key for each in lake.objects(after)]


@pytest.fixture
def hours(archive):
    """An object in each hour from four before New Year to four after it, by hour."""
    return {hour: archive.put_bytes(b"x", at=NEW_YEAR_MS + hour * HOUR_MS) for hour in range(-4, 5)}


def test_from_an_hour_before_the_period_to_its_last_hour(archive, hours):
    assert found(archive) == [hours[-1], hours[0]]
    assert found(archive, end=NEW_YEAR_MS + HOUR_MS + 1) == [hours[-1], hours[0], hours[1]]


def test_to_so_many_hours_after_it(archive, hours):
    assert found(archive, late=2) == [hours[hour] for hour in range(-1, 3)]


def test_more_than_a_page_of_objects(archive):
    keys = [archive.put_bytes(b"x", at=NEW_YEAR_MS) for _ in range(1003)]

    assert found(archive) == keys


def test_after_a_key(archive, hours):
    assert found(archive, late=3, after=hours[1]) == [hours[2], hours[3]]


def test_folder_markers_are_no_objects_and_empty_objects_are(archive):
    archive.s3.put_object(Bucket=LAKE, Key="readings/year=2026/month=01/day=01/hour=00/", Body=b"")
    archive.s3.put_object(Bucket=LAKE, Key="readings/year=2026/month=01/day=01/hour=00/folder/", Body=b"")
    key = archive.put_bytes(b"", at=NEW_YEAR_MS)

    assert found(archive) == [key]


def test_folders_of_other_sensor_types_are_skipped(archive):
    plain = archive.put_bytes(b"x", at=NEW_YEAR_MS)
    folders = {
        sensor: archive.put_bytes(b"x", at=NEW_YEAR_MS, folder=f"sensor={sensor}/")
        for sensor in ("mixed", "pressure", "temperature")
    }

    assert found(archive) == [plain, *folders.values()]
    assert found(archive, sensor="pressure") == [plain, folders["mixed"], folders["pressure"]]
    assert found(archive, sensor="pressure", after=plain) == [folders["mixed"], folders["pressure"]]


def test_an_empty_bucket_has_nothing(archive):
    assert found(archive) == []
