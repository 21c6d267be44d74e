"""The devices of a local run: own certificates by fleet provisioning, and MQTT over mutual TLS."""

from local.devices.connection import DeviceConnection
from local.devices.errors import ConnectionRefusedError, DeviceError, NotDeliveredError, ProvisioningRefusedError
from local.devices.identity import DeviceIdentity, MqttAddress
from local.devices.loop import MqttLoop

__all__ = [
    "ConnectionRefusedError",
    "DeviceConnection",
    "DeviceError",
    "DeviceIdentity",
    "MqttAddress",
    "MqttLoop",
    "NotDeliveredError",
    "ProvisioningRefusedError",
]
