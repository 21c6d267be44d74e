"""Packages: equal content gives equal bytes, in another folder and at another time."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from lambda_src.common.deployment import DeploymentRules
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.thresholds import Threshold
from lib.building import packaging

if TYPE_CHECKING:
    from pathlib import Path


RULES = "lambda_src/deployment.json"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's functions in another folder, all files touched in 2001."""
    shutil.copytree(packaging.SOURCE, tmp_path / "lambda_src")
    for path in (tmp_path / "lambda_src").rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(packaging, "ROOT", tmp_path)
    monkeypatch.setattr(packaging, "SOURCE", tmp_path / "lambda_src")
    monkeypatch.setattr(packaging, "BUILD", tmp_path / ".build")
    return tmp_path


def test_a_function_package_is_reproducible_anywhere(elsewhere: Path) -> None:
    there = packaging.function_zip("processor").read_bytes()
    with pytest.MonkeyPatch.context() as here:
        here.setattr(packaging, "ROOT", packaging.REQUIREMENTS.parents[1])
        here.setattr(packaging, "SOURCE", packaging.REQUIREMENTS.parent)
        assert packaging.function_zip("processor").read_bytes() == there


def test_a_layer_is_the_same_when_it_is_built_again(elsewhere: Path) -> None:
    first = packaging.layer_zip().read_bytes()
    packaging.layer_zip().unlink()
    assert packaging.layer_zip().read_bytes() == first


def test_a_package_holds_its_own_function_and_what_all_share(elsewhere: Path) -> None:
    names = zipfile.ZipFile(packaging.function_zip("secret_rotation")).namelist()
    assert {"lambda_src/__init__.py", "lambda_src/common/settings.py", "lambda_src/secret_rotation/handler.py"} <= set(
        names
    )
    assert not [name for name in names if "processor" in name or "__pycache__" in name]
    assert RULES in names
    formats = "lambda_src/common/readings/formats/named/"
    assert not [name for name in names if not name.endswith((".toml" if name.startswith(formats) else ".py", RULES))]


def test_changed_code_changes_the_hash_that_terraform_compares(elsewhere: Path) -> None:
    before = packaging.source_code_hash(packaging.function_zip("processor"))
    with (elsewhere / "lambda_src" / "processor" / "settings.py").open("a") as file:
        file.write("# changed\n")
    assert packaging.source_code_hash(packaging.function_zip("processor")) != before


def test_the_deployments_rules_are_one_file_of_the_package(elsewhere: Path) -> None:
    rules = DeploymentRules(thresholds={"b": Threshold(max=1), "a": Threshold(min=2)}, formats=(Format(name="own"),))
    package = packaging.function_zip("processor", rules)

    assert zipfile.ZipFile(package).read("lambda_src/deployment.json") == (
        b'{"formats":[{"name":"own"}],"thresholds":{"a":{"min":2},"b":{"max":1}}}'
    )
    assert packaging.source_code_hash(package) != packaging.source_code_hash(packaging.function_zip("processor"))


def test_the_hash_is_the_one_that_lambda_reports(elsewhere: Path) -> None:
    package = packaging.function_zip("processor")
    digest = hashlib.sha256(package.read_bytes()).digest()
    assert base64.b64decode(packaging.source_code_hash(package)) == digest


def test_the_layer_is_built_for_the_functions_platform(elsewhere: Path) -> None:
    names = zipfile.ZipFile(packaging.layer_zip(packaging.AWS)).namelist()
    extensions = [name for name in names if name.endswith(".so")]
    assert extensions
    assert all("cpython-313-aarch64" in name for name in extensions)
    assert all(name.startswith("python/") for name in names)


def test_the_layer_has_the_time_zones_that_python_finds(elsewhere: Path) -> None:
    with zipfile.ZipFile(packaging.layer_zip(packaging.AWS)) as layer:
        layer.extractall(elsewhere)
    program = "import zoneinfo; print(len(zoneinfo.available_timezones()), zoneinfo.ZoneInfo('Europe/Berlin'))"
    # Without PYTHONTZPATH's directories Python has only the package, as on an image without /usr/share/zoneinfo.
    environment = {"PYTHONPATH": str(elsewhere / "python"), "PYTHONTZPATH": ""}

    found = subprocess.run([sys.executable, "-S", "-c", program], env=environment, capture_output=True, text=True)

    number, name = found.stdout.split()
    assert (int(number) > 400, name) == (True, "Europe/Berlin")


def test_a_layer_that_cannot_be_built_says_why(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requirements = elsewhere / "requirements.txt"
    requirements.write_text("no-such-package-as-this-one==1.0\n")
    monkeypatch.setattr(packaging, "REQUIREMENTS", requirements)
    monkeypatch.setenv("UV_OFFLINE", "1")
    with pytest.raises(packaging.PackagingError, match="no-such-package-as-this-one"):
        packaging.layer_zip()
