"""A synthesized stack as tests want to read it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lib.config import load_preset

if TYPE_CHECKING:
    from pathlib import Path

ASSET = re.compile(r"assets/[^\"]+/([^/\"]+?)(-[0-9a-f]{16})?\.zip")
REFERENCE = re.compile(r"\$\{(?:data\.)?([a-z0-9_]+)\.([A-Za-z0-9_-]+)\.[a-z_]+\}")
BOOTSTRAP = "bootstrap"
"""The snapshot of the stack that is no preset's."""
CONCERNS = {
    "aws_api_gateway": "api",
    "aws_cloudwatch_dashboard": "dashboard",
    "aws_cloudwatch_event": "events",
    "aws_cloudwatch_log": "logs",
    "aws_cloudwatch_metric_alarm": "alarms",
    "aws_kinesis_firehose": "firehose",
    "aws_timestreamwrite": "timestream",
}
"""Families of resource types whose concern is not called like their service."""


def synthesize_test_stack(preset: str, outdir: Path) -> Path:
    """Synthesize the preset under the suffix ``test``; returns the folder with its ``cdk.tf.json``."""
    # jsii starts a Node.js process at its import: only tests that synthesize pay for it.
    from lib.app import synthesize

    return synthesize(load_preset(preset), environment_suffix="test", outdir=outdir)


def synthesize_bootstrap(outdir: Path) -> Path:
    """Synthesize the bootstrap of a test's account; returns the folder with its ``cdk.tf.json``."""
    from cdktf import App

    from lib.bootstrap.settings import BootstrapSettings
    from lib.bootstrap.stack import NAME, BootstrapStack

    app = App(outdir=str(outdir))
    settings = BootstrapSettings(account="123456789012", region="us-east-1", repository="acme/pipeline")
    BootstrapStack(app, settings=settings, in_bucket=True)
    app.synth()
    return outdir / "stacks" / NAME


@dataclass(frozen=True)
class Synthesized:
    """``document`` is the content of a ``cdk.tf.json``. ``looked`` counts the resources that a test has seen."""

    document: dict[str, Any]
    looked: ClassVar[int] = 0

    @classmethod
    def of(cls, folder: Path) -> Self:
        """The stack that was synthesized into ``folder``."""
        return cls(json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8")))

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """Resources of one type by logical id; empty when there are none."""
        found: dict[str, dict[str, Any]] = self.document["resource"].get(kind, {})
        Synthesized.looked += len(found)
        return found

    def one(self, kind: str) -> dict[str, Any]:
        (resource,) = self.all(kind).values()
        return resource

    def kinds(self) -> list[str]:
        return list(self.document["resource"])

    def every(self) -> list[tuple[str, str, dict[str, Any]]]:
        """(type, logical id, attributes) of every resource."""
        found = [
            (kind, id_, resource)
            for kind, resources in self.document["resource"].items()
            for id_, resource in resources.items()
        ]
        Synthesized.looked += len(found)
        return found

    def statements(self) -> list[tuple[str, dict[str, Any]]]:
        """(where, statement) of every IAM policy in the document, whatever it hangs on."""
        found = []
        for kind, id_, resource in self.every():
            for key in ("policy", "assume_role_policy"):
                if isinstance(resource.get(key), str) and resource[key].startswith("{"):
                    found += [(f"{kind}.{id_}", s) for s in json.loads(resource[key])["Statement"]]
        return found

    def concerns(self) -> dict[str, dict[str, Any]]:
        """The readable document, by family of resources; outputs and the rest of the document apart."""
        parts: dict[str, dict[str, Any]] = {}
        for kind, _, resource in self.every():
            name = f"{kind} {'/'.join(path_of(resource))}"
            parts.setdefault(concern_of(kind), {})[name] = readable(resource)
        rest = {key: value for key, value in self.document.items() if key not in {"resource", "output", "//"}}
        parts["outputs"] = readable(self.document.get("output", {}))
        parts["stack"] = readable(rest)
        return parts


def concern_of(kind: str) -> str:
    """The concern of a resource type: its AWS service, or what `CONCERNS` calls its family."""
    named = [concern for family, concern in CONCERNS.items() if kind.startswith(family)]
    return named[0] if named else kind.split("_")[1]


def path_of(resource: dict[str, Any]) -> list[str]:
    """The construct's path below the stack."""
    steps: list[str] = resource["//"]["metadata"]["path"].split("/")[1:]
    return steps


def readable(value: Any) -> Any:
    """Without what changes by itself: metadata, asset and code hashes; embedded JSON parsed."""
    if isinstance(value, dict):
        return {
            key: "<hash>" if key == "source_code_hash" else readable(inner)
            for key, inner in value.items()
            if key != "//"
        }
    if isinstance(value, list):
        return [readable(inner) for inner in value]
    if isinstance(value, str):
        if value.startswith(("{", "[")):
            return readable(_parsed(value))
        return ASSET.sub(r"assets/\1.zip", value)
    return value


def _parsed(text: str) -> Any:
    """Embedded JSON; what only looks like it, such as a template of API Gateway's, as a list of its lines."""
    try:
        return json.loads(text)
    except ValueError:
        return [f" {line}" for line in text.splitlines()]


def references(value: object) -> set[str]:
    """Logical ids that a value refers to."""
    return {match[2] for match in REFERENCE.finditer(json.dumps(value))}
