"""Births, the data that they name, deaths, and when an edge node is asked for its births."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.sparkplug.births import BirthKey, Lineage
from lambda_src.common.readings.sparkplug.host import ASK_EVERY_MS, SparkplugHost, message_of
from lambda_src.common.readings.sparkplug.payload import parse_payload
from lambda_src.common.readings.sparkplug.sequence import PATIENCE_MS
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.sparkplug.encoder import SENT_MS, birth_of, chunk, metric, number, payload
from tests.unit.functions.sparkplug.fakes import FakeBirthTable, FakeCommands

EDGE = BirthKey("plant", "edge-1")
DEVICE = BirthKey("plant", "edge-1", "press-7")


class _Plant:
    """Each batch is read by a new host: what it knows is in the table."""

    def __init__(self):
        self.table, self.commands = FakeBirthTable(), FakeCommands()
        self.now_ms = NOW_MS
        self.host = self._host()

    def _host(self):
        return SparkplugHost(self.table, self.commands, now_ms=lambda: self.now_ms)

    def take_in(self, *messages):
        self.host = self._host()
        assert self.host.take_in(messages) == {}
        return self.host

    def named(self, message):
        """The metric that alias 1 of a message means."""
        birth = self.take_in(message).birth_for(message)
        return None if birth is None else birth.definitions().by_alias[1].name


def _sent(kind, after_ms, body, *, arrived_ms=None):
    topic = f"spBv1.0/plant/{kind}/edge-1{'/press-7' if kind.startswith('D') else ''}"
    return message_of(topic, body, SENT_MS + after_ms if arrived_ms is None else arrived_ms)


def _birth(kind, after_ms, name="temperature", *, bd_seq=None, **rest):
    return _sent(kind, after_ms, birth_of({name: 1}, sent_ms=SENT_MS + after_ms, bd_seq=bd_seq), **rest)


def _data(kind, after_ms, *, seq=None, **rest):
    return _sent(kind, after_ms, payload(metric(alias=1), sent_ms=SENT_MS + after_ms, seq=seq), **rest)


def _death(after_ms, bd_seq):
    session = chunk(1, b"bdSeq") + number(4, 8) + number(11, bd_seq)
    return _sent("NDEATH", after_ms, payload(session, sent_ms=None))


@pytest.fixture
def plant():
    return _Plant()


def test_a_cold_host_knows_the_births_of_the_table(plant):
    plant.take_in(_birth("NBIRTH", 0), _birth("DBIRTH", 1, "pressure"))

    assert plant.named(_data("NDATA", 10)) == "temperature"
    assert plant.named(_data("DDATA", 10)) == "pressure"


def test_data_is_read_by_the_birth_before_it(plant):
    plant.take_in(_birth("DBIRTH", 100, "pressure"), _birth("DBIRTH", 0))

    assert plant.named(_data("DDATA", 50)) == "temperature"
    assert plant.named(_data("DDATA", 150)) == "pressure"


def test_data_before_any_birth_waits_for_the_next_one(plant):
    early = _data("DDATA", 0)

    assert plant.named(early) is None
    plant.take_in(_birth("DBIRTH", 100))
    assert plant.named(early) == "temperature"
    assert not plant.host.is_over(early)


def test_a_death_in_between_ends_the_waiting(plant):
    early = _data("NDATA", 0)
    plant.take_in(_birth("NBIRTH", 200, bd_seq=4))
    plant.table.lineages[EDGE] = Lineage(plant.table.lineages[EDGE].latest, None, SENT_MS + 100)

    assert plant.take_in(early).is_over(early)


def test_devices_are_born_anew_with_their_edge_node(plant):
    plant.take_in(_birth("NBIRTH", 0), _birth("DBIRTH", 1), _birth("NBIRTH", 100))

    assert plant.named(_data("DDATA", 50)) == "temperature"
    assert plant.named(_data("DDATA", 150)) is None


@pytest.mark.parametrize(("kind", "device"), [("NDEATH", EDGE), ("DDEATH", DEVICE)])
def test_after_a_death_data_waits_for_a_birth(plant, kind, device):
    plant.take_in(_birth("NBIRTH", 0, bd_seq=3), _birth("DBIRTH", 1))
    plant.take_in(_death(100, 3) if kind == "NDEATH" else _sent(kind, 100, payload(sent_ms=SENT_MS + 100)))

    assert plant.table.lineages[device].died_ms == SENT_MS + 100
    assert plant.named(_data("DDATA", 50)) == "temperature"
    assert plant.named(_data("DDATA", 150)) is None


def test_the_death_of_an_earlier_session_is_stale(plant):
    plant.take_in(_birth("NBIRTH", 0, bd_seq=4))
    death = _death(10, 3)

    assert plant.take_in(death).is_stale(death)
    assert plant.table.lineages[EDGE].died_ms is None


def test_births_and_deaths_twice_change_nothing(plant):
    messages = [_birth("NBIRTH", 0, bd_seq=3), _birth("DBIRTH", 1), _death(100, 3)]
    plant.take_in(*messages)
    known = dict(plant.table.lineages)
    plant.take_in(*reversed(messages))

    assert plant.table.lineages == known


def test_an_edge_node_is_asked_once_in_a_while(plant):
    plant.host.ask(EDGE)
    plant.now_ms += ASK_EVERY_MS - 1
    plant.host.ask(EDGE)
    plant.now_ms += 1
    plant.host.ask(EDGE)

    assert [topic for topic, _ in plant.commands.published] == ["spBv1.0/plant/NCMD/edge-1"] * 2


def test_the_command_is_the_rebirth_of_the_specification(plant):
    plant.host.ask(EDGE)
    asked = parse_payload(plant.commands.published[0][1])

    assert asked.timestamp == NOW_MS
    (command,) = asked.metrics
    assert (command.name, command.datatype, command.field, command.value) == ("Node Control/Rebirth", 11, 14, 1)


def test_missing_messages_ask_for_births(plant):
    plant.take_in(_birth("NBIRTH", 0), _data("NDATA", 10, seq=1), _data("NDATA", 30, seq=3))
    assert not plant.commands.published

    plant.take_in(_data("NDATA", PATIENCE_MS + 40, seq=4))

    assert plant.host.missing == 1
    assert plant.host.asked == 1


def test_devices_of_an_edge_node_are_those_that_were_born(plant):
    plant.take_in(_birth("NBIRTH", 0), _birth("DBIRTH", 1))

    assert plant.host.devices_of(EDGE) == [DEVICE]


@pytest.mark.parametrize(
    "topic", ["spBv1.0/plant/NCMD/edge-1", "spBv1.0/plant/DCMD/edge-1/press-7", "spBv1.0/STATE/host"]
)
def test_commands_and_states_of_hosts_are_no_data(topic):
    assert message_of(topic, b"{}", NOW_MS).payload is None


OTHER_TOPICS = [
    *("", "plant/NDATA/edge-1", "spBv1.0/plant/NDATA/edge-1/press-7", "spBv1.0/plant/DDATA/edge-1"),
    *("spBv1.0/plant/X/edge-1", "spBv1.0/plant/NDATA/", "spBv1.0//NDATA/edge-1", "spBv1.0/plant/STATE/edge-1"),
]


@pytest.mark.parametrize("topic", OTHER_TOPICS)
def test_other_topics_are_refused(topic):
    with pytest.raises(RuleBrokenError):
        message_of(topic, payload(), NOW_MS)
