"""A virtual environment of its own, and what runs in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
UV = str(Path(sysconfig.get_path("scripts")) / "uv")
OURS = Path(sysconfig.get_path("purelib"))
HIDDEN = (
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "PYTHONHOME",
    "ENVIRONMENT_SUFFIX",
    "AWS_REGION",
    "TERRAFORM_STATE_BUCKET_REGION",
)


class Environment:
    """An empty environment in `folder`, of the Python that runs the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        self._variables = {name: value for name, value in os.environ.items() if name not in HIDDEN}
        self.run(UV, "venv", "--quiet", "--offline", "--python", sys.executable, str(folder))

    @property
    def packages(self) -> Path:
        (found,) = self.folder.glob("lib/python*/site-packages")
        return found

    def run(self, *command: str, folder: Path = ROOT, variables: Mapping[str, str] = MappingProxyType({})) -> str:
        """Run a program without the variables of the environment around. Returns what it printed."""
        done = subprocess.run(
            command, cwd=folder, env={**self._variables, **variables}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def install(self, requirements: str) -> None:
        """Install a requirements file, with the versions of the lock for what it leaves open."""
        options = ("--quiet", "--python", str(self.python), "--constraint", "requirements.lock")
        self.run(UV, "pip", "install", *options, "-r", requirements)

    def borrow(self, *, without: str) -> None:
        """Link all packages of the environment that runs the tests, except for the modules that begin so."""
        for entry in OURS.iterdir():
            target = self.packages / entry.name
            if not entry.name.startswith(without) and not target.exists():
                target.symlink_to(entry)

    def synthesize(self, outdir: Path, *command: str) -> int:
        """Run the app as the CDKTF command line does. Returns the number of types of resources."""
        self.run(*command, variables={"CDKTF_OUTDIR": str(outdir), "TERRAFORM_STATE_BUCKET": "our-states"})
        document = json.loads((outdir / "stacks" / "TapStackdev" / "cdk.tf.json").read_text(encoding="utf-8"))
        return len(document["resource"])
