"""A queue in the place of a topic rule's Kinesis action, which MiniStack skips in silence.

AWS IoT evaluates the rule's SQL and puts the result into the stream with the rule's role. MiniStack evaluates it, too,
and can put the result into a queue; from there `local.devices.mover` does what the action does.
"""

import json
from collections.abc import Mapping
from typing import Any

from local.endpoints import Clients

_HIDDEN_SECONDS = 300  # how long a message that is on its way into the stream stays hidden


def feeding_rules(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The topic rules of a plan (the decoded `cdk.tf.json`) that have a Kinesis action, by their resource's name."""
    rules: dict[str, dict[str, Any]] = plan.get("resource", {}).get("aws_iot_topic_rule", {})
    return {name: rule for name, rule in rules.items() if rule.get("kinesis")}


def queue_action(clients: Clients, rule: Mapping[str, Any]) -> dict[str, Any]:
    """The action to add to a rule: its result goes to the rule's queue, as text."""
    url = f"{clients.endpoint_url}/{clients.account}/{queue_name(rule['name'])}"
    return {"queue_url": url, "role_arn": rule["kinesis"][0]["role_arn"], "use_base64": False}


def opened_trust(clients: Clients, plan: Mapping[str, Any]) -> dict[str, str]:
    """The trust of the rules' roles, by the roles' resources, with the account's root beside IoT Core.

    The rule's role trusts `iot.amazonaws.com` on behalf of this account. MiniStack counts root as any service, but
    cannot meet that condition, so that nobody could act with the role, and what it permits would go untested.
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
    """The name of the queue of a rule; both may have 80 characters and more are not used here."""
    return f"{rule_name}_records"


def make_queues(clients: Clients, plan: Mapping[str, Any]) -> None:
    """Make the queues of the plan's rules. They are none of Terraform's: the plan is applied as it is."""
    for rule in feeding_rules(plan).values():
        clients.client("sqs").create_queue(
            QueueName=queue_name(rule["name"]), Attributes={"VisibilityTimeout": str(_HIDDEN_SECONDS)}
        )
