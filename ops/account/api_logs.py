"""Give API Gateway a role for its logs, once for the account and region.

Without one a stage with an access log cannot be created. A role that is set already and still exists stays, unless
--replace is given. No deployment owns the role, so that destroying one leaves the logs of others alone.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from lib.config import ConfigError, check_region
from ops.errors import FailedError, InputError

if TYPE_CHECKING:
    import argparse

ROLE = "apigateway-logs"
"""The account's, and no deployment's; IAM is the same in all regions, so each region uses this one."""
POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
"""AWS's own policy for it: API Gateway takes no role with fewer rights."""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
TRIES = 10
SECONDS_BETWEEN_TRIES = 3.0
"""A role that was just created cannot be assumed for some seconds."""
_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", default=os.environ.get("AWS_REGION"), help="default: AWS_REGION")
    parser.add_argument("--replace", action="store_true", help="also where another role is set, such as a deployment's")


def run(options: argparse.Namespace) -> None:
    region = _region(options.region)
    gateway = boto3.client("apigateway", region_name=region, config=_CLIENT)
    iam = boto3.client("iam", region_name=region, config=_CLIENT)
    present = gateway.get_account().get("cloudwatchRoleArn")
    if present and not options.replace and role_exists(iam, present):
        print(f"API Gateway in {region} writes its logs as {present} already; nothing was changed")
        return
    role = _role(iam)
    _set(gateway, role)
    print(f"API Gateway in {region} writes its logs as {role}")


def _region(given: str | None) -> str:
    if not given:
        raise InputError("no region: give --region or set AWS_REGION")
    try:
        return check_region(given, "--region")
    except ConfigError as error:
        raise InputError(str(error)) from error


def role_exists(iam: Any, arn: str) -> bool:
    """Whether the role is still there: API Gateway keeps the ARN of one that was deleted, and logs nothing."""
    try:
        iam.get_role(RoleName=arn.rpartition("/")[2])
    except ClientError as error:
        if code_of(error) != "NoSuchEntity":
            raise
        return False
    return True


def _role(iam: Any) -> str:
    """The ARN of the role, created if it is not there, with the one policy that it needs."""
    try:
        answer = iam.create_role(
            RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST), Description="Lets API Gateway write its logs"
        )
        arn: str = answer["Role"]["Arn"]
    except ClientError as error:
        if code_of(error) != "EntityAlreadyExists":
            raise
        arn = iam.get_role(RoleName=ROLE)["Role"]["Arn"]
    partition = arn.split(":")[1]
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=f"arn:{partition}:iam::aws:policy/{POLICY}")
    return arn


def _set(gateway: Any, role: str) -> None:
    change = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
    for left in reversed(range(TRIES)):
        try:
            gateway.update_account(patchOperations=[change])
        except ClientError as error:
            if code_of(error) != "BadRequestException":
                raise
            if not left:
                raise FailedError(f"API Gateway does not take {role}: {error}; run the command again") from error
            time.sleep(SECONDS_BETWEEN_TRIES)
        else:
            return
