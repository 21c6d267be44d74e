"""Draw each preset's architecture from its synthesized plan: `make docs`.

Boxes are resources that hold or move data. Arrows are permissions of roles, so the picture shows what is allowed.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from lib.app import synthesize
from lib.config import load_preset, presets

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = Path(__file__).resolve().parents[1] / "docs" / "architecture"
REFERENCE = re.compile(r"\$\{aws_(\w+?)\.([A-Za-z0-9_-]+)\.\w+\}")

BOXES = {
    "api_gateway_rest_api": ("REST API", "[/{}/]"),
    "iot_topic_rule": ("IoT topic rule", "[/{}/]"),
    "sqs_queue": ("SQS queue", "[[{}]]"),
    "kinesis_stream": ("Kinesis stream", "[[{}]]"),
    "lambda_function": ("Lambda", "([{}])"),
    "kinesis_firehose_delivery_stream": ("Firehose", "[/{}/]"),
    "s3_bucket": ("S3 bucket", "[({})]"),
    "timestreamwrite_table": ("Timestream table", "[({})]"),
    "dynamodb_table": ("DynamoDB table", "[({})]"),
    "sns_topic": ("SNS topic", ">{}]"),
    "ssm_parameter": ("SSM parameter", "{{{{{}}}}}"),
    "secretsmanager_secret": ("Secret", "{{{{{}}}}}"),
}
"""Resource types in the picture, with their names and Mermaid shapes."""

WRITES = {
    "kinesis:PutRecords": "readings",
    "s3:PutObject": "objects",
    "timestream:WriteRecords": "readings",
    "dynamodb:BatchWriteItem": "items",
    "dynamodb:PartiQLUpdate": "states",
    "dynamodb:UpdateItem": "updates",
    "sqs:SendMessage": "messages",
    "sns:Publish": "messages",
    "secretsmanager:PutSecretValue": "new key",
}
READS = {
    "kinesis:GetRecords": "records",
    "secretsmanager:GetSecretValue": "key",
    "sqs:ReceiveMessage": "messages",
    "dynamodb:Query": "items",
    "ssm:GetParameter": "value",
}


@dataclass(frozen=True, order=True)
class Arrow:
    start: str
    end: str
    label: str


def main() -> int:
    """Write one page per preset. With ``--check`` write nothing and return 1 if a page is out of date."""
    check = "--check" in sys.argv[1:]
    stale = []
    for preset in presets():
        page = PAGES / f"{preset}.md"
        text = draw(preset, plan_of(preset))
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            stale.append(page.name)
            if not check:
                page.write_text(text, encoding="utf-8")
    print(f"docs/architecture: {', '.join(stale) or 'nothing'} {'out of date' if check else 'written'}")
    return int(check and bool(stale))


def plan_of(preset: str) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        stack = synthesize(load_preset(preset), environment_suffix="docs", outdir=Path(folder))
        document: dict[str, Any] = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8"))
    return document


def draw(preset: str, document: dict[str, Any]) -> str:
    """Return the page with a Mermaid flowchart of the plan."""
    resources = document["resource"]
    suffix = document["output"]["environment_suffix"]["value"]
    arrows = sorted(_arrows(resources))
    lines = [f"  {_producer_box(resources, suffix)}"] if any(arrow.start == "producer" for arrow in arrows) else []
    lines += [f"  {line}" for kind in BOXES for line in _boxes(kind, resources.get(f"aws_{kind}", {}), suffix)]
    lines += [f"  {arrow.start} -- {arrow.label} --> {arrow.end}" for arrow in arrows]
    lines += [
        f'  devices(["Devices<br/>by MQTT, each as itself"]) -- telemetry --> {rule}'
        for rule in sorted(resources.get("aws_iot_topic_rule", {}))
    ]
    lines += [
        f'  callers(["Applications<br/>signed by IAM"]) -- HTTPS --> {api}'
        for api in sorted(resources.get("aws_api_gateway_rest_api", {}))
    ]
    lines.append(f'  alarms["CloudWatch alarms"] -- notify --> {_alarm_topic(resources)}')
    chart = "\n".join(["```mermaid", "flowchart LR", *lines, "```"])
    return (
        f"# `{preset}`\n\n`make docs` draws this page from the synthesized plan. Change the stack, not the page.\n"
        f"Each arrow is a permission that a role has.\n\n{chart}\n"
    )


def _boxes(kind: str, resources: dict[str, Any], suffix: str) -> list[str]:
    title, shape = BOXES[kind]
    return [
        id_ + shape.format(f'"{title}<br/>{_name(resource, suffix)}"') for id_, resource in sorted(resources.items())
    ]


def _name(resource: dict[str, Any], suffix: str) -> str:
    keys = ("function_name", "bucket", "table_name", "name", "name_prefix")
    name = next(str(resource[key]) for key in keys if key in resource)
    return re.split(f"[-_]{suffix}", name.replace(f"/{suffix}/", "/"))[0]


def _producer_box(resources: dict[str, Any], suffix: str) -> str:
    (role,) = (role for id_, role in resources["aws_iam_role"].items() if id_.startswith("producer_"))
    return f'producer(["Producers<br/>as role {_name(role, suffix)}"])'


def _alarm_topic(resources: dict[str, Any]) -> str:
    alarm = next(iter(resources["aws_cloudwatch_metric_alarm"].values()))
    return _references(alarm["alarm_actions"])[0][1]


def _arrows(resources: dict[str, Any]) -> set[Arrow]:
    owners = _owners(resources)
    arrows = {
        Arrow(id_, dead, "failed records")
        for id_, queue in resources.get("aws_sqs_queue", {}).items()
        for _, dead in _references(queue.get("redrive_policy", ""))
    }
    arrows |= set(_calls(resources))
    for policy in resources["aws_iam_role_policy"].values():
        owner = owners.get(_references(policy["role"])[0][1])
        if owner is None:
            continue
        for statement in json.loads(policy["policy"])["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            ends = {id_ for kind, id_ in _references(statement["Resource"]) if kind in BOXES}
            arrows |= {Arrow(owner, end, WRITES[a]) for a in actions if a in WRITES for end in ends}
            reads = {a for a in actions if a in READS and not WRITES.keys() & set(actions)}
            arrows |= {Arrow(end, owner, READS[a]) for a in reads for end in ends}
    return arrows


def _calls(resources: dict[str, Any]) -> Iterator[Arrow]:
    """Return the functions that the API may invoke, by its methods."""
    for permission in resources.get("aws_lambda_permission", {}).values():
        (function,) = [id_ for kind, id_ in _references(permission["function_name"]) if kind == "lambda_function"]
        for kind, api in _references(permission["source_arn"]):
            if kind == "api_gateway_rest_api":
                yield Arrow(api, function, permission["source_arn"].rpartition("}/live/")[2].split("/", 1)[0])


def _owners(resources: dict[str, Any]) -> dict[str, str]:
    """Return who acts with each role: a function, a delivery stream, a topic rule, or an external program.

    Roles that move no data (the registrar of devices) have no owner here.
    """
    owners = {id_: "producer" for id_ in resources["aws_iam_role"] if id_.startswith("producer_")}
    for id_, rule in resources.get("aws_iot_topic_rule", {}).items():
        owners[_references((rule.get("kinesis") or rule["sqs"])[0]["role_arn"])[0][1]] = id_
    for id_, function in resources.get("aws_lambda_function", {}).items():
        owners[_references(function["role"])[0][1]] = id_
    for id_, delivery in resources.get("aws_kinesis_firehose_delivery_stream", {}).items():
        owners[_references(delivery["extended_s3_configuration"]["role_arn"])[0][1]] = id_
    return owners


def _references(value: object) -> list[tuple[str, str]]:
    """Yield (type without ``aws_``, logical id) of everything that ``value`` refers to."""
    return REFERENCE.findall(json.dumps(value))


if __name__ == "__main__":
    sys.exit(main())
