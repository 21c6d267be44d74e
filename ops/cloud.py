"""What every command works with: the deployment's outputs, clients in its region, a clock."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from ops.outputs import Outputs

_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})
"""A person waits: long enough for a slow call, short enough to see that a service is away."""


class Cloud:
    """Credentials and endpoints are the environment's, as for every AWS tool; the region is the deployment's."""

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return boto3.client("dynamodb", region_name=self.outputs.need("aws_region"), config=_CONFIG)

    @cached_property
    def iot(self) -> Any:
        return boto3.client("iot", region_name=self.outputs.need("aws_region"), config=_CONFIG)

    def now_ms(self) -> int:
        """UTC milliseconds since the epoch."""
        return time.time_ns() // 1_000_000
