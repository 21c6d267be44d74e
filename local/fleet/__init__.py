"""The fleet of a local run: simulated machines or a recorded series, and the producer that sends their readings."""

from local.fleet.episodes import ExpectedAlert, expected_alerts
from local.fleet.message import Message
from local.fleet.pace import paced
from local.fleet.plant import Plant, PlantError
from local.fleet.producer import KinesisProducer, ProducerError
from local.fleet.replay import Conflict, Replay, ReplayError

__all__ = [
    "Conflict",
    "ExpectedAlert",
    "KinesisProducer",
    "Message",
    "Plant",
    "PlantError",
    "ProducerError",
    "Replay",
    "ReplayError",
    "expected_alerts",
    "paced",
]
