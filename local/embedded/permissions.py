"""Permissions that MiniStack requires and AWS does not know."""

import json
from collections.abc import Iterator
from typing import Any

from local.endpoints import Clients

_POLICY_NAME = "embedded-batches"
_BATCHES = {
    # PublishBatch is authorized by sns:Publish (Service Authorization Reference, Amazon SNS).
    "sns:Publish": "sns:PublishBatch",
    # SendMessageBatch is authorized by sqs:SendMessage (… Reference, Amazon SQS).
    "sqs:SendMessage": "sqs:SendMessageBatch",
    # ChangeMessageVisibilityBatch is authorized by sqs:ChangeMessageVisibility (… Reference, Amazon SQS).
    "sqs:ChangeMessageVisibility": "sqs:ChangeMessageVisibilityBatch",
    # Each statement is authorized by what it does, such as dynamodb:PartiQLUpdate (… Reference, Amazon DynamoDB).
    "dynamodb:PartiQLUpdate": "dynamodb:BatchExecuteStatement",
}
"""AWS authorizes the batch form of a call by the action on the left. MiniStack requires the action on the right."""
_BY_QUERY = frozenset(
    f"athena:{action}"
    for action in (
        *("GetQueryExecution", "GetQueryResults", "GetQueryRuntimeStatistics", "StopQueryExecution"),
        *("BatchGetQueryExecution", "GetNamedQuery", "BatchGetNamedQuery"),
    )
)
"""AWS authorizes these calls by the workgroup of the query in the request."""
_WITHOUT_RESOURCE = _BY_QUERY | {"dynamodb:BatchExecuteStatement"}
"""These calls name no table or workgroup, so MiniStack requires permission for every resource."""


def allow_batches(clients: Clients) -> None:
    """Allow every role that may do something once to do it in batches, in a policy beside the plan's own.

    For batches of statements MiniStack checks no table; other calls show which tables a role may use. A role that may
    read the queries of one workgroup may read all.
    """
    iam = clients.client("iam")
    for role in _roles(clients):
        statements = [extra for statement in _statements(clients, role) for extra in _extras(statement)]
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=role, PolicyName=_POLICY_NAME, PolicyDocument=document)


def withdraw_batches(clients: Clients) -> None:
    """Remove these policies. A role with a policy that Terraform does not know cannot be deleted."""
    iam = clients.client("iam")
    for role in _roles(clients):
        if _POLICY_NAME in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            iam.delete_role_policy(RoleName=role, PolicyName=_POLICY_NAME)


def _extras(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if statement["Effect"] != "Allow":
        return
    for action in _listed(statement.get("Action", ())):
        wanted = action if action in _BY_QUERY else _BATCHES.get(action)
        if wanted is not None:
            resource = "*" if wanted in _WITHOUT_RESOURCE else statement["Resource"]
            yield {"Effect": "Allow", "Action": wanted, "Resource": resource}


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
