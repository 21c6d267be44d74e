"""Options of every command that calls the API: its URL and the signing role."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.credentials import RefreshableCredentials, create_assume_role_refresher

from ops.api.calls import ApiClient
from ops.http import SignedHttp, default_credentials

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from botocore.credentials import Credentials

    from ops.cloud import Cloud

SESSION = "ops"


def add_api_options(parser: argparse.ArgumentParser) -> None:
    url = "URL of the API with its stage; default: the output api_url. With MiniStack: "
    url += "https://127.0.0.1:PORT/restapis/API_ID/STAGE/_user_request_"
    parser.add_argument("--url", metavar="URL", help=url)
    role = "sign as this role (default: as the credentials of the environment), such as an output api_…_role_arn"
    parser.add_argument("--role-arn", metavar="ARN", help=role)


@contextmanager
def open_api(options: argparse.Namespace, cloud: Cloud) -> Iterator[ApiClient]:
    """Open the API that the options name, by default the deployment's."""
    url = options.url or cloud.outputs.need("api_url")
    region = cloud.outputs.need("aws_region")
    with closing(SignedHttp(_credentials(options.role_arn, region), region, url)) as http:
        yield ApiClient(http)


def _credentials(role_arn: str | None, region: str) -> Credentials:
    """Return the credentials. A role's are renewed before they expire, because a large file may take longer."""
    if role_arn is None:
        return default_credentials()
    sts = boto3.client("sts", region_name=region)
    refresh = create_assume_role_refresher(sts, {"RoleArn": role_arn, "RoleSessionName": SESSION})
    return RefreshableCredentials.create_from_metadata(refresh(), refresh_using=refresh, method="sts-assume-role")
