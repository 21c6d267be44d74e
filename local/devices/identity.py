"""The identity of a device, and the address of its broker."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# AWS IoT selects X.509 authentication for MQTT on port 443 by this name. On 8883 it has no effect.
_ALPN = "x-amzn-mqtt-ca"
_ALPN_PORT = 443


@dataclass(frozen=True)
class MqttAddress:
    """The address of a broker. `trusted` is the PEM file of the trusted authorities."""

    host: str
    port: int
    trusted: Path


@dataclass(frozen=True)
class DeviceIdentity:
    """A thing's name with its certificate and private key files in PEM."""

    thing_name: str
    certificate: Path
    key: Path

    def tls(self, address: MqttAddress) -> ssl.SSLContext:
        """Return the client side of mutual TLS: it checks the broker's name and presents the certificate."""
        context = ssl.create_default_context(cafile=str(address.trusted))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, self.key)
        if address.port == _ALPN_PORT:
            context.set_alpn_protocols([_ALPN])
        return context
