"""What the rule selected reaches the stream in its order, with the rule's key and role, and is never lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.devices.mover import KinesisAction, RuleMover
from local.endpoints import Credentials

RULE = {
    "name": "telemetry",
    "kinesis": [{"stream_name": "readings", "role_arn": "arn:aws:iam::1:role/rule", "partition_key": "${topic(2)}"}],
}


def selected(device: str, number: int) -> str:
    return json.dumps({"envelope": 1, "topic": f"sensor/{device}/data", "payload": str(number)})


@dataclass
class FakeQueue:
    """Hands out the oldest first, as MiniStack's queues do; what was received is hidden until it is deleted."""

    bodies: list[str]
    handed: int = 0
    deleted: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def get_queue_url(self, *, QueueName: str) -> dict[str, Any]:  # noqa: N803
        return {"QueueUrl": f"https://queues/{QueueName}"}

    def receive_message(self, **request: Any) -> dict[str, Any]:
        assert request["QueueUrl"] == "https://queues/telemetry_records"
        page = self.bodies[self.handed : self.handed + request["MaxNumberOfMessages"]]
        first, self.handed = self.handed, self.handed + len(page)
        return {"Messages": [{"Body": body, "ReceiptHandle": str(first + n)} for n, body in enumerate(page)]}

    def delete_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        self.log.append("delete")
        self.deleted += [entry["ReceiptHandle"] for entry in Entries]
        return {"Successful": Entries}


@dataclass
class FakeStream:
    log: list[str]
    refusals: int = 0
    taken: list[tuple[str, bytes]] = field(default_factory=list)

    def put_records(self, *, StreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert StreamName == "readings"
        self.log.append("put")
        if self.refusals:
            self.refusals -= 1
            return {"Records": [{"ErrorCode": "ProvisionedThroughputExceededException"} for _ in Records]}
        self.taken += [(record["PartitionKey"], record["Data"]) for record in Records]
        return {"Records": [{"SequenceNumber": "1"} for _ in Records]}


class FakeClients:
    def __init__(self, *bodies: str, refusals: int = 0) -> None:
        self.sqs = FakeQueue(list(bodies))
        self.kinesis = FakeStream(self.sqs.log, refusals)
        self.assumed: list[str] = []

    def client(self, service: str, credentials: Credentials | None = None) -> Any:
        if service == "sqs":
            return self.sqs
        assert credentials == Credentials("of", "the role")
        return self.kinesis

    def assume(self, role_arn: str, session_name: str) -> Credentials:
        self.assumed.append(role_arn)
        return Credentials("of", "the role")


def moved(clients: FakeClients) -> RuleMover:
    """A mover that was started, and stopped when the queue was empty."""
    action = KinesisAction.of_rule(RULE)
    assert action is not None
    mover = RuleMover(clients, action)
    mover.start()
    mover.stop()
    return mover


def test_records_reach_the_stream_in_the_order_of_the_queue() -> None:
    bodies = [selected(f"press-{number % 3}", number) for number in range(1234)]
    clients = FakeClients(*bodies)
    assert moved(clients).moved == 1234
    assert [data.decode() for _, data in clients.kinesis.taken] == bodies


def test_the_partition_key_is_the_topic_level_of_the_rule() -> None:
    clients = FakeClients(selected("press-1", 0), selected("press-2", 1))
    moved(clients)
    assert [key for key, _ in clients.kinesis.taken] == ["press-1", "press-2"]


def test_the_stream_is_written_with_the_rules_role() -> None:
    clients = FakeClients(selected("press-1", 0))
    moved(clients)
    assert clients.assumed == ["arn:aws:iam::1:role/rule"]


def test_a_message_is_deleted_only_after_the_stream_took_it() -> None:
    clients = FakeClients(selected("press-1", 0), refusals=1)
    moved(clients)
    assert clients.sqs.log == ["put", "put", "delete"]
    assert clients.sqs.deleted == ["0"]


def test_an_error_ends_the_mover_and_is_raised() -> None:
    clients = FakeClients("no json")
    with pytest.raises(Exception, match="JSON"):
        moved(clients)
    assert clients.sqs.deleted == []


def test_a_rule_without_a_kinesis_action_has_nothing_to_move() -> None:
    assert KinesisAction.of_rule({"name": "telemetry", "kinesis": [], "sqs": [{}]}) is None


def test_an_unsupported_partition_key_is_refused_by_name() -> None:
    rule = {**RULE, "kinesis": [{**RULE["kinesis"][0], "partition_key": "${newuuid()}"}]}  # type: ignore[dict-item]
    with pytest.raises(ValueError, match=r"telemetry: partition_key must be .* \(got '\$\{newuuid\(\)\}'\)"):
        KinesisAction.of_rule(rule)
