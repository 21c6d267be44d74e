"""`ops cost` prints the estimate for people or as JSON."""

from __future__ import annotations

import json

import pytest

from ops.__main__ import main
from ops.cost import command
from ops.cost.prices import FILE, read_prices
from ops.errors import InputError
from tests.support.costs import preset_deployment


@pytest.fixture(autouse=True)
def synthesized_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "plan_of", lambda config, _: preset_deployment(config.preset).plan)


def test_the_json_has_the_total_of_its_items(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--preset", "manufacturing", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["total"] == pytest.approx(sum(item["dollars"] for item in found["items"]))
    assert found["after_month"] < found["total"]
    assert found["unpriced"] == {}
    assert [set(lever) for lever in found["levers"]] == [{"change", "saving"}] * 3


def test_the_stated_load_replaces_that_of_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--preset", "manufacturing", "--readings-per-second", "0", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["total"] == pytest.approx(found["idle"])
    assert found["per_million_readings"] is None


def test_an_environment_is_calculated_with_its_own_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--environment", "dev", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["readings_per_second"] == 500


def test_a_region_without_prices_says_whose_are_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--preset", "plant-monitoring"]) == 0
    assert "No prices are known for sa-east-1: these are those of us-east-1." in capsys.readouterr().out


def test_the_table_names_the_levers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--preset", "manufacturing"]) == 0
    out = capsys.readouterr().out
    assert out.count("Saves ") == 3
    assert "Total per month" in out


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--preset", "atlantis"], "preset='atlantis': allowed are"),
        (["--environment", "NO"], "ENVIRONMENT_SUFFIX='NO'"),
        (["--readings-per-second", "-1"], "must be a number from 0 to 10000000 (got '-1')"),
        (["--readings-per-second", "nan"], "must be a number from 0"),
        (["--readings-per-message", "0"], "must be a number from 1 to 10000 (got '0')"),
    ],
)
def test_invalid_options_are_named_in_one_line(
    arguments: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cost", *arguments]) == 2
    assert error in capsys.readouterr().err


def test_a_price_file_without_a_region_is_refused(tmp_path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(FILE.read_text().replace("us-west-2 = 0.015, ", "", 1))
    with pytest.raises(InputError, match="kinesis-shard-hour has no price for us-west-2"):
        read_prices(file)
