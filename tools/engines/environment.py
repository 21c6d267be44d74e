"""The environment of the second engine, below `.build/cdktn`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path(__file__).with_name("requirements.lock")
INSTALLED = ROOT / ".build" / "cdktn"
PYTHON = INSTALLED / "bin" / "python"
MARK = INSTALLED / "requirements.lock"


def install() -> None:
    """Install what the lock names, with its hashes, if it is not there. Raises `CalledProcessError`."""
    if MARK.exists() and MARK.read_bytes() == LOCK.read_bytes():
        return
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(INSTALLED)], check=True)
    subprocess.run([uv, "pip", "sync", "--quiet", "--python", str(PYTHON), str(LOCK)], check=True)
    MARK.write_bytes(LOCK.read_bytes())


def synthesize_all(folder: Path) -> None:
    """Write the plans of all presets as the second engine synthesizes them. Raises `CalledProcessError`."""
    command = [str(PYTHON), "-m", "tools.engines.synthesize", str(folder)]
    # A Node.js of this environment would be given on.
    environment = {name: value for name, value in os.environ.items() if name not in ("JSII_NODE", "NODE_OPTIONS")}
    subprocess.run(command, cwd=ROOT, env=environment | {"SYNTH_ENGINE": "cdktn"}, check=True)
