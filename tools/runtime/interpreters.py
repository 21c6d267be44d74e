"""Finds an interpreter of a version, wherever it was installed.

`uv python find` ends at the first name on the path that does not work, such as a shim of pyenv for a version that is
not active. So every candidate is started and asked for its version.
"""

from __future__ import annotations

import os
import subprocess
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS = 30
"""More than an interpreter needs to start."""
_NAME = "import sys; print(sys.executable, *sys.version_info[:2], sep='\\n')"


def find_interpreter(version: str, uv: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """An interpreter of this version, such as ``3.13``: on the path, uv's, pyenv's, or one that uv can download."""
    for candidate in chain(_on_path(version, environment), _of_uv(version, uv), _of_pyenv(version, environment)):
        found = _checked(candidate, version)
        if found is not None:
            return found
    if _run([uv, "python", "install", "--quiet", version], seconds=300) is None:
        return None
    return next(filter(None, (_checked(candidate, version) for candidate in _of_uv(version, uv))), None)


def _on_path(version: str, environment: Mapping[str, str]) -> Iterator[Path]:
    for folder in environment.get("PATH", "").split(os.pathsep):
        yield Path(folder) / f"python{version}"
        yield Path(folder) / "python3"


def _of_uv(version: str, uv: str) -> Iterator[Path]:
    folder = _run([uv, "python", "dir"])
    if folder is not None:
        yield from sorted(Path(folder.strip()).glob(f"cpython-{version}*/bin/python{version}"))


def _of_pyenv(version: str, environment: Mapping[str, str]) -> Iterator[Path]:
    root = Path(environment.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted((root / "versions").glob(f"{version}*/bin/python{version}"))


def _checked(candidate: Path, version: str) -> Path | None:
    """The interpreter behind a candidate, if it starts and has the version."""
    if not candidate.is_file():
        return None
    answer = _run([str(candidate), "-c", _NAME])
    executable, *numbers = (answer or "\n").splitlines() or [""]
    return Path(executable) if ".".join(numbers) == version else None


def _run(command: list[str], seconds: int = SECONDS) -> str | None:
    """What the command prints, or None where it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
