"""An environment belongs to one account: settings, variable and provider agree on it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from lib.config import Config, ConfigError, load, load_environment, load_preset
from ops.stack import build_stack, write_stack

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT, OTHER = "123456789012", "999999999999"


@pytest.fixture
def environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "own.toml").write_text(f'preset = "manufacturing"\naccount_id = "{ACCOUNT}"\n')
    (tmp_path / "dev.toml").write_text('preset = "manufacturing"\n')
    (tmp_path / "number.toml").write_text('preset = "manufacturing"\naccount_id = 123456789012\n')
    monkeypatch.setattr(load, "ENVIRONMENTS", tmp_path)
    return tmp_path


def allowed(config: Config) -> list[str] | None:
    _, document = build_stack(config, "test")
    found: list[str] | None = document["provider"]["aws"][0].get("allowed_account_ids")
    return found


def test_the_provider_refuses_every_other_account() -> None:
    preset = load_preset("serverless-api")
    assert allowed(msgspec.structs.replace(preset, account_id=ACCOUNT)) == [ACCOUNT]
    assert allowed(preset) is None


@pytest.mark.parametrize(("suffix", "variable"), [("own", None), ("own", ACCOUNT), ("pr7", ACCOUNT)])
def test_the_account_comes_from_file_or_variable(environments: Path, suffix: str, variable: str | None) -> None:
    assert load_environment(suffix, account=variable).account_id == ACCOUNT


@pytest.mark.parametrize(
    ("suffix", "variable", "words"),
    [
        ("own", OTHER, f"own.toml: account_id='{ACCOUNT}': AWS_ACCOUNT_ID names '{OTHER}'"),
        ("dev", "12", "AWS_ACCOUNT_ID='12': allowed are the twelve digits"),
        ("number", None, "account_id=123456789012: expected `str | null`, got `int`"),
    ],
)
def test_another_account_is_refused_in_one_line(
    environments: Path, suffix: str, variable: str | None, words: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load_environment(suffix, account=variable)
    assert words in str(refused.value)


@pytest.mark.parametrize("line", ['account_id = "123456789012"', "production = true"])
def test_a_preset_belongs_to_no_account(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text(f"{line}\n")
    monkeypatch.setattr(load, "PRESETS", tmp_path)
    with pytest.raises(ConfigError, match="only an environment sets it"):
        load_preset("mine")


def test_a_plan_is_written_into_a_folder_that_is_new(tmp_path: Path) -> None:
    config = load_preset("serverless-api")
    new = tmp_path / "environments" / "new"
    _, folder = write_stack(config, "test", new, state_bucket="states", state_bucket_region="us-east-1", tags={})
    backend = json.loads((folder / "cdk.tf.json").read_text())["terraform"]["backend"]["s3"]
    assert (folder.parent.parent, backend["bucket"], backend["region"]) == (new, "states", "us-east-1")
