"""The table of births, on moto."""

from __future__ import annotations

from itertools import count

import boto3
import pytest
from moto import mock_aws

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sparkplug.births import Birth, BirthKey, Definition, Lineage
from lambda_src.common.readings.sparkplug.sequence import Numbered, Sequence
from lambda_src.common.sparkplug import birth_table
from lambda_src.common.sparkplug.birth_table import DynamoBirthTable
from lambda_src.common.sparkplug.commands import IotCommands
from tests.unit.functions.factories import NOW_MS

EDGE = BirthKey("plant", "edge-1")
DEVICE = BirthKey("plant", "edge-1", "press-7")
BIRTH = Birth(1000, 1001, ((1, Definition("temperature", 10, "C")), (None, Definition("count", 3))), 3)


@pytest.fixture
def table(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        client.create_table(
            TableName="births",
            KeySchema=[{"AttributeName": "edge", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("edge", "part")],
            BillingMode="PAY_PER_REQUEST",
        )
        yield DynamoBirthTable(client, "births", now_ms=lambda: NOW_MS)


def test_what_is_known_comes_back(table):
    lineage = Lineage(BIRTH, None, 2000)
    table.update(EDGE, lambda known: lineage)
    table.update(DEVICE, lambda known: Lineage(BIRTH))

    assert table.load([EDGE, DEVICE, BirthKey("plant", "edge-2")]) == {EDGE: lineage, DEVICE: Lineage(BIRTH)}
    assert table.devices_of(EDGE) == [DEVICE]


def test_a_change_is_made_from_what_is_there(table):
    table.update(EDGE, lambda known: Lineage(BIRTH))

    assert table.update(EDGE, lambda known: known and known.with_death(5000)) == Lineage(BIRTH, None, 5000)
    assert table.update(BirthKey("a", "b"), lambda known: None) is None


def test_a_change_that_somebody_forestalls_is_made_again(table):
    others = iter([Lineage(BIRTH), None])

    def change(known):
        other = next(others)
        if other is not None:
            table.update(EDGE, lambda _: other)
        return Lineage(BIRTH, None, 5000) if known else Lineage(BIRTH, None, 1)

    assert table.update(EDGE, change) == Lineage(BIRTH, None, 5000)


def test_a_change_that_is_forestalled_forever_fails_for_now(table):
    others = count(1)
    forestalling: list[bool] = []

    def change(known):
        if not forestalling:
            forestalling.append(True)
            table.update(EDGE, lambda _: Lineage(BIRTH, None, next(others)))
            forestalling.clear()
        return Lineage(BIRTH, None, 0)

    with pytest.raises(TemporaryFailureError):
        table.update(EDGE, change)


def test_every_item_expires(table):
    table.update(EDGE, lambda known: Lineage(BIRTH))
    table.number(EDGE, lambda known: Sequence(5, 100))
    table.may_ask(EDGE, NOW_MS, 30_000)

    items = boto3.client("dynamodb", region_name="eu-central-1").scan(TableName="births")["Items"]
    assert [int(item["expires_at"]["N"]) for item in items] == [NOW_MS // 1000 + birth_table.KEPT_SECONDS] * 3


def test_numbers_are_kept_beside_births(table):
    waiting = Sequence(5, 100, (Numbered(7, 200, 201),))
    table.number(EDGE, lambda known: waiting)
    seen = []

    def change(known):
        seen.append(known)
        return known

    table.number(EDGE, change)

    assert seen == [waiting]
    assert table.devices_of(EDGE) == []


def test_one_caller_may_ask_in_each_time(table):
    assert table.may_ask(EDGE, 100_000, 30_000)
    assert not table.may_ask(EDGE, 129_999, 30_000)
    assert table.may_ask(EDGE, 130_000, 30_000)


def test_a_birth_that_no_item_holds_is_refused(table, monkeypatch):
    monkeypatch.setattr(birth_table, "MAX_CONTENT", 10)

    with pytest.raises(RuleBrokenError) as refused:
        table.update(EDGE, lambda known: Lineage(BIRTH))
    assert refused.value.reason == Reason.TOO_LARGE


def test_commands_are_published_once_and_not_retained():
    calls = []

    class _Client:
        def publish(self, **call):
            calls.append(call)

    IotCommands(_Client()).publish("spBv1.0/plant/NCMD/edge-1", b"x")

    assert calls == [{"topic": "spBv1.0/plant/NCMD/edge-1", "qos": 1, "retain": False, "payload": b"x"}]
