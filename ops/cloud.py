"""The context of every command: the deployment's outputs, clients in its region, a clock."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from ops.outputs import Outputs

_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})
"""An operator waits: long enough for a slow call, short enough to notice an outage."""
_INVOKE = _CONFIG.merge(Config(read_timeout=910, retries={"total_max_attempts": 1}))
"""A function may run for 900 s. An SDK retry would start a second invocation beside the first."""


class Cloud:
    """Clients of one deployment. Credentials and endpoints come from the environment, the region from the outputs."""

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return boto3.client("dynamodb", region_name=self.outputs.need("aws_region"), config=_CONFIG)

    @cached_property
    def iot(self) -> Any:
        return boto3.client("iot", region_name=self.outputs.need("aws_region"), config=_CONFIG)

    @cached_property
    def athena(self) -> Any:
        return boto3.client("athena", region_name=self.outputs.need("aws_region"), config=_CONFIG)

    @cached_property
    def functions(self) -> LambdaClient:
        return boto3.client("lambda", region_name=self.outputs.need("aws_region"), config=_INVOKE)

    @cached_property
    def iot_data(self) -> Any:
        """The data plane of IoT Core, at the account's endpoint unless the environment or a profile names one."""
        region = self.outputs.need("aws_region")
        client = boto3.client("iot-data", region_name=region, config=_CONFIG)
        plain = _CONFIG.merge(Config(ignore_configured_endpoint_urls=True))  # type: ignore[call-arg]  # not in the stubs
        if client.meta.endpoint_url != boto3.client("iot-data", region_name=region, config=plain).meta.endpoint_url:
            return client
        endpoint = f"https://{self.outputs.need('iot_endpoint')}"
        return boto3.client("iot-data", region_name=region, endpoint_url=endpoint, config=_CONFIG)

    @cached_property
    def kinesis(self) -> KinesisClient:
        return boto3.client("kinesis", region_name=self.outputs.need("aws_region"), config=_CONFIG)

    @cached_property
    def s3(self) -> S3Client:
        return boto3.client("s3", region_name=self.outputs.need("aws_region"), config=_CONFIG)

    @cached_property
    def sqs(self) -> SQSClient:
        return boto3.client("sqs", region_name=self.outputs.need("aws_region"), config=_CONFIG)

    def now_ms(self) -> int:
        """Return the current time in UTC milliseconds."""
        return time.time_ns() // 1_000_000
