"""A run whose devices send in a format of gateways: what the deployment needs for it, and the shape of the messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.readings.formats.spec import Format
from lib.config.ingest import SparkplugConfig
from local.errors import RunError
from local.fleet import DeviceForms
from local.fleet.gateway_forms import ENCODERS
from local.fleet.models import MODELS
from local.fleet.sparkplug_forms import GROUP, SparkplugForms

if TYPE_CHECKING:
    from lib.config import Config
    from local.fleet import Shape

SPARKPLUG = "sparkplug-b"
FLEET_FORMATS = (*sorted(ENCODERS), SPARKPLUG)


def with_format(config: Config, name: str) -> Config:
    """The settings of a deployment that reads its devices' messages in this format.

    Raises `RunError` for another format, for a preset without devices, and for Sparkplug without a bridge.
    """
    if name not in FLEET_FORMATS:
        raise RunError(f"--format {name} is unknown; allowed are {', '.join(FLEET_FORMATS)}")
    devices = config.devices
    if not devices.enabled:
        raise RunError(f"--format {name} needs devices, and preset {config.preset} has none")
    if name == SPARKPLUG:
        if not devices.bridge:
            raise RunError(f"--format {name} needs the bridge; set devices.bridge = true, as in plant-monitoring")
        spoken = msgspec.structs.replace(devices, sparkplug=SparkplugConfig(group=GROUP))
        return msgspec.structs.replace(config, devices=spoken)
    topic = "/".join("{device}" if level in ("+", "#") else level for level in devices.topic_filter.split("/"))
    own = Format(name="fleet", extends=name, topic=topic)
    return msgspec.structs.replace(config, formats=(*config.formats, own))


def fleet_shape(name: str, per_message: int, sensors: int = len(MODELS)) -> Shape:
    """The messages of a fleet that sends in this format. `sensors` is the number of sensors of a device."""
    if name == SPARKPLUG:
        return SparkplugForms(per_message, sensors=sensors)
    return DeviceForms(per_message, legacy=False, encode=ENCODERS[name])
