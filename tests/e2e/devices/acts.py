"""What the tests' devices do before anything is checked: each function does one thing and returns how it went."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tests.e2e.devices.cases import CASES, reading
from tests.support.acts import Act, play
from tests.support.devices import Papers, RefusedError, Session
from tests.support.devices_provisioning import Enrolment, enrol
from tests.support.devices_registry import Standing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.devices.cases import Case
    from tests.e2e.devices.stage import Stage

BURST = 300
GOOD_SENSOR = "good."

_DEEP = b'{"a":' * 5000 + b"1" + b"}" * 5000

PAYLOADS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "not-json": (b"{not json", "invalid_json"),
    "200-kb": (b'{"sensor_type":"' + b"x" * 200_000, "invalid_json"),
    "invalid-utf-8": (b'{"sensor_type":"temp\xff\xfe","value":1}', "invalid_utf8"),
    "another-device": (b'{"device_id":"victim","sensor_type":"temperature","value":1}', "device_mismatch"),
    "deeply-nested": (_DEEP, "too_deep"),
}
"""Payloads that must be refused, each with its reason."""

ON_A_LINE = frozenset({"deeply-nested"})
"""Sent as a line below a good reading: alone, MiniStack's own parser breaks over it and takes the connection along."""


def attempt_all(stage: Stage) -> dict[tuple[str, bool], Act[str]]:
    """Every case, guarded and opened: how far each came, by (name, opened)."""
    return {
        (case.name, opened): play(partial(attempt, stage, case, opened=opened))
        for case in CASES
        for opened in (False, True)
    }


def attempt(stage: Stage, case: Case, *, opened: bool) -> str:
    """One case with or without its protection: how far it came."""
    marker = case.marker(opened=opened)
    papers = stage.registry.issue(marker.rstrip("."), case.opened if opened else case.guarded)
    return case.act(stage, papers, marker)


def enrol_all(stage: Stage) -> dict[str, Act[Enrolment]]:
    """Serial numbers of every standing, each asked for once, ``serial-used`` a second time as well."""
    stage.ops("allow", "serial-allowed")
    stage.ops("allow", "serial-used")
    stage.ops("allow", "serial-revoked")
    stage.ops("revoke", "serial-revoked")
    claim = stage.registry.issue("claim", Standing(policy="claim", attached=False))
    template = stage.outputs["provisioning_template"]
    asked = {
        "allowed": "serial-allowed",
        "first-use": "serial-used",
        "second-use": "serial-used",
        "revoked": "serial-revoked",
        "unknown": "serial-unknown",
        "malformed": "serial/../unknown",
    }
    return {
        name: play(partial(enrol, stage.broker, stage.registry, claim, template, serial, name))
        for name, serial in asked.items()
    }


def speak(stage: Stage, papers: Papers, marker: str) -> None:
    """One reading with these papers, which must be let in."""
    with Session(stage.broker, papers) as session:
        assert session.publish(stage.topic(papers.thing), reading(marker))


def send_payloads(stage: Stage) -> dict[str, bool]:
    """Every payload from one device, a good reading behind each; whether the broker took it."""
    taken = {}
    papers = stage.device("parcels")
    with Session(stage.broker, papers) as session:
        for number, (name, (payload, _)) in enumerate(PAYLOADS.items(), start=1):
            good = reading(GOOD_SENSOR, number, ago_seconds=60 - number)
            if name in ON_A_LINE:
                taken[name] = session.publish(stage.topic("parcels"), good + b"\n" + payload)
            else:
                taken[name] = session.publish(stage.topic("parcels"), payload)
                assert session.publish(stage.topic("parcels"), good)
    return taken


@dataclass(frozen=True)
class Burst:
    acknowledged: int
    connections: int


def send_burst(stage: Stage) -> Burst:
    """`BURST` readings with values 1, 2, 3 …; half-way the connection is lost without a word."""
    begin_ms = int(time.time() * 1000) - BURST
    with Session(stage.broker, stage.device("burst"), persistent=True) as session:
        ids = []
        for number in range(1, BURST + 1):
            body = {"sensor_type": "burst.", "value": number, "timestamp": begin_ms + number}
            ids.append(session.send(stage.topic("burst"), json.dumps(body).encode()))
            if number == BURST // 2:
                assert session.acknowledged(ids[10])
                session.drop()
        return Burst(sum(session.acknowledged(each) for each in ids), session.connections)


def admitted(stage: Stage, papers: Papers, marker: str) -> bool:
    """Whether a new connection with these papers comes about and sends a reading."""
    try:
        with Session(stage.broker, papers) as session:
            return session.publish(stage.topic(papers.thing), reading(marker))
    except RefusedError:
        return False


def add(stage: Stage, device: str, folder: Path) -> Papers:
    """A device made by the operator's command."""
    stage.ops("add", device, "--out", str(folder))
    return of_folder(device, folder)


def of_folder(device: str, folder: Path) -> Papers:
    return Papers(device, folder / f"{device}.cert.pem", folder / f"{device}.key.pem")


def rotate(stage: Stage, folder: Path) -> dict[str, bool]:
    """A rotation under a connected device; what was let in, by the moment."""
    old = add(stage, "rotating", folder / "old")
    new = of_folder("rotating", folder / "new")
    done = {}
    with Session(stage.broker, old) as session:
        stage.ops("rotate", "rotating", "--out", str(folder / "new"), "--keep-old")
        done["old one, still connected"] = session.publish(stage.topic("rotating"), reading("rotation.overlap-held."))
    done["new one, in the overlap"] = admitted(stage, new, "rotation.overlap-new.")
    with Session(stage.broker, old) as session:
        stage.ops("rotate", "rotating", "--out", str(folder / "new"))
        done["old one, held beyond"] = session.publish(stage.topic("rotating"), reading("rotation.after-held."))
    done["old one, afterwards"] = admitted(stage, old, "rotation.after-old.")
    done["new one, afterwards"] = admitted(stage, new, "rotation.after-new.")
    return done


def revoke(stage: Stage, folder: Path) -> dict[str, bool]:
    """A revocation under a connected device; what was let in, by the moment."""
    papers = add(stage, "outcast", folder)
    done = {}
    with Session(stage.broker, papers) as session:
        done["before"] = session.publish(stage.topic("outcast"), reading("revocation.before."))
        stage.ops("revoke", "outcast")
        done["still connected"] = session.publish(stage.topic("outcast"), reading("revocation.held."))
    done["afterwards"] = admitted(stage, papers, "revocation.after.")
    return done


def fall_silent(stage: Stage) -> None:
    """A device with one message, whose time is an hour old: that alone does not make it silent."""
    with Session(stage.broker, stage.device("hermit")) as session:
        assert session.publish(stage.topic("hermit"), reading("hermit.", ago_seconds=3600))
