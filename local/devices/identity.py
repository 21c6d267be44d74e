"""Who a device is, and where its broker listens."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# AWS IoT chooses X.509 authentication for MQTT on port 443 by this name; on 8883 it does no harm.
_ALPN = "x-amzn-mqtt-ca"
_ALPN_PORT = 443


@dataclass(frozen=True)
class MqttAddress:
    """A broker; `trusted` is the file, in PEM, of the authorities whose server certificates count."""

    host: str
    port: int
    trusted: Path


@dataclass(frozen=True)
class DeviceIdentity:
    """A thing's name with the files of its certificate and its private key, in PEM."""

    thing_name: str
    certificate: Path
    key: Path

    def tls(self, address: MqttAddress) -> ssl.SSLContext:
        """The client's half of mutual TLS: it checks the broker's name and shows the device's certificate."""
        context = ssl.create_default_context(cafile=str(address.trusted))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, self.key)
        if address.port == _ALPN_PORT:
            context.set_alpn_protocols([_ALPN])
        return context
