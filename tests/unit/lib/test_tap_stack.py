"""The constructor's contract: how people and their own tests call it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lib.config import ConfigError, load, load_preset

if TYPE_CHECKING:
    from pathlib import Path


def synthesized(folder: Path, *position: str, **arguments: Any) -> dict[str, Any]:
    """The document of a stack called ``X`` that was made with these arguments."""
    # jsii starts a Node.js process at its import: only tests that synthesize pay for it.
    from cdktf import App

    from lib.tap_stack import TapStack

    app = App(outdir=str(folder))
    TapStack(app, "X", *position, **arguments)
    app.synth()
    found: dict[str, Any] = json.loads((folder / "stacks" / "X" / "cdk.tf.json").read_text(encoding="utf-8"))
    return found


def provider(document: dict[str, Any]) -> dict[str, Any]:
    (found,) = document["provider"]["aws"]
    return dict(found)


def test_a_stack_needs_no_arguments_and_then_names_no_bucket(tmp_path: Path) -> None:
    document = synthesized(tmp_path)
    backend = document["terraform"]["backend"]["s3"]
    assert "bucket" not in backend
    assert backend["key"] == "dev/eu-central-1/X.tfstate"


def test_suffix_by_position_and_tags_below_tags(tmp_path: Path) -> None:
    document = synthesized(
        tmp_path, "qa", state_bucket="our-states", default_tags={"tags": {"Team": "line 1"}}, aws_region="us-west-2"
    )
    assert provider(document)["region"] == "us-west-2"
    assert provider(document)["default_tags"][0]["tags"]["Team"] == "line 1"
    assert provider(document)["default_tags"][0]["tags"]["environment"] == "qa"
    assert document["terraform"]["backend"]["s3"]["region"] == "us-west-2"


def test_an_unknown_argument_is_named_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        synthesized(tmp_path, enviroment_suffix="qa", region="us-west-2")
    assert str(refused.value) == (
        "TapStack: unknown arguments enviroment_suffix, region; allowed are environment_suffix, aws_region, "
        "state_bucket, state_bucket_region, default_tags, config"
    )


def test_the_settings_tags_win_over_the_callers(tmp_path: Path) -> None:
    config = msgspec.structs.replace(load_preset("manufacturing"), tags={"stage": "ours"})
    tags = provider(synthesized(tmp_path, config=config, default_tags={"stage": "theirs", "team": "a"}))
    assert (tags["default_tags"][0]["tags"]["stage"], tags["default_tags"][0]["tags"]["team"]) == ("ours", "a")


def test_a_region_beside_the_files_own_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "qa.toml").write_text('preset = "manufacturing"\nregion = "eu-west-1"\n', encoding="utf-8")
    monkeypatch.setattr(load, "ENVIRONMENTS", tmp_path)
    with pytest.raises(ConfigError, match=r"region='eu-west-1': AWS_REGION names 'us-west-2'"):
        synthesized(tmp_path, "qa", aws_region="us-west-2")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({"environment_suffix": "QA"}, "ENVIRONMENT_SUFFIX='QA': .*; write 'qa'"),
        ({"aws_region": "mars"}, "AWS_REGION='mars': allowed is the code of a region"),
        ({"state_bucket": "s3://x"}, "TERRAFORM_STATE_BUCKET='s3://x': allowed is the name of an S3 bucket"),
        ({"default_tags": {"aws:x": "1"}}, "default_tags: 'aws:x': allowed is a key of"),
    ],
)
def test_an_argument_that_cannot_be_deployed_is_refused(tmp_path: Path, arguments: dict[str, Any], line: str) -> None:
    with pytest.raises(ConfigError, match=line):
        synthesized(tmp_path, **arguments)
