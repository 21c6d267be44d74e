"""How readings get into a deployment, by what the deployment has."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from lambda_src.common.readings.reading import Identity
from local.devices import ConnectionRefusedError
from local.errors import RunError
from local.fleet import DeviceForms, KinesisProducer, PlantMessage
from local.run import entrypoint as module
from local.run.entrypoint import Entrypoint, device_entrypoint, stream_entrypoint
from local.run.stream import Sent, send
from local.view.board import Board

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OUTPUTS = {"iot_data_topic": "sensor/{device}/data"}


@dataclass
class FakeDeployment:
    outputs: dict[str, str] = field(default_factory=lambda: dict(OUTPUTS))
    clients: Any = None

    @property
    def workspace(self) -> Any:
        return self

    folder = Path("work")


@dataclass
class FakeFleet:
    connections: dict[str, object]
    disconnections: int = 2
    keys_travelled: bool = True


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def connected(clients: object, outputs: object, ids: Sequence[str], *_: object) -> Iterator[FakeFleet]:
        yield FakeFleet(dict.fromkeys(ids))

    monkeypatch.setattr(module, "connected_fleet", connected)


def facts(rate: float, devices: int = 200) -> dict[str, Any]:
    names = [f"press-{number}" for number in range(devices)]
    with device_entrypoint(cast("Any", FakeDeployment()), names, rate, lambda done, total: None) as entrypoint:
        return dict(entrypoint.facts())


@pytest.mark.usefixtures("fleet")
@pytest.mark.parametrize(("rate", "devices", "per_message"), [(250, 200, 1), (1000, 200, 5), (1000, 30, 34)])
def test_devices_pack_readings_only_if_the_rate_requires_it(rate: float, devices: int, per_message: int) -> None:
    assert facts(rate, devices)["readings_per_message"] == per_message


@pytest.mark.usefixtures("fleet")
def test_the_report_says_how_the_devices_were_connected() -> None:
    found = facts(100, 3)
    assert (found["connected"], found["disconnections"], found["keys_made_by"]) == (3, 2, "broker")


def test_a_device_that_gets_no_identity_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def refused(*_: object) -> Iterator[FakeFleet]:
        raise ConnectionRefusedError("press-1: no")
        yield

    monkeypatch.setattr(module, "connected_fleet", refused)
    with pytest.raises(RunError, match="press-1: no"):
        facts(100)


def test_without_devices_the_producers_role_writes_to_the_stream() -> None:
    assumed: list[tuple[str, str]] = []

    class Clients:
        def assume(self, role_arn: str, session_name: str) -> str:
            assumed.append((role_arn, session_name))
            return "the role"

        def client(self, service: str, credentials: str) -> object:
            assert (service, credentials) == ("kinesis", "the role")
            return object()

    entrypoint = stream_entrypoint(
        cast("Any", Clients()), {"producer_role_arn": "arn:producer", "stream_name": "readings"}
    )
    assert isinstance(entrypoint.producer, KinesisProducer)
    assert assumed == [("arn:producer", "fleet")]


class Source:
    """Ten readings of one device."""

    expected_alerts = ()

    def __len__(self) -> int:
        return 10

    def messages(self) -> Iterator[PlantMessage]:
        for number in range(len(self)):
            yield PlantMessage.of_reading(Identity("press-1", "temperature", number), float(number), "line-1")


class Taker:
    def __init__(self) -> None:
        self.sizes: list[int] = []

    def send(self, messages: Sequence[PlantMessage]) -> Iterator[list[PlantMessage]]:
        self.sizes += [len(message.readings) for message in messages]
        yield list(messages)


def test_all_readings_are_sent_with_a_partial_last_message() -> None:
    sent, board, taker = Sent(), Board("test"), Taker()
    entrypoint = Entrypoint(taker, DeviceForms(4, legacy=False))
    send(entrypoint, Source(), 1e6, sent, board)
    assert taker.sizes == [4, 4, 2]
    assert sorted(identity.timestamp_ms for identity in sent.readings) == list(range(10))
    assert board.sent == board.to_send == 10
