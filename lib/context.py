"""What every construct of a deployment knows about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.config import Config
    from lib.naming import Naming


@dataclass(frozen=True)
class Context:
    """``account`` and ``partition`` are Terraform references, looked up at the plan."""

    config: Config
    naming: Naming
    suffix: str
    region: str
    account: str
    partition: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of one of our resources, for policies that must name it before it exists."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
