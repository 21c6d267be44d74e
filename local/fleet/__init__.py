"""The fleet of a local run: simulated machines or a recorded series, and the producers that send their readings."""

from local.fleet.episodes import ExpectedAlert, expected_alerts
from local.fleet.file_replay import FileReplay
from local.fleet.forms import DeviceForms, RequestForms, Shape, UnchangedMessages
from local.fleet.http_producer import HttpProducer
from local.fleet.message import PlantMessage
from local.fleet.mqtt_producer import MqttProducer
from local.fleet.pace import paced
from local.fleet.plant import Plant, PlantError
from local.fleet.producer import KinesisProducer, ProducerError
from local.fleet.replay import Conflict, ReplayError, SeriesReplay

__all__ = [
    "Conflict",
    "DeviceForms",
    "ExpectedAlert",
    "FileReplay",
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
    "UnchangedMessages",
    "expected_alerts",
    "paced",
]
