"""The functions' AWS clients: made at first use, one a service and container, with timeouts that fit a function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import boto3
import botocore
from botocore.config import Config

from lambda_src.common.aws.bulk import decode_in_bulk, encode_in_bulk
from lambda_src.common.aws.workers import CALLERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_iot import IoTClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_timestream_write import TimestreamWriteClient

CONNECT_SECONDS = 1.0
READ_SECONDS = 3.0
"""All calls are small and regional, so 3 s is silence; with three attempts a call ends within 12 s and its waits."""
STREAM_READ_SECONDS = 8.0
"""PutRecords carries up to 5 MiB, more than the other calls."""


class TopicPublisher(Protocol):
    """Publishes to topics of AWS IoT."""

    def publish(self, *, topic: str, qos: int, retain: bool, payload: bytes) -> object: ...


class ParameterStore(Protocol):
    """Reads parameters of the Systems Manager."""

    def get_parameter(self, *, Name: str, WithDecryption: bool = ...) -> Mapping[str, Any]: ...  # noqa: N803  # the SDK's


class ParameterHistory(ParameterStore, Protocol):
    """Reads earlier versions of parameters too."""

    def get_parameter_history(
        self,
        *,
        Name: str,  # noqa: N803
        MaxResults: int = ...,  # noqa: N803
        NextToken: str = ...,  # noqa: N803
    ) -> Mapping[str, Any]: ...


def _config(*, validate: bool = True, read_seconds: float = READ_SECONDS, attempts: int = 3) -> Config:
    """``validate`` is off where typed code builds thousands of parameters: the check is most of such a call's cost.

    ``attempts`` is 1 where the caller resends what is left, with its deadline in view.
    """
    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
        parameter_validation=validate,
        max_pool_connections=CALLERS,
        user_agent=_user_agent(),
    )


@cache
def _user_agent() -> str:
    """Name the SDK and its surroundings, once: the SDK itself would build its text twice for every request, which is a
    fifteenth of the processor's CPU time.
    """
    surroundings = os.environ.get("AWS_EXECUTION_ENV", "unknown")
    return f"Boto3/{boto3.__version__} md/Botocore#{botocore.__version__} exec-env/{surroundings}"


@cache
def cloudwatch() -> CloudWatchClient:
    return boto3.client("cloudwatch", config=_config())


@cache
def dynamodb() -> DynamoDBClient:
    client = boto3.client("dynamodb", config=_config(validate=False))
    encode_in_bulk(client, "BatchWriteItem", "RequestItems")
    encode_in_bulk(client, "BatchExecuteStatement", "Statements")
    # No item that a query returns holds bytes.
    decode_in_bulk(client, "Query", "Items")
    return client


@cache
def iot() -> IoTClient:
    return boto3.client("iot", config=_config())


@cache
def iot_data(endpoint: str) -> TopicPublisher:
    """``endpoint`` is the host of the account's own data endpoint: the SDK's default is meant for tests only (AWS IoT
    Core Developer Guide, "AWS IoT device data and service endpoints").
    """
    url = os.environ.get("AWS_ENDPOINT_URL") or f"https://{endpoint}"
    client: TopicPublisher = boto3.client("iot-data", endpoint_url=url, config=_config())
    return client


@cache
def kinesis() -> KinesisClient:
    return boto3.client("kinesis", config=_config(validate=False, read_seconds=STREAM_READ_SECONDS, attempts=1))


@cache
def s3() -> S3Client:
    return boto3.client("s3", config=_config())


@cache
def secretsmanager() -> SecretsManagerClient:
    return boto3.client("secretsmanager", config=_config())


@cache
def sns() -> SNSClient:
    return boto3.client("sns", config=_config())


@cache
def sqs() -> SQSClient:
    return boto3.client("sqs", config=_config(validate=False, attempts=1))


@cache
def ssm() -> ParameterHistory:
    client: ParameterHistory = boto3.client("ssm", config=_config())
    return client


@cache
def timestream_write() -> TimestreamWriteClient:
    # The SDK asks for an endpoint before the first write unless the address is handed to the client itself.
    endpoint = os.environ.get("AWS_ENDPOINT_URL_TIMESTREAM_WRITE")
    client = boto3.client("timestream-write", endpoint_url=endpoint, config=_config(validate=False))
    encode_in_bulk(client, "WriteRecords", "Records")
    return client


def forget() -> None:
    """Drop every client, so that the next call sees another environment; for tests."""
    used = (cloudwatch, dynamodb, iot, iot_data, kinesis, s3, secretsmanager, sns, sqs, ssm, timestream_write)
    for factory in used:
        factory.cache_clear()
