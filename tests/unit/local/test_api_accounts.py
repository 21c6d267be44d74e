"""The HTTP API as a reader of the account, and the queue as what still has to be waited for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from moto import mock_aws

from lambda_src.common.readings.reading import Identity
from local.errors import RunError
from local.ledger.api import MessagesReader, QueryReader
from local.run.consumer import QueueConsumer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.endpoints import Clients

SENT = {Identity("press-1", "temperature", 1_000 + n): float(n) for n in range(5)}


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class FakePages:
    """Pages of two items; ``order`` is that in which it hands them out."""

    order: list[Identity]
    status: int = 200
    queries: list[dict[str, object]] = field(default_factory=list)

    def request(self, method: str, path: str, query: Mapping[str, object]) -> Reply:
        self.queries.append(dict(query))
        start = int(str(query.get("next_token", 0)))
        items = [
            {"timestamp_ms": each.timestamp_ms, "sensor_type": each.sensor_type, "value": SENT[each]}
            for each in self.order[start : start + 2]
        ]
        following = str(start + 2) if start + 2 < len(self.order) else None
        return Reply(self.status, json.dumps({"items": items, "next_token": following}).encode())


def test_the_pages_of_a_query_are_read_to_their_end() -> None:
    pages = FakePages(sorted(SENT))
    assert dict(QueryReader(pages, SENT).read()) == SENT
    assert len(pages.queries) == 3
    assert (pages.queries[0]["from"], pages.queries[0]["to"]) == (1_000, 1_005)


@pytest.mark.parametrize("order", [sorted(SENT, reverse=True), [*sorted(SENT)[:3], *sorted(SENT)[2:]]])
def test_what_comes_out_of_order_or_twice_is_an_error(order: list[Identity]) -> None:
    with pytest.raises(RunError, match="follows"):
        list(QueryReader(FakePages(order), SENT).read())


def test_a_refused_query_is_an_error() -> None:
    with pytest.raises(RunError, match="500"):
        list(QueryReader(FakePages(sorted(SENT), status=500), SENT).read())


class MotoClients:
    def client(self, service: str) -> Any:
        made: Any = boto3.client
        return made(service, region_name="us-east-1")


@pytest.fixture
def clients() -> Iterator[Clients]:
    with mock_aws():
        yield cast("Clients", MotoClients())


def test_the_readings_of_raw_messages_are_found(clients: Clients) -> None:
    clients.client("dynamodb").create_table(
        TableName="raw",
        KeySchema=[{"AttributeName": "device_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "device_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    message = '[{"device_id":"press-1","sensor_data":{"temperature":1}},{"device_id":"press-1","sensor_data":{"p":2}}]'
    item = {
        "device_id": {"S": "press-1"},
        "arrived_ms": {"N": "1767225600000"},
        "message": {"S": message},
        "readings": {"N": "2"},
    }
    clients.client("dynamodb").put_item(TableName="raw", Item=item)
    reader = MessagesReader(clients, "raw", ["press-1"])
    other = Identity("press-2", "temperature", 1)
    assert reader.expected({**SENT, other: 1.0}) == SENT
    assert reader.count() == 2
    assert [(i.sensor_type, i.timestamp_ms, value) for i, value in reader.read()] == [
        ("temperature", 1_767_225_600_000, 1.0),
        ("p", 1_767_225_600_000, 2.0),
    ]


def test_a_queue_is_idle_if_nothing_waits_or_runs(clients: Clients) -> None:
    sqs = clients.client("sqs")
    url = sqs.create_queue(QueueName="ingest")["QueueUrl"]
    now = [100.0]
    consumer = QueueConsumer(clients, [url], clock=lambda: now[0])
    sqs.send_message(QueueUrl=url, MessageBody="x")
    now[0] = 110.0
    assert (consumer.pending, consumer.idle_for()) == (1, 0.0)
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    now[0] = 120.0
    assert consumer.pending == 1
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    now[0] = 125.0
    assert (consumer.pending, consumer.idle_for()) == (0, 5.0)
