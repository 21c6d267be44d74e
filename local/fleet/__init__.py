"""The fleet of a local run: simulated machines or a recorded series, and the producer that sends their readings."""

from local.fleet.episodes import ExpectedAlert, expected_alerts
from local.fleet.forms import AsTheyAre, DeviceForms, RequestForms, Shape
from local.fleet.http_producer import HttpProducer
from local.fleet.message import PlantMessage
from local.fleet.mqtt_producer import MqttProducer
from local.fleet.pace import paced
from local.fleet.plant import Plant, PlantError
from local.fleet.producer import KinesisProducer, ProducerError
from local.fleet.replay import Conflict, ReplayError, SeriesReplay

__all__ = [
    "AsTheyAre",
    "Conflict",
    "DeviceForms",
    "ExpectedAlert",
    "HttpProducer",
    "KinesisProducer",
    "MqttProducer",
    "Plant",
    "PlantError",
    "PlantMessage",
    "ProducerError",
    "ReplayError",
    "RequestForms",
    "SeriesReplay",
    "Shape",
    "expected_alerts",
    "paced",
]
