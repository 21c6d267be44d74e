"""The command `iot-pipeline`, and the packages that it is installed from."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from iot_pipeline import COMMANDS, main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
RUNNER = ROOT / "tools" / "suite"
"""Runs the tests, so it knows them."""
PACKAGES = ("bench", "lambda_src", "lib", "local", "ops", "tools")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an empty venv with the project installed by ``pip install -e``, dependencies beside it."""
    venv = tmp_path_factory.mktemp("entry") / "venv"
    uv = str(Path(sysconfig.get_path("scripts")) / "uv")
    environ = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib"), "VIRTUAL_ENV": str(venv)}
    subprocess.run([uv, "venv", "--quiet", "--offline", "--python", sys.executable, venv], check=True)
    install = [uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    subprocess.run(install, env=environ, check=True)
    return {**environ, "PATH": f"{venv}/bin{os.pathsep}{environ['PATH']}"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_installed_command_runs_from_any_folder(installed: dict[str, str], command: str, tmp_path: Path) -> None:
    program = f"{installed['VIRTUAL_ENV']}/bin/iot-pipeline"
    done = subprocess.run(
        [program, command, "nonsense"], cwd=tmp_path, env=installed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert f"python -m {command}" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["nonsense"]])
def test_an_unknown_command_is_named_with_the_allowed_ones(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "iot-pipeline local|ops|bench" in capsys.readouterr().err


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_carries_its_types(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_no_product_code_imports_tests() -> None:
    sources = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if RUNNER not in path.parents]
    assert sources
    assert [path for path in sources if "tests" in {name.partition(".")[0] for name in _imports(path)}] == []


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
