"""Putting messages into a stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lambda_src.common.readings.reading import Identity
from local.fleet import KinesisProducer, PlantMessage, ProducerError
from local.fleet.producer import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class FakeStream:
    """Takes records, but those that `refuses(record, call number)` says; a call that breaks the limits fails."""

    refuses: Callable[[dict[str, Any], int], bool] = lambda _record, _call: False
    taken: list[bytes] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)

    def put_records(self, *, StreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        size = sum(len(record["Data"]) + len(record["PartitionKey"].encode()) for record in Records)
        assert 0 < len(Records) <= 500
        assert size <= 5 * 1024 * 1024
        self.calls.append(len(Records))
        results = []
        for record in Records:
            if self.refuses(record, len(self.calls)):
                results.append({"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": StreamName})
            else:
                self.taken.append(record["Data"])
                results.append({"SequenceNumber": "1", "ShardId": "s"})
        return {"FailedRecordCount": sum("ErrorCode" in result for result in results), "Records": results}


@dataclass
class FakeTime:
    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def messages(count: int, *, size: int = 8, key: str = "m") -> list[PlantMessage]:
    return [PlantMessage(b"%0*d" % (size, n), key, ((Identity(key, "t", n), float(n)),)) for n in range(count)]


def producer(stream: FakeStream, time: FakeTime | None = None, timeout: float = 60.0) -> KinesisProducer:
    time = time or FakeTime()
    return KinesisProducer(stream, "readings", timeout=timeout, clock=time.clock, wait=time.wait)


def test_calls_carry_500_records_at_most():
    stream = FakeStream()

    sent = [len(part) for part in producer(stream).send(messages(1201))]

    assert sent == stream.calls == [500, 500, 201]


def test_calls_carry_5_mib_at_most_partition_keys_included():
    stream = FakeStream()
    size = MAX_BYTES // 5 - 1

    list(producer(stream).send(messages(5, size=size)))
    assert stream.calls == [5]
    list(producer(stream).send(messages(5, size=size, key="mm")))
    assert stream.calls[1:] == [4, 1]


def test_only_refused_records_are_sent_again():
    stream = FakeStream(lambda record, call: call == 1 and int(record["Data"]) % 10 == 0)
    sender = producer(stream)

    sent = [message for part in sender.send(messages(100)) for message in part]

    assert stream.calls == [100, 10]
    assert sorted(stream.taken) == [message.payload for message in messages(100)]
    assert sorted(message.payload for message in sent) == sorted(stream.taken)
    assert sender.repeated == 10


def test_refused_records_go_before_the_next_batch():
    stream = FakeStream(lambda record, call: call == 1 and int(record["Data"]) == 499)

    list(producer(stream).send(messages(600)))

    assert stream.taken == [message.payload for message in messages(600)]
    assert stream.calls == [500, 1, 100]


def test_retries_back_off_randomly_up_to_a_cap():
    time = FakeTime()
    stream = FakeStream(lambda _record, call: call < 20)

    list(producer(stream, time, timeout=600).send(messages(1)))

    ceilings = [min(5.0, 0.1 * 2**attempt) for attempt in range(19)]
    assert len(time.waits) == 19
    assert all(0 <= wait <= ceiling for wait, ceiling in zip(time.waits, ceilings, strict=True))
    assert len(set(time.waits)) > 10


def test_giving_up_is_an_error_with_the_missing_count():
    time = FakeTime()
    stream = FakeStream(lambda record, _call: int(record["Data"]) < 3)
    sent: list[PlantMessage] = []

    def send() -> None:
        for part in producer(stream, time, timeout=30).send(messages(10)):
            sent.extend(part)

    with pytest.raises(ProducerError, match="3 records not accepted within 30 s, last error Provisioned"):
        send()

    assert time.now <= 30
    assert [message.payload for message in sent] == stream.taken


def test_nothing_to_send_is_no_call():
    stream = FakeStream()

    assert list(producer(stream).send([])) == []
    assert stream.calls == []
