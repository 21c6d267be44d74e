"""Settings: what is right is typed, what is wrong is named in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lib.config import ConfigError, batch_size, check_suffix, load, load_environment, load_preset, presets, shard_count

if TYPE_CHECKING:
    from pathlib import Path


def decode(**values: Any) -> Any:
    return load.checked({"preset": "manufacturing", **values}, "environments/x.toml")


@pytest.mark.parametrize("preset", presets())
def test_every_preset_can_be_deployed(preset: str) -> None:
    assert load_preset(preset).preset == preset


@pytest.mark.parametrize("environment", [path.stem for path in load.ENVIRONMENTS.glob("*.toml")])
def test_every_environment_can_be_deployed(environment: str) -> None:
    assert load_environment(environment).preset in presets()


def test_an_environment_overrides_single_keys_of_its_preset() -> None:
    config = load_environment("dev")
    assert config.load.readings_per_second == 500
    assert config.load.reading_bytes == load_preset("manufacturing").load.reading_bytes
    assert config.thresholds == load_preset("manufacturing").thresholds


def test_a_suffix_without_a_file_gets_what_dev_has() -> None:
    assert load_environment("pr123") == load_environment("dev")


@pytest.mark.parametrize("suffix", ["a", "pr-123", "x" * 20])
def test_a_suffix_is_letters_digits_and_hyphens(suffix: str) -> None:
    assert check_suffix(suffix) == suffix


@pytest.mark.parametrize("suffix", ["", "a_b", "x" * 21, "dev\n", "ü", "../dev"])
def test_an_impossible_suffix_is_refused(suffix: str) -> None:
    with pytest.raises(ConfigError, match=r"^ENVIRONMENT_SUFFIX=.*allowed are 1 to 20 of a-z, 0-9 and '-'$"):
        check_suffix(suffix)


def test_a_suffix_with_capitals_is_refused_with_a_hint() -> None:
    with pytest.raises(ConfigError, match=r"^ENVIRONMENT_SUFFIX='PR-123': .*; write 'pr-123'$"):
        check_suffix("PR-123")


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"nope": 1}, "nope=1: no such key; allowed are preset, region,"),
        ({"load": {"nope": 1}}, "load.nope=1: no such key; allowed are readings_per_second, reading_bytes,"),
        ({"load": {"readings_per_second": "x"}}, "load.readings_per_second='x': expected `int`, got `str`"),
        ({"load": {"readings_per_second": -1}}, "load.readings_per_second=-1: expected `int` >= 1"),
        ({"stream": {"mode": "fast"}}, "stream.mode='fast': allowed are provisioned, on-demand"),
        ({"thresholds": {"t": {"mx": 1}}}, "thresholds.t.mx=1: no such key; allowed are min, max,"),
        ({"thresholds": {"t": {}}}, "thresholds.t='empty': allowed is at least one of"),
        ({"thresholds": {"t": {"min": 2, "max": 1}}}, "thresholds.t.max=1.0: allowed is not below min (2.0)"),
        ({"logs": {"retention_days": 8}}, "logs.retention_days=8: allowed is one of 1, 3, 5, 7,"),
        (
            {"raw": {"glacier_days": 9, "expire_days": 9}},
            "raw.expire_days=9: allowed is more than raw.glacier_days (9)",
        ),
        ({"raw": {"infrequent_access_days": 7}}, "raw.infrequent_access_days=7: allowed is at least 30"),
        ({"stream": {"mode": "on-demand", "shards": 2}}, "stream.shards=2: allowed is left out while"),
        ({"processor": {"batch_size": 100, "window_seconds": 0}}, "processor.window_seconds=0: allowed is at least 1"),
        ({"processor": {"record_age_seconds": 90_000}}, "processor.record_age_seconds=90000: allowed is at most"),
        ({"archive": {"enabled": False}, "raw": {"expire_days": 9}}, "raw.expire_days=9: allowed is left out while"),
        ({"metric_aliases": {"x": ""}}, "metric_aliases.x='': allowed is 1 to 255 of"),
        ({"output_aliases": {"Stream": "stream_name"}}, "output_aliases='Stream': allowed is a key of 1 to 64 of"),
        ({"region": "mars"}, "region='mars': allowed is the code of a region"),
    ],
)
def test_a_wrong_setting_names_file_key_value_and_alternatives(values: dict[str, Any], line: str) -> None:
    with pytest.raises(ConfigError) as refused:
        decode(**values)
    assert str(refused.value).startswith(f"environments/x.toml: {line}")
    assert "\n" not in str(refused.value)


def test_an_unknown_preset_is_named_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"preset='nope': allowed are .*manufacturing"):
        load_preset("nope")


def test_a_file_that_is_no_toml_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dev.toml").write_text("preset = ")
    monkeypatch.setattr(load, "ENVIRONMENTS", tmp_path)
    with pytest.raises(ConfigError, match=r"^environments/dev.toml: not valid TOML: "):
        load_environment("dev")


@pytest.mark.parametrize(
    ("per_second", "size", "headroom", "shards"),
    [(10_000, 250, 50, 15), (10_000, 250, 0, 10), (1, 250, 50, 1), (100, 1_000_000, 0, 96), (10_001, 1, 0, 11)],
)
def test_shards_follow_from_records_and_bytes_with_headroom(
    per_second: int, size: int, headroom: int, shards: int
) -> None:
    load_table = {"readings_per_second": per_second, "reading_bytes": size, "headroom_percent": headroom}
    assert shard_count(decode(load=load_table)) == shards


def test_a_batch_holds_what_one_shard_brings_in_the_window() -> None:
    config = decode(load={"readings_per_second": 10_000}, processor={"window_seconds": 10})
    assert batch_size(config) == 6_667


def test_a_batch_fits_into_an_invocation() -> None:
    config = decode(load={"readings_per_second": 1_000, "reading_bytes": 10_000, "headroom_percent": 0})
    assert batch_size(config) * 10_000 * 4 / 3 < 6 * 1024 * 1024
