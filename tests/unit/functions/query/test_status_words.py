"""A deployment shows the status of devices in its own words."""

from __future__ import annotations

import pytest

from lambda_src.query_api import handler
from tests.unit.functions.http_events import content
from tests.unit.functions.query.deployment import ask, every_item, found, refused
from tests.unit.functions.query.test_devices import LIST, ONE, names, put

WORDS = '{"NORMAL": "ACTIVE", "SILENT": "INACTIVE", "OFFLINE": "INACTIVE"}'


@pytest.fixture
def worded(deployed, monkeypatch):
    monkeypatch.setenv("DEVICE_STATUS_WORDS", WORDS)
    handler.wire.cache_clear()
    for number, status in enumerate(("NORMAL", "ANOMALY", "SILENT", "OFFLINE")):
        put(f"press-{number}", status, number)
        put(f"drill-{number}", status, number)


@pytest.mark.parametrize(("number", "word"), list(enumerate(["ACTIVE", "ANOMALY", "INACTIVE", "INACTIVE"])))
def test_a_device_has_the_word_of_its_status(worded, number, word):
    assert content(ask(ONE, path={"device_id": f"press-{number}"}))["status"] == word


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_devices_are_listed_by_word_across_all_its_statuses(worded, limit):
    listed = every_item(LIST, status="INACTIVE", limit=limit)
    assert sorted(names(listed)) == ["drill-2", "drill-3", "press-2", "press-3"]
    assert {item["status"] for item in listed} == {"INACTIVE"}


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_all_devices_are_listed_with_their_words(worded, limit):
    listed = every_item(LIST, limit=limit)
    assert len(listed) == 8
    assert [item["status"] for item in listed] == ["ACTIVE"] * 2 + ["ANOMALY"] * 2 + ["INACTIVE"] * 4


def test_a_name_without_its_word_is_refused_with_the_words(worded):
    answer = ask(LIST, status="SILENT")
    assert refused(answer) == "invalid_status"
    assert "ACTIVE, ANOMALY, INACTIVE (got 'SILENT')" in content(answer)["error"]["message"]


def test_a_token_of_one_word_is_refused_for_another(worded):
    token = found(ask(LIST, status="INACTIVE", limit=1))["next_token"]
    assert refused(ask(LIST, status="ACTIVE", next_token=token)) == "invalid_token"
