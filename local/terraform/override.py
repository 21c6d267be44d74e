"""The override file beside the plan that points it at the embedded AWS.

Terraform merges `*_override.tf.json` into what it overrides, argument by argument. So the plan itself is applied as it
was synthesized, byte for byte. Exactly this is overridden:

* the provider: endpoints, credentials, path-style S3 addresses, and no lookup of the machine's metadata;
* the backend: a state file in the working folder;
* Kinesis event source mappings: off, because `local.mapping` drives them;
* SQS event source mappings: two batches at a time, Lambda's minimum. MiniStack has no batching window, so more would
  only mean more processes with less work each;
* topic rules with a Kinesis action: a queue beside it, from which records are moved on (see `local.devices.mover`),
  and the trust of their roles, which the mover needs;
* subscriptions over HTTPS: an address that no network has, because MiniStack would post a simulated plant's alerts to
  the real one;
* dependency layers: built for this interpreter and not for Lambda's.
"""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.embedded.rule_queue import feeding_rules, opened_trust, queue_action
from local.endpoints import Clients

OVERRIDE_NAME = "cdk_override.tf.json"
# The provider's names of the services that the plans use.
_SERVICES = (
    *("apigateway", "athena", "cloudwatch", "dynamodb", "events", "firehose", "glue", "iam", "iot", "kinesis"),
    *("kms", "lambda", "logs", "s3", "s3control", "secretsmanager", "sns", "sqs", "ssm", "sts"),
)
_TIMESTREAM_SERVICES = ("timestreamwrite", "timestreamquery")
_STREAM_MAPPING = {"enabled": False}
_QUEUE_MAPPING = {"scaling_config": [{"maximum_concurrency": 2}]}


def build_override(plan: Mapping[str, Any], clients: Clients, layer: Path | None) -> dict[str, Any]:
    """Return the override for `plan`, the decoded `cdk.tf.json`. `layer` is a zip; None if the plan has no layer."""
    resources = plan.get("resource", {})
    overridden: dict[str, dict[str, Any]] = {
        "aws_lambda_event_source_mapping": {
            name: _STREAM_MAPPING if "starting_position" in mapping else _QUEUE_MAPPING
            for name, mapping in resources.get("aws_lambda_event_source_mapping", {}).items()
        },
        "aws_iot_topic_rule": {
            name: {"sqs": [queue_action(clients, rule)]} for name, rule in feeding_rules(plan).items()
        },
        "aws_iam_role": {name: {"assume_role_policy": trust} for name, trust in opened_trust(clients, plan).items()},
        "aws_sns_topic_subscription": {
            name: {"endpoint": f"https://{name}.invalid"}
            for name, subscription in resources.get("aws_sns_topic_subscription", {}).items()
            if subscription["protocol"] == "https"
        },
        "aws_lambda_layer_version": {
            name: _layer_arguments(layer) for name in resources.get("aws_lambda_layer_version", {}) if layer is not None
        },
    }
    return {
        "terraform": {"backend": {"local": {"path": "terraform.tfstate"}}},
        "provider": {"aws": _provider_arguments(clients)},
        "resource": {kind: named for kind, named in overridden.items() if named},
    }


def _provider_arguments(clients: Clients) -> dict[str, Any]:
    endpoints = dict.fromkeys(_SERVICES, clients.endpoint_url)
    endpoints |= dict.fromkeys(_TIMESTREAM_SERVICES, clients.timestream_url)
    trust = {"custom_ca_bundle": str(clients.trusted)} if clients.trusted else {}
    return trust | {
        "access_key": clients.credentials.access_key,
        "secret_key": clients.credentials.secret_key,
        "endpoints": [endpoints],
        "s3_use_path_style": True,
        "skip_metadata_api_check": "true",
        "skip_region_validation": True,
    }


def _layer_arguments(layer: Path) -> dict[str, Any]:
    digest = hashlib.sha256(layer.read_bytes()).digest()
    return {
        "filename": str(layer.resolve()),
        "source_code_hash": base64.b64encode(digest).decode(),
    }
