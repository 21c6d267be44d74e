"""The deployment's customer managed key: one key, and who may use it for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from lib.building.iam import Statement, policy_json
from lib.config.operations import protocol_of
from lib.naming import PROJECT
from lib.part import PartDescription

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.context import Context


class Key(Construct):
    """Encrypts everything that the deployment stores, with yearly rotation.

    `encrypting`, `decrypting` and `exchanging` give roles their permissions, only through the service that holds the
    data; `exchanging_as_service` gives them without that condition. The key policy names the services that call KMS in
    their own name: CloudWatch Logs, CloudWatch alarms, and SNS for messages that it cannot deliver.
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
        """Read what ``service`` (``kinesis``, ``s3``, …) stores under this key."""
        return self._through(service, "kms:Decrypt")

    def encrypting(self, service: str) -> Statement:
        """Write to ``service`` in one piece, which needs only a data key."""
        return self._through(service, "kms:GenerateDataKey")

    def exchanging(self, service: str) -> Statement:
        """Write where the service also reads back: SNS, Secrets Manager, multipart uploads to S3."""
        return self._through(service, "kms:Decrypt", "kms:GenerateDataKey")

    def exchanging_as_service(self) -> Statement:
        """Read and write as a role that only one AWS service can assume, so that its trust names the service.

        Such a service may call KMS directly with the role; then the request carries no ``kms:ViaService``.
        """
        return Statement(actions=("kms:Decrypt", "kms:GenerateDataKey"), resources=(self.arn,))

    def describe(self) -> PartDescription:
        return PartDescription(outputs={"kms_key_arn": self.arn})

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
    subscribers = (*context.config.alerts.subscribers, *context.config.alarms.subscribers)
    if any(protocol_of(each.endpoint) == "https" for each in subscribers):
        yield _undelivered(context)
    if context.config.audit.enabled:
        yield _trail(context)


def _trail(context: Context) -> Statement:
    return Statement(
        sid="CloudTrail",
        principals={"Service": "cloudtrail.amazonaws.com"},
        actions=("kms:GenerateDataKey",),
        resources=("*",),
        star_reason="in a key policy the resource is always this key",
        conditions={
            "StringEquals": {"aws:SourceArn": context.arn("cloudtrail", f"trail/{context.naming.name('audit')}")},
            "StringLike": {
                "kms:EncryptionContext:aws:cloudtrail:arn": context.arn("cloudtrail", "trail/*"),
            },
        },
    )


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
