"""A queue in place of a topic rule's Kinesis action, which MiniStack skips without an error.

AWS IoT evaluates the rule's SQL and puts the result into the stream with the rule's role. MiniStack evaluates the SQL
too and can put the result into a queue. From there `local.devices.mover` does what the action does.
"""

import json
from collections.abc import Mapping
from typing import Any

from local.endpoints import Clients

_HIDDEN_SECONDS = 300  # Visibility timeout of a message that is being moved into the stream.


def feeding_rules(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the topic rules of a plan (`cdk.tf.json`) that have a Kinesis action, by resource name."""
    rules: dict[str, dict[str, Any]] = plan.get("resource", {}).get("aws_iot_topic_rule", {})
    return {name: rule for name, rule in rules.items() if rule.get("kinesis")}


def queue_action(clients: Clients, rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return the action to add to a rule: put its result as text into the rule's queue."""
    url = f"{clients.endpoint_url}/{clients.account}/{queue_name(rule['name'])}"
    return {"queue_url": url, "role_arn": rule["kinesis"][0]["role_arn"], "use_base64": False}


def opened_trust(clients: Clients, plan: Mapping[str, Any]) -> dict[str, str]:
    """Return the trust policies of the rules' roles, with the account's root beside IoT Core.

    The role of a rule trusts `iot.amazonaws.com` for this account only. MiniStack treats root as any service but cannot
    meet this condition, so nothing could assume the role and its permissions would go untested.
    """
    root = {
        "Action": "sts:AssumeRole",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{clients.account}:root"},
    }
    opened = {}
    for rule in feeding_rules(plan).values():
        name = rule["kinesis"][0]["role_arn"].removeprefix("${aws_iam_role.").removesuffix(".arn}")
        trust = json.loads(plan["resource"]["aws_iam_role"][name]["assume_role_policy"])
        opened[name] = json.dumps(trust | {"Statement": [*trust["Statement"], root]})
    return opened


def queue_name(rule_name: str) -> str:
    """Return the name of a rule's queue. Both may have 80 characters; fewer are used here."""
    return f"{rule_name}_records"


def make_queues(clients: Clients, plan: Mapping[str, Any]) -> None:
    """Create the queues of the plan's rules. Terraform does not know them, because the plan is applied unchanged."""
    for rule in feeding_rules(plan).values():
        clients.client("sqs").create_queue(
            QueueName=queue_name(rule["name"]), Attributes={"VisibilityTimeout": str(_HIDDEN_SECONDS)}
        )
