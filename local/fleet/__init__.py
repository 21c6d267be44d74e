"""The fleet of a local run: simulated machines or a recorded series, and the producer that sends their readings."""

from local.fleet.episodes import ExpectedAlert, expected_alerts
from local.fleet.forms import AsTheyAre, DeviceForms, RequestForms, Shape
from local.fleet.http_producer import HttpProducer
from local.fleet.message import Message
from local.fleet.mqtt_producer import MqttProducer
from local.fleet.pace import paced
from local.fleet.plant import Plant, PlantError
from local.fleet.producer import KinesisProducer, ProducerError
from local.fleet.replay import Conflict, Replay, ReplayError

__all__ = [
    "AsTheyAre",
    "Conflict",
    "DeviceForms",
    "ExpectedAlert",
    "HttpProducer",
    "KinesisProducer",
    "Message",
    "MqttProducer",
    "Plant",
    "PlantError",
    "ProducerError",
    "Replay",
    "ReplayError",
    "RequestForms",
    "Shape",
    "expected_alerts",
    "paced",
]
