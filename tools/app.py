"""Run main.py with a Python that has the requirements: the app of cdktf.json.

It needs only the standard library, so any Python 3 can start it: that of an active environment, of Pipenv, of CI, or
the system's beside a `.venv` of `make setup`.
"""

import importlib.util
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REQUIRED = ("cdktf", "cdktf_cdktf_provider_aws", "constructs", "msgspec")
MINIMUM = (3, 11)
CHECK = (
    "import importlib.util, sys; "
    f"sys.exit(sys.version_info < {MINIMUM} or None in map(importlib.util.find_spec, {REQUIRED}))"
)


def is_ready() -> bool:
    """Return whether this Python can synthesize."""
    return sys.version_info >= MINIMUM and None not in map(importlib.util.find_spec, REQUIRED)


def candidates() -> list[str]:
    """Yield other Pythons that may have the requirements, nearest first."""
    found = [os.path.join(os.environ[name], "bin", "python") for name in ("VIRTUAL_ENV",) if name in os.environ]
    found.append(os.path.join(ROOT, ".venv", "bin", "python"))
    if shutil.which("pipenv"):
        asked = subprocess.run(["pipenv", "--py"], cwd=ROOT, capture_output=True, text=True)  # noqa: S607
        found.append(asked.stdout.strip())
    return [python for python in found if python and os.access(python, os.X_OK)]


def main() -> int:
    """Synthesize with this Python or another. Prints one line and returns 2 if none has the requirements."""
    app = [os.path.join(ROOT, "main.py"), *sys.argv[1:]]
    if is_ready():
        os.execv(sys.executable, [sys.executable, *app])  # noqa: S606
    for python in candidates():
        if subprocess.run([python, "-c", CHECK], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
            os.execv(python, [python, *app])  # noqa: S606
    print(
        "no Python 3.11 or newer with the requirements was found: run 'make setup', or activate an environment and "
        "'pip install -r requirements.txt'",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
