"""What has to hold once a schedule has come to its end. Stores are read by the rules of their readers."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec

from lambda_src.common.readings.measure_names import without_quality
from lambda_src.common.readings.reading import Identity
from lambda_src.common.runs import each_once, readings_of
from local.ledger.account import account
from local.ledger.objects import ObjectLines
from local.ledger.once import Once
from local.ledger.processed import StoredLine
from local.ledger.quarantine import each_refusal_once
from tests.model import oracle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.ledger.account import Stored
    from tests.model.oracle import Truth
    from tests.model.plant import Plant
    from tests.model.play import Play

_decode_line = msgspec.json.Decoder(StoredLine).decode


def check_readings(play: Play, truth: Truth) -> None:
    """Each accepted reading once, with its value, for every reader of every store."""
    plant = play.plant
    stores = {"processed": _archive(plant, "processed"), "readings": _runs(plant)}
    if plant.timestream.rows:
        stores["timestream"] = _history(plant)
    for name, stored in stores.items():
        _compare(name, truth, truth.accepted, stored)
    anomalies = {identity: value for identity, value in truth.accepted.items() if value > oracle.WARNING}
    if len(plant.ssm.versions) == 1:
        _compare("anomalies", truth, anomalies, _archive(plant, "anomalies"))


def check_refusals(play: Play, truth: Truth, *, multi_measure: bool) -> None:
    """Each refusal once for every reader, whatever was delivered how often."""
    found: Counter[str] = Counter()
    for line in each_refusal_once(_lines(play.plant, "quarantine")):
        content = msgspec.json.decode(line)
        found[content["source"]["sequence_number"]] += content["refused"]
    for record in play.records:
        readings = oracle.readings_of(record)
        certain = (record.message.form != "message") + sum(
            not oracle.is_storable(value) for identity, value in readings.items() if len(truth.values[identity]) == 1
        )
        contradicted = sum(identity in truth.contradicted for identity in readings)
        # A record of several measures is one conflict of all of them.
        possible = certain + (len(readings) if contradicted and multi_measure else contradicted)
        shared = any(record is not other and readings.keys() & oracle.readings_of(other) for other in play.records)
        refused = found.pop(record.sequence_number, 0)
        # A duplicate within a batch is left out before anything can refuse it; what was given up is refused later.
        least = certain if not shared else int(record.message.form != "message")
        least = 0 if record.sequence_number in play.redriven else least
        assert least <= refused <= possible, f"{refused} refusals of {record}, and not {least} to {possible}"
    assert not found, f"refusals of nothing that was put: {found}"


def _compare(name: str, truth: Truth, expected: Mapping[Identity, float], stored: Iterable[Stored]) -> None:
    found = list(stored)
    contradicted = truth.contradicted
    certain = [each for each in found if each[0] not in contradicted]
    result = account(name, expected, certain)
    assert result.ok, f"{name}: {result}"
    rest = Counter(identity for identity, _ in found if identity in contradicted)
    assert not [each for each, count in rest.items() if count > 1], f"{name}: twice {rest}"
    wrong = [each for each in found if each[0] in contradicted and each[1] not in truth.values[each[0]]]
    assert not wrong, f"{name}: {wrong}"


def _lines(plant: Plant, bucket: str) -> list[bytes]:
    clients: Any = _Clients(plant.s3)
    lines = ObjectLines(clients, bucket, f"{bucket}/")
    lines.refresh()
    return list(lines)


class _Clients:
    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def client(self, _name: str) -> Any:
        return self._s3


def _archive(plant: Plant, bucket: str) -> list[Stored]:
    """As the ledger's readers and the views."""
    lines = map(_decode_line, _lines(plant, bucket))
    return Once().of(
        (line.arrived_ms, (Identity(line.device_id, line.sensor_type, line.timestamp_ms), line.value)) for line in lines
    )


def _runs(plant: Plant) -> list[Stored]:
    """As the ledger's reader and `GET /query`."""
    copies = chain.from_iterable(readings_of(item) for item in plant.dynamodb.items("readings"))
    return [(reading.identity, reading.value) for reading in each_once(copies)]


def _history(plant: Plant) -> list[Stored]:
    """As the hourly aggregates: one value per device, sensor and moment, the largest."""
    found: dict[Identity, float] = {}
    for (dimensions, _, time_ms), measures in plant.timestream.rows.items():
        for name, value in measures.items():
            identity = Identity(dict(dimensions)["device_id"], without_quality(name), time_ms)
            found[identity] = max(value, found.get(identity, value))
    return list(found.items())


def check_states(play: Play, truth: Truth) -> None:
    """Each sensor's last reading is its newest one, and the status follows from them; after the closing readings."""
    newest: dict[tuple[str, str], tuple[int, float]] = {}
    for identity, value in sorted(truth.accepted.items()):
        newest[identity[:2]] = (identity.timestamp_ms, value)
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for item in play.plant.dynamodb.items("devices"):
        device, status = item["device_id"]["S"], item["status"]["S"]
        severities = set()
        for sensor, last in item["sensors"]["M"].items():
            found[device, sensor] = (int(last["M"]["timestamp_ms"]["N"]), float(last["M"]["value"]["N"]))
            severities.add(last["M"]["severity"]["S"])
        expected = "NORMAL" if severities <= {"normal"} else "ANOMALY"
        assert status == expected, f"{device} is {status} with {severities}"
    assert found == newest, f"states {found}, and not {newest}"


def check_statuses(play: Play, truth: Truth) -> None:
    """Before any closing reading: behind a queue the status is that of the newest readings, at once; of a stream it may
    be an interval behind.
    """
    if play.transport.ordered or len(play.plant.ssm.versions) > 1:
        return
    contradicted = {identity.device_id for identity in truth.contradicted}
    newest: dict[str, dict[str, Identity]] = defaultdict(dict)
    for identity in sorted(truth.accepted):
        newest[identity.device_id][identity.sensor_type] = identity
    stored = {item["device_id"]["S"]: item for item in play.plant.dynamodb.items("devices")}
    for device, sensors in newest.items():
        if device in contradicted:
            continue
        anomalous = any(truth.accepted[identity] > oracle.WARNING for identity in sensors.values())
        status = stored[device]["status"]["S"]
        assert status == ("ANOMALY" if anomalous else "NORMAL"), f"{device} is {status} with {sensors}"
        times = {name: int(last["M"]["timestamp_ms"]["N"]) for name, last in stored[device]["sensors"]["M"].items()}
        assert times == {sensor: identity.timestamp_ms for sensor, identity in sensors.items()}, f"{device}: {times}"


class StateWatch:
    """No state of a device goes back, whoever writes it."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._seen: dict[str, dict[str, int]] = {}
        plant.calls.watchers.append(self)

    def __call__(self, call: str) -> None:
        if call != "batch_execute_statement":
            return
        for item in self._plant.dynamodb.items("devices"):
            times = {name: int(last["M"]["timestamp_ms"]["N"]) for name, last in item["sensors"]["M"].items()}
            times |= {"": int(item["last_seen_ms"]["N"]), "version": int(item["updated_ms"]["N"])}
            before = self._seen.get(item["device_id"]["S"], {})
            back = {name: time for name, time in before.items() if times.get(name, 0) < time}
            assert not back, f"{item['device_id']['S']} went back from {back} to {times}"
            self._seen[item["device_id"]["S"]] = times
