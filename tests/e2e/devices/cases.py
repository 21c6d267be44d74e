"""What a stranger, or a device gone bad, may try; each beside the same act with its one protection taken away."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from tests.support.devices import RefusedError, Session
from tests.support.devices_registry import Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.devices.stage import Stage
    from tests.support.devices import Papers

VICTIM = "victim"
"""The device whose identity, topics and shadow everybody is after."""

LET_IN = "let in"
AT_CONNECT = "refused at the connection"
AT_PUBLISH = "cut off at the message"
AT_SUBSCRIBE = "cut off at the subscription"


@dataclass(frozen=True)
class Case:
    """``guarded`` and ``opened`` differ in one thing: the protection that refuses the act."""

    name: str
    act: Callable[[Stage, Papers, str], str]
    refusal: str
    guarded: Standing
    opened: Standing
    reaches: frozenset[str]
    """Stores that hold the marker once the protection is gone; `devices` may, as it hears of a device now and then."""

    def marker(self, *, opened: bool) -> str:
        """Also a valid sensor type, so that a reading that gets through carries it everywhere."""
        return f"{'opened' if opened else 'guarded'}-{self.name.replace(' ', '-')}."

    def protections(self) -> list[str]:
        """Names of the fields in which the two standings differ."""
        return [f.name for f in fields(Standing) if getattr(self.guarded, f.name) != getattr(self.opened, f.name)]


def reading(sensor_type: str, value: float = 1.0, *, ago_seconds: float = 0.0, **more: object) -> bytes:
    timestamp = int((time.time() - ago_seconds) * 1000)
    return json.dumps({"sensor_type": sensor_type, "value": value, "timestamp": timestamp, **more}).encode()


def publishing(topic: str, *, client_id: str | None = None) -> Callable[[Stage, Papers, str], str]:
    """Connect, then publish a reading there; ``{thing}`` in topic and client id is the connecting thing."""

    def act(stage: Stage, papers: Papers, marker: str) -> str:
        name = client_id.format(thing=papers.thing) if client_id else None
        body = reading(marker)
        if topic.startswith("$aws/things"):
            body = json.dumps({"state": {"reported": {"by": marker}}}).encode()
        try:
            with Session(stage.broker, papers, name) as session:
                return LET_IN if session.publish(topic.format(thing=papers.thing), body) else AT_PUBLISH
        except RefusedError:
            return AT_CONNECT

    return act


def commanded(stage: Stage, marker: str) -> None:
    stage.command(VICTIM, marker)


def desired(stage: Stage, marker: str) -> None:
    stage.desire(VICTIM, by=marker)


def listening(
    topic_filter: str, happening: Callable[[Stage, str], None] = commanded
) -> Callable[[Stage, Papers, str], str]:
    """Subscribe, and be let in only where what then happens to the victim is overheard."""

    def act(stage: Stage, papers: Papers, marker: str) -> str:
        with Session(stage.broker, papers) as session:
            if not session.subscribe(topic_filter):
                return AT_SUBSCRIBE
            happening(stage, marker)
            return LET_IN if session.message(marker) else "subscribed, and heard nothing"

    return act


SPEAK = publishing("sensor/{thing}/data")
STORED = frozenset({"readings_table", "raw_bucket", "stream"})
SHADOW = frozenset({"shadows"})
NOWHERE: frozenset[str] = frozenset()
GOOD = Standing()
CLAIM = Standing(policy="claim", attached=False)
CLAIM_ID = "provisioning-{thing}"

CASES = (
    Case(
        "publishing to the data topic of another",
        publishing(f"sensor/{VICTIM}/data"),
        AT_PUBLISH,
        GOOD,
        Standing(policy="device+any-thing"),
        STORED,
    ),
    Case(
        "asking for the shadow of another",
        publishing(f"$aws/things/{VICTIM}/shadow/get"),
        AT_PUBLISH,
        GOOD,
        Standing(policy="device+any-thing"),
        NOWHERE,
    ),
    # Before all that leave something in that shadow.
    Case(
        "deleting the shadow of another",
        publishing(f"$aws/things/{VICTIM}/shadow/delete"),
        AT_PUBLISH,
        GOOD,
        Standing(policy="device+any-thing"),
        NOWHERE,
    ),
    Case(
        "publishing to the shadow of another",
        publishing(f"$aws/things/{VICTIM}/shadow/update"),
        AT_PUBLISH,
        GOOD,
        Standing(policy="device+any-thing"),
        SHADOW,
    ),
    Case(
        "answering the commands of another",
        publishing(f"sensor/commands/{VICTIM}/response"),
        AT_PUBLISH,
        GOOD,
        Standing(policy="device+any-thing"),
        NOWHERE,
    ),
    Case(
        "connecting as another",
        publishing(f"sensor/{VICTIM}/data", client_id=VICTIM),
        AT_CONNECT,
        GOOD,
        Standing(policy="device+any-client"),
        STORED,
    ),
    Case("a revoked certificate", SPEAK, AT_CONNECT, Standing(status="REVOKED"), GOOD, STORED),
    Case("an inactive certificate", SPEAK, AT_CONNECT, Standing(status="INACTIVE"), GOOD, STORED),
    Case("a certificate of no thing", SPEAK, AT_CONNECT, Standing(attached=False), GOOD, STORED),
    Case("a certificate without policy", SPEAK, AT_CONNECT, Standing(policy=None), GOOD, STORED),
    Case(
        "an unknown certificate",
        SPEAK,
        AT_CONNECT,
        Standing(foreign=True, registered=False),
        Standing(foreign=True),
        STORED,
    ),
    Case(
        "a claim that sends data",
        publishing(f"sensor/{VICTIM}/data", client_id=CLAIM_ID),
        AT_PUBLISH,
        CLAIM,
        Standing(policy="claim+any-topic", attached=False),
        STORED,
    ),
    Case(
        "a claim that connects as a device",
        publishing("$aws/certificates/create/json", client_id=VICTIM),
        AT_CONNECT,
        CLAIM,
        Standing(policy="claim+any-client", attached=False),
        NOWHERE,
    ),
    Case(
        "listening to the commands of another",
        listening(f"sensor/commands/{VICTIM}"),
        AT_SUBSCRIBE,
        GOOD,
        Standing(policy="device+any-thing"),
        NOWHERE,
    ),
    Case(
        "listening to the shadow of another",
        listening(f"$aws/things/{VICTIM}/shadow/update/accepted", desired),
        AT_SUBSCRIBE,
        GOOD,
        Standing(policy="device+any-thing"),
        SHADOW,
    ),
    Case("listening to everything", listening("#"), AT_SUBSCRIBE, GOOD, Standing(policy="device+any-topic"), NOWHERE),
)
