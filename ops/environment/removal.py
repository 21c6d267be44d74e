"""What a destroy removes, what it keeps, and what is left afterwards."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import boto3

from local.embedded.teardown import empty_buckets, unprotect_tables
from ops.cloud import Cloud
from ops.devices import remove as device_removal
from ops.flat_outputs import flatten
from ops.outputs import Outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.environment.terraform import Terraform

KEPT = ("aws_dynamodb_table", "aws_kms_", "aws_s3_bucket", "aws_timestreamwrite_")
"""Beginnings of the types that stay without ``--allow-data-loss``: stored data, and what protects it."""
LATER = {
    "aws_kms_key": "the key is deleted after [key] deletion_days, until then this can be cancelled",
    "aws_secretsmanager_secret": "the secret is deleted after [secret] recovery_days",
}
"""What AWS removes some days after the destroy."""


class AccountClients:
    """Clients of the account that the shell's credentials are for."""

    def __init__(self, region: str) -> None:
        self._region = region

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=self._region)  # type: ignore[call-overload]  # any service


def is_kept(resource: dict[str, Any]) -> bool:
    """Whether a resource holds or protects stored data."""
    return str(resource["type"]).startswith(KEPT)


def remove_all_devices(terraform: Terraform) -> None:
    """Remove things and certificates: they would hold the policies that Terraform deletes."""
    values = terraform.outputs()
    if not values:
        return
    outputs = Outputs(flatten(values), str(terraform.folder))
    device_removal.run(argparse.Namespace(device=None, all=True, dry_run=False), Cloud(outputs))


def release_data(resources: Sequence[dict[str, Any]], region: str) -> None:
    """Empty every bucket, with all versions, and take the deletion protection off every table."""
    clients = AccountClients(region)
    empty_buckets(clients, [each["values"]["bucket"] for each in resources if each["type"] == "aws_s3_bucket"])
    unprotect_tables(clients, [each["values"]["name"] for each in resources if each["type"] == "aws_dynamodb_table"])


def left_behind(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[str]:
    """What still exists after a destroy, one line each."""
    kept = [f"kept: {resource['address']}" for resource in after if resource["type"] in _SHOWN]
    remaining = {resource["address"] for resource in after}
    gone = {resource["type"] for resource in before if resource["address"] not in remaining}
    return kept + [f"later: {words}" for kind, words in LATER.items() if kind in gone]


_SHOWN = ("aws_dynamodb_table", "aws_kms_key", "aws_s3_bucket", "aws_timestreamwrite_table")
"""Of what is kept, the resources themselves and not the settings around them."""
