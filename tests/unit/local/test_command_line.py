"""Bad input is one line that names the thing, exit status 2, and nothing started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lib.config import load, load_environment
from local.errors import RunError
from local.run.options import parse_options
from tests.unit.local.test_terraform import fake_binary

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def series(tmp_path: Path) -> Path:
    path = tmp_path / "series.csv"
    path.write_text("timestamp,value\n2026-01-01 00:00:00,1.5\n")
    return path


def test_defaults_are_half_a_minute_of_the_plant() -> None:
    options = parse_options(["run"])
    assert (options.config.preset, options.duration, options.rate, options.replay) == (
        "manufacturing",
        30.0,
        200.0,
        None,
    )


def test_an_environment_runs_with_its_own_settings() -> None:
    options = parse_options(["run", "--environment", "prod"])
    assert (options.environment, options.config) == ("prod", load_environment("prod"))


def test_a_wrong_environment_is_refused_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text('preset = "manufacturing"\n[raw]\nexpire_days = 10\n')
    monkeypatch.setattr(load, "ENVIRONMENTS", tmp_path)
    with pytest.raises(RunError, match=r"^environments/mine.toml: raw.expire_days=10: allowed is more than"):
        parse_options(["run", "--environment", "mine"])


def test_a_replay_without_a_duration_is_sent_whole(series: Path) -> None:
    assert parse_options(["run", "--replay", str(series)]).duration is None
    assert parse_options(["run", "--replay", str(series), "--duration", "5"]).duration == 5.0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--preset", "nonsense"], "--preset nonsense is unknown; allowed are .*manufacturing"),
        (["--environment", "nonsense"], "--environment nonsense has no file; allowed are .*dev"),
        (["--environment", "dev", "--preset", "complete"], "--preset: not allowed with argument --environment"),
        (["--rate", "-5"], r"--rate must be more than 0 and at most 5,000 readings per second \(got -5\)"),
        (["--rate", "nan"], r"--rate must be .* \(got nan\)"),
        (["--rate", "fast"], "--rate.*fast"),
        (["--duration", "0"], r"--duration must be more than 0 .* \(got 0\)"),
        (["--devices", "0"], r"--devices must be more than 0 .* \(got 0\)"),
        (["--port", "80"], r"--port must be between 1024 and 65535 \(got 80\)"),
        (["--replay", "missing.csv"], "--replay missing.csv does not exist; name a CSV"),
        (["--report", "missing/r.json"], "--report missing/r.json cannot be written"),
        (["--report", "."], "--report . cannot be written"),
        (["--keep", "."], "--keep . must be a new or empty folder"),
        (["--unknown"], "unrecognized arguments: --unknown"),
    ],
)
def test_a_bad_option_is_named_with_what_is_allowed(
    arguments: list[str], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "something").touch()
    with pytest.raises(RunError, match=named) as caught:
        parse_options(["run", *arguments])
    assert "\n" not in str(caught.value)


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(RunError, match=rf"--port {port} cannot be used"):
            parse_options(["run", "--port", str(port)])


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local", "run", "--headless", *arguments],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("time,value\n2026-01-01,1\n", "no column 'timestamp'"),
        ("timestamp,value\nyesterday,1\n", "line 2: timestamp must be"),
        ("timestamp,value\n2026-01-01,hot\n", "line 2: value must be"),
        ("timestamp,value\n", "no rows"),
    ],
)
def test_a_bad_series_ends_the_command_before_anything_starts(tmp_path: Path, content: str, named: str) -> None:
    path = tmp_path / "series.csv"
    path.write_text(content)
    done = run("--replay", str(path), TMPDIR=str(tmp_path))
    assert done.returncode == 2
    assert named in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""
    assert [each.name for each in tmp_path.iterdir()] == ["series.csv"]


def test_without_terraform_the_command_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run(PATH=str(tmp_path / "empty"), TMPDIR=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith("neither terraform nor tofu is on the PATH; install Terraform")
    assert not list(tmp_path.glob("pipeline-run-*"))
    assert not list(tmp_path.glob("embedded-aws-*"))


def test_an_unreachable_registry_ends_the_command_before_a_server_starts(tmp_path: Path) -> None:
    # Given a Terraform for a platform that no mirror has, and whose init fails
    path = fake_binary(tmp_path / "bin", version="1.11.4", then="echo 'no route to host' >&2; exit 1")
    program = tmp_path / "bin" / "terraform"
    program.write_text(program.read_text().replace("linux_amd64", "plan9_mips"))
    # When
    done = run(PATH=path, TMPDIR=str(tmp_path), TF_CLI_CONFIG_FILE=str(tmp_path / "none"), XDG_CACHE_HOME=str(tmp_path))
    # Then
    assert done.returncode == 2, done.stderr
    assert "registry.terraform.io is not reachable" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Start the embedded AWS" not in done.stdout
    assert not list(tmp_path.glob("pipeline-run-*"))
