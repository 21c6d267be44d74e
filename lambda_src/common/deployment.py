"""What a deployment's settings say to its functions: formats, gateways, thresholds.

It travels as one JSON file in the functions' packages: a function's environment holds 4 KB, and keeps what Terraform
alone knows, such as names and ARNs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from lambda_src.common.readings.formats.spec import Format  # msgspec resolves it at run time
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.rules import NO_RULES, DecodeRules
from lambda_src.common.thresholds import Threshold  # msgspec resolves it at run time

FILE = Path(__file__).parents[1] / "deployment.json"
"""In a package; there is none in the repository, where a deployment's settings are in `environments`."""


class DeploymentRules(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The file's content."""

    formats: tuple[Format, ...] = ()
    gateways: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """By the thing that is a gateway, how the ids of the devices begin that it may speak for."""
    thresholds: dict[str, Threshold] = msgspec.field(default_factory=dict)
    """Normal range by sensor type; a type that is not named is never anomalous."""

    def encode(self) -> bytes:
        """The file; the same settings are always the same bytes."""
        return msgspec.json.encode(self, order="deterministic")

    def decode_rules(self) -> DecodeRules:
        return DecodeRules(FormatTable(self.formats), self.gateways) if self.formats or self.gateways else NO_RULES


@cache
def deployed() -> DeploymentRules:
    """The rules of the deployment that this package belongs to; without the file there are none."""
    return msgspec.json.decode(FILE.read_bytes(), type=DeploymentRules) if FILE.exists() else DeploymentRules()


@cache
def deployed_rules() -> DecodeRules:
    """How this deployment reads messages; each format is compiled when it is first used."""
    return deployed().decode_rules()
