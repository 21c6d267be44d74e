"""A preset with a lake, synthesized, and its parts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from lib.config import load_preset
from lib.config.storage import LakeConfig
from tests.support.synth import Synthesized, path_of

if TYPE_CHECKING:
    from pathlib import Path

KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/0d1c2b3a-1111-2222-3333-444455556666"


def with_lake(folder: Path, **settings: Any) -> Synthesized:
    # jsii starts a Node.js process at its import: only tests that synthesize pay for it.
    from lib.app import build

    config = msgspec.structs.replace(load_preset("plant-monitoring"), lake=LakeConfig(enabled=True, **settings))
    build(config=config, environment_suffix="test", outdir=folder).synth()
    text = (folder / "stacks" / "TapStacktest" / "cdk.tf.json").read_text(encoding="utf-8")
    return Synthesized(json.loads(text))


def of_lake(stack: Synthesized, kind: str, *steps: str) -> dict[str, Any]:
    """The one resource of this kind in this part of the lake."""
    (found,) = [each for each in stack.all(kind).values() if path_of(each)[: len(steps) + 1] == ["lake", *steps]]
    return found


def rights(stack: Synthesized, *steps: str) -> list[dict[str, Any]]:
    """The statements of a role of the lake."""
    return [
        statement
        for policy in stack.all("aws_iam_role_policy").values()
        if path_of(policy)[: len(steps) + 1] == ["lake", *steps]
        for statement in json.loads(policy["policy"])["Statement"]
    ]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
