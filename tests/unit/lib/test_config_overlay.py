"""An environment over its preset: types are checked in the file, rules on what both together say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lib.config import Config, ConfigError, load, load_environment, presets

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = [
    example
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    for example in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Config]:
    """Loads an environment that has this text."""
    monkeypatch.setattr(load, "ENVIRONMENTS", tmp_path)

    def of(text: str, region: str | None = None) -> Config:
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        return load_environment("mine", region=region)

    return of


def test_a_rule_is_judged_on_the_merged_settings(loaded: Callable[..., Config]) -> None:
    config = loaded('preset = "manufacturing"\n[timestream]\nhourly_aggregates = true\n')
    assert config.timestream.enabled
    assert config.timestream.hourly_aggregates


@pytest.mark.parametrize("preset", presets())
def test_a_preset_named_alone_is_a_whole_environment(loaded: Callable[..., Config], preset: str) -> None:
    assert loaded(f'preset = "{preset}"\n').preset == preset


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_of_the_documents_can_be_deployed(loaded: Callable[..., Config], example: str) -> None:
    text = example if "preset =" in example else f'preset = "manufacturing"\n{example}'
    assert loaded(text).preset in presets()


def test_the_documents_have_examples_to_check() -> None:
    assert len(EXAMPLES) >= 3


def test_a_wrong_type_is_named_in_its_file(loaded: Callable[..., Config]) -> None:
    with pytest.raises(ConfigError, match=r"^environments/mine.toml: raw.expire_days='x': expected `int"):
        loaded('preset = "manufacturing"\n[raw]\nexpire_days = "x"\n')


def test_a_conflict_with_the_preset_says_how_to_unset(loaded: Callable[..., Config]) -> None:
    with pytest.raises(ConfigError) as refused:
        loaded('preset = "manufacturing"\n[archive]\nenabled = false\n')
    assert str(refused.value) == (
        "environments/mine.toml: raw.expire_days=365: allowed is left out while archive.enabled = false; "
        "presets/manufacturing.toml sets it: override it, or leave it out by unset = ['raw.expire_days']"
    )


def test_a_conflict_within_the_file_does_not_name_the_preset(loaded: Callable[..., Config]) -> None:
    with pytest.raises(ConfigError, match=r"raw.expire_days=20: allowed is more than raw.glacier_days \(90\)$"):
        loaded('preset = "manufacturing"\n[raw]\nexpire_days = 20\n')


def test_an_environment_leaves_out_what_its_preset_sets(loaded: Callable[..., Config]) -> None:
    config = loaded(
        'preset = "factory-floor"\nunset = ["stream.shards", "thresholds.vibration"]\n[stream]\nmode = "on-demand"\n'
    )
    assert config.stream.shards is None
    assert sorted(config.thresholds) == ["pressure", "temperature"]


@pytest.mark.parametrize(
    ("unset", "line"),
    [
        ('["stream.shards"]', "unset='stream.shards': presets/manufacturing.toml does not set it"),
        ('["load.nope.deeper"]', "unset='load.nope.deeper': presets/manufacturing.toml does not set it"),
        ('"raw"', "unset='raw': allowed is a list of the preset's keys"),
        ("[1]", "unset=[1]: allowed is a list of the preset's keys"),
    ],
)
def test_a_key_that_cannot_be_left_out_is_named(loaded: Callable[..., Config], unset: str, line: str) -> None:
    with pytest.raises(ConfigError) as refused:
        loaded(f'preset = "manufacturing"\nunset = {unset}\n')
    assert str(refused.value) == f"environments/mine.toml: {line}"


def test_the_shells_region_overrides_the_presets(loaded: Callable[..., Config]) -> None:
    assert loaded('preset = "manufacturing"\n', region="us-west-2").region == "us-west-2"


def test_the_files_region_and_the_shells_must_agree(loaded: Callable[..., Config]) -> None:
    text = 'preset = "manufacturing"\nregion = "eu-west-1"\n'
    assert loaded(text, region="eu-west-1").region == "eu-west-1"
    with pytest.raises(ConfigError) as refused:
        loaded(text, region="us-west-2")
    assert str(refused.value) == (
        "environments/mine.toml: region='eu-west-1': AWS_REGION names 'us-west-2'; unset it or change the file"
    )


def test_a_region_of_the_shell_that_cannot_exist_is_refused(loaded: Callable[..., Config]) -> None:
    with pytest.raises(ConfigError, match=r"^AWS_REGION='mars': allowed is the code of a region"):
        loaded('preset = "manufacturing"\n', region="mars")
