"""Permissions that MiniStack wants and AWS does not know."""

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
    # Each statement is authorized by what it does, such as dynamodb:PartiQLUpdate (… Reference, Amazon DynamoDB).
    "dynamodb:PartiQLUpdate": "dynamodb:BatchExecuteStatement",
}
"""In AWS the batch form of a call has no action of its own: it needs the left one. MiniStack asks for the right one."""
_BY_QUERY = frozenset(
    f"athena:{action}"
    for action in (
        *("GetQueryExecution", "GetQueryResults", "GetQueryRuntimeStatistics", "StopQueryExecution"),
        *("BatchGetQueryExecution", "GetNamedQuery", "BatchGetNamedQuery"),
    )
)
"""In AWS these calls are authorized by the workgroup of the query whose id they carry."""
_WITHOUT_RESOURCE = _BY_QUERY | {"dynamodb:BatchExecuteStatement"}
"""MiniStack looks for a table or a workgroup in these calls where they have none, and so asks for every resource."""


def allow_batches(clients: Clients) -> None:
    """Let every role that may do something once do it in batches, too, in a policy beside the plan's own, which stay.

    With the batches of statements MiniStack checks no table: the tables that a role may use show elsewhere. Likewise
    whoever may look at the queries of one workgroup may look at all.
    """
    iam = clients.client("iam")
    for role in _roles(clients):
        statements = [extra for statement in _statements(clients, role) for extra in _extras(statement)]
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=role, PolicyName=_POLICY_NAME, PolicyDocument=document)


def withdraw_batches(clients: Clients) -> None:
    """Take those policies away again: a role with a policy that Terraform does not know cannot be deleted."""
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
