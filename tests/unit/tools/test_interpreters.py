"""An interpreter is found wherever it is, and whatever else has its name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.runtime.interpreters import find_interpreter

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def python(path: Path) -> Path:
    """What starts this very interpreter."""
    return script(path, f'exec "{sys.executable}" "$@"')


@pytest.fixture
def uv(tmp_path):
    """A uv that has no interpreter and cannot download any."""
    return script(tmp_path / "uv", f'test "$2" = dir && echo "{tmp_path}/of-uv"')


@pytest.mark.parametrize(
    ("place", "environment"),
    [
        ("path/python{version}", {}),
        ("path/python3", {}),
        ("of-uv/cpython-{version}.4-linux-x86_64-gnu/bin/python{version}", {}),
        ("pyenv/versions/{version}.0/bin/python{version}", {"PYENV_ROOT": "pyenv"}),
    ],
)
def test_an_interpreter_is_found_behind_broken_shims(place, environment, tmp_path, uv):
    shim = script(tmp_path / "shims" / f"python{VERSION}", "echo not found >&2; exit 127")
    python(tmp_path / place.format(version=VERSION))
    environment = {name: str(tmp_path / value) for name, value in environment.items()}
    path = f"{shim.parent}:{tmp_path / 'path'}"

    found = find_interpreter(VERSION, str(uv), {"PYENV_ROOT": str(tmp_path / "none"), **environment, "PATH": path})

    assert found == Path(sys.executable)


def test_another_version_under_the_name_is_not_taken(tmp_path, uv):
    python(tmp_path / "path" / "python3.99")

    assert find_interpreter("3.99", str(uv), {"PATH": str(tmp_path / "path"), "PYENV_ROOT": str(tmp_path)}) is None


def test_an_interpreter_that_is_nowhere_is_downloaded(tmp_path):
    place = tmp_path / "of-uv" / f"cpython-{VERSION}.9-linux" / "bin" / f"python{VERSION}"
    made = python(tmp_path / "prepared")
    downloads = f'mkdir -p "{place.parent}" && cp "{made}" "{place}"'
    uv = script(tmp_path / "uv", f'if test "$2" = dir; then echo "{tmp_path}/of-uv"; else {downloads}; fi')

    found = find_interpreter(VERSION, str(uv), {"PATH": "", "PYENV_ROOT": str(tmp_path)})

    assert found == Path(sys.executable)


def test_a_missing_uv_is_no_error(tmp_path):
    environment = {"PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path)}

    assert find_interpreter(VERSION, str(tmp_path / "uv"), environment) is None
