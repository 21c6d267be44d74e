"""The deployment's customer managed key: one key, and who may use it for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from lib.building.iam import Statement, policy_json
from lib.naming import PROJECT
from lib.notifications.subscriptions import any_https

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.context import Context


class Key(Construct):
    """Encrypts everything that the deployment stores, with yearly rotation.

    Roles get their part through `encrypting` and `decrypting`, only by way of the service that holds the data.
    The services that call KMS in their own name (CloudWatch Logs, CloudWatch alarms, SNS for what it cannot deliver)
    stand in the key policy.
    """

    def __init__(self, scope: Construct, id_: str, *, context: Context) -> None:
        super().__init__(scope, id_)
        self._region = context.region
        self._key = KmsKey(
            self,
            "key",
            description=f"IoT pipeline data, {context.suffix}",
            enable_key_rotation=True,
            deletion_window_in_days=context.config.key.deletion_days,
            policy=policy_json(*_statements(context)),
        )
        KmsAlias(self, "alias", name=f"alias/iot-processing-{context.suffix}", target_key_id=self._key.key_id)
        self.arn = self._key.arn

    def decrypting(self, service: str) -> Statement:
        """Reading what ``service`` (``kinesis``, ``s3``, …) holds under this key."""
        return self._through(service, "kms:Decrypt")

    def encrypting(self, service: str) -> Statement:
        """Writing to ``service`` in one piece: a data key is all it takes."""
        return self._through(service, "kms:GenerateDataKey")

    def exchanging(self, service: str) -> Statement:
        """Writing where the service also reads back: SNS, Secrets Manager, multipart uploads to S3."""
        return self._through(service, "kms:Decrypt", "kms:GenerateDataKey")

    def _through(self, service: str, *actions: str) -> Statement:
        host = f"{service}.{self._region}.amazonaws.com"
        return Statement(
            actions=actions,
            resources=(self.arn,),
            conditions={"StringEquals": {"kms:ViaService": host}},
        )


def _statements(context: Context) -> Iterator[Statement]:
    yield _administration(context)
    yield _logs(context)
    yield _alarms(context)
    if any_https(context.config):
        yield _undelivered(context)


def _administration(context: Context) -> Statement:
    return Statement(
        sid="AccountAdministration",
        principals={"AWS": f"arn:{context.partition}:iam::{context.account}:root"},
        actions=("kms:*",),
        resources=("*",),
        star_reason="without the account in the key policy no IAM policy works and the key can become "
        "unmanageable for good; in a key policy the resource is always this key",
    )


def _logs(context: Context) -> Statement:
    return Statement(
        sid="CloudWatchLogs",
        principals={"Service": f"logs.{context.region}.amazonaws.com"},
        actions=(
            "kms:Encrypt",
            "kms:Decrypt",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
            "kms:GenerateDataKey",
        ),
        resources=("*",),
        star_reason="in a key policy the resource is always this key",
        conditions={
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": context.arn("logs", f"log-group:*-{context.suffix}")}
        },
    )


def _alarms(context: Context) -> Statement:
    return Statement(
        sid="CloudWatchAlarms",
        principals={"Service": "cloudwatch.amazonaws.com"},
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=("*",),
        star_reason="in a key policy the resource is always this key",
        conditions={
            "StringEquals": {"aws:SourceAccount": context.account},
            "ArnLike": {"aws:SourceArn": context.arn("cloudwatch", f"alarm:*-{context.suffix}")},
        },
    )


def _undelivered(context: Context) -> Statement:
    return Statement(
        sid="UndeliveredMessages",
        principals={"Service": "sns.amazonaws.com"},
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=("*",),
        star_reason="in a key policy the resource is always this key",
        conditions={
            "StringEquals": {"aws:SourceAccount": context.account},
            "ArnLike": {"aws:SourceArn": context.arn("sns", f"{PROJECT}-*-{context.suffix}")},
        },
    )
