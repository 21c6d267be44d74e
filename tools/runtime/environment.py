"""An environment with the functions' own Python: the tests' packages, and before them the layer as AWS gets it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lib.building.packaging import AWS, BUILD, ROOT, BuildTarget, layer_zip
from tools.runtime.interpreters import find_interpreter

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = AWS.python
LOCK = ROOT / "requirements.lock"


class NoInterpreterError(Exception):
    """This machine has no such Python, and none can be downloaded."""


class RuntimeEnvironment:
    """Below the build folder. Made once for each content of the lock file and of the layer."""

    def __init__(self) -> None:
        self._uv = str(Path(sys.executable).with_name("uv"))
        self._folder = BUILD / f"python-{VERSION}"
        self._layer = layer_zip(layer_target())
        self._python = self._folder / "bin" / "python"

    def make(self) -> None:
        """Raises `NoInterpreterError`, or ``CalledProcessError`` where a package cannot be installed."""
        made_of = f"{self._layer.name}\n{LOCK.read_text(encoding='utf-8')}"
        ready = self._folder / "ready"
        if ready.exists() and ready.read_text(encoding="utf-8") == made_of:
            return
        interpreter = find_interpreter(VERSION, self._uv)
        if interpreter is None:
            raise NoInterpreterError(
                f"Python {VERSION}, which runs the functions in AWS, is not on this machine, and uv could not download "
                f"it; install it on the path, or with '{self._uv} python install {VERSION}'"
            )
        shutil.rmtree(self._folder, ignore_errors=True)
        self._uv_does("venv", "--python", str(interpreter), str(self._folder))
        self._uv_does("pip", "sync", "--python", str(self._python), str(LOCK))
        with TemporaryDirectory(dir=self._folder) as folder, zipfile.ZipFile(self._layer) as archive:
            archive.extractall(folder)
            (Path(folder) / "python").rename(self._folder / "layer")
        ready.write_text(made_of, encoding="utf-8")

    def run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run this Python in the project, the layer before all other packages, as in a function."""
        environment = {**os.environ, "PYTHONPATH": str(self._folder / "layer")}
        command = [str(self._python), *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    def _uv_does(self, *arguments: str) -> None:
        subprocess.run([self._uv, *arguments, "--quiet"], check=True)


def layer_target() -> BuildTarget:
    """The layer of AWS for this machine's processor; of a machine without Linux the packages are its own."""
    if sys.platform != "linux":
        return BuildTarget(VERSION, None)
    return BuildTarget(VERSION, f"{platform.machine()}-manylinux2014")
