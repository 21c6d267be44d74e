"""One permission that MiniStack wants and AWS does not know."""

import json
from collections.abc import Iterator
from typing import Any

from local.endpoints import Clients

_POLICY_NAME = "embedded-publish-batch"


def allow_publish_batch(clients: Clients) -> None:
    """Let every role that may `sns:Publish` to a topic publish to it in batches, too.

    In AWS, PublishBatch is authorized by `sns:Publish`; there is no action of its own (Service Authorization Reference,
    Amazon SNS). MiniStack asks for `sns:PublishBatch`. It comes in a policy beside the plan's own, which stay.
    """
    iam = clients.client("iam")
    for role in _roles(clients):
        statements = [
            {"Effect": "Allow", "Action": "sns:PublishBatch", "Resource": statement["Resource"]}
            for statement in _statements(clients, role)
            if statement["Effect"] == "Allow" and "sns:Publish" in _listed(statement.get("Action", ()))
        ]
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=role, PolicyName=_POLICY_NAME, PolicyDocument=document)


def withdraw_publish_batch(clients: Clients) -> None:
    """Take those policies away again: a role with a policy that Terraform does not know cannot be deleted."""
    iam = clients.client("iam")
    for role in _roles(clients):
        if _POLICY_NAME in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            iam.delete_role_policy(RoleName=role, PolicyName=_POLICY_NAME)


def _roles(clients: Clients) -> list[str]:
    pages = clients.client("iam").get_paginator("list_roles").paginate()
    return [role["RoleName"] for page in pages for role in page["Roles"]]


def _statements(clients: Clients, role: str) -> Iterator[dict[str, Any]]:
    iam = clients.client("iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        yield from _listed(document["Statement"])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
