"""Fleet provisioning as a device does it: with a claim certificate, over MQTT, in two questions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.support.devices import Session

if TYPE_CHECKING:
    from tests.support.devices import Broker, Papers
    from tests.support.devices_registry import Registry


HOOK_FAILED = "InvocationError"
"""The hook was late, as on a busy machine: the device asks again with the same certificate."""
TRIES = 4


class Enrolment(NamedTuple):
    """What came of a request. ``papers`` are of no use where it was not accepted."""

    accepted: bool
    answer: dict[str, Any]
    papers: Papers


def enrol(broker: Broker, registry: Registry, claim: Papers, template: str, serial: str, name: str) -> Enrolment:
    """Ask for a certificate, and for a thing under this serial number; ``name`` is for the files."""
    with Session(broker, claim, f"provisioning-{name}") as session:
        accepted, body = session.request("$aws/certificates/create/json", b"{}")
        assert accepted, body
        made = json.loads(body)
        papers = registry.papers(name, made["privateKey"], made["certificatePem"], made["certificateId"])
    question = json.dumps(
        {"certificateOwnershipToken": made["certificateOwnershipToken"], "parameters": {"SerialNumber": serial}}
    ).encode()
    topic = f"$aws/provisioning-templates/{template}/provision/json"
    for _ in range(TRIES):
        # A connection of its own: a session finds the first answer to a topic.
        with Session(broker, claim, f"provisioning-{name}") as session:
            accepted, body = session.request(topic, question)
        answer = json.loads(body)
        if answer.get("errorCode") != HOOK_FAILED:
            break
    return Enrolment(accepted, answer, papers._replace(thing=serial))
