"""Sparkplug's topics: ``spBv1.0/{group}/{type}/{edge}`` of an edge node, ``…/{device}`` of a device behind it."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from lambda_src.common.readings.rejects import Reason, RuleBrokenError

NAMESPACE = "spBv1.0"


class MessageType(StrEnum):
    NODE_BIRTH = "NBIRTH"
    DEVICE_BIRTH = "DBIRTH"
    NODE_DATA = "NDATA"
    DEVICE_DATA = "DDATA"
    NODE_DEATH = "NDEATH"
    DEVICE_DEATH = "DDEATH"
    NODE_COMMAND = "NCMD"
    DEVICE_COMMAND = "DCMD"
    STATE = "STATE"

    @property
    def is_birth(self) -> bool:
        return self in (MessageType.NODE_BIRTH, MessageType.DEVICE_BIRTH)

    @property
    def is_death(self) -> bool:
        return self in (MessageType.NODE_DEATH, MessageType.DEVICE_DEATH)

    @property
    def carries_data(self) -> bool:
        """False for commands to an edge node, and for what a host application says of itself."""
        return self.value[1:] in ("BIRTH", "DATA", "DEATH")


class SparkplugTopic(NamedTuple):
    type: MessageType
    group: str = ""
    edge: str = ""
    device: str | None = None

    @property
    def sender(self) -> str:
        """The device that the message is of: an edge node is one as well."""
        return self.edge if self.device is None else self.device


@lru_cache(maxsize=4096)
def parse_topic(topic: str) -> SparkplugTopic:
    """Raises `RuleBrokenError` for a topic of another form. Levels before the namespace are ignored."""
    _, namespace, rest = topic.rpartition(f"{NAMESPACE}/")
    levels = rest.split("/") if namespace else []
    if len(levels) == 2 and levels[0] == MessageType.STATE:
        return SparkplugTopic(MessageType.STATE)
    if len(levels) in (3, 4) and levels[1] in _TYPES and all(levels):
        kind = MessageType(levels[1])
        if kind is not MessageType.STATE and kind.startswith("D") == (len(levels) == 4):
            return SparkplugTopic(kind, levels[0], levels[2], levels[3] if len(levels) == 4 else None)
    raise RuleBrokenError(Reason.UNKNOWN_FORM, f"the topic must be {NAMESPACE}/group/type/edge or …/edge/device")


_TYPES = frozenset(kind.value for kind in MessageType)
