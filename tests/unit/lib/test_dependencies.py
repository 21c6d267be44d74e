"""One set of versions: Pipfile and the requirements files agree, and the lock holds them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PIN = re.compile(r"^([A-Za-z0-9-]+)(?:\[([a-z0-9,-]+)\])?==([\w.]+)$")

Pins = dict[str, tuple[str, frozenset[str]]]


def pins(path: str) -> Pins:
    """Name → version and extras of every line that is a requirement; a line without an exact pin fails."""
    found: Pins = {}
    for line in (ROOT / path).read_text().splitlines():
        text = line.partition("#")[0].removesuffix("\\").strip()
        if not text or text.startswith(("-r ", "--hash=")):
            continue
        match = PIN.match(text)
        assert match, f"{path}: {text!r} is no exact pin"
        found[match[1]] = (match[3], frozenset((match[2] or "").split(",")) - {""})
    return found


def pipfile(section: str) -> Pins:
    entries = tomllib.loads((ROOT / "Pipfile").read_text())[section]
    return {
        name: (entry["version"].removeprefix("=="), frozenset(entry.get("extras", ())))
        if isinstance(entry, dict)
        else (entry.removeprefix("=="), frozenset())
        for name, entry in entries.items()
    }


def test_pipfile_packages_are_the_requirements() -> None:
    assert pipfile("packages") == pins("requirements.txt")


def test_pipfile_dev_packages_are_the_development_and_function_requirements() -> None:
    functions = {
        name: pin for name, pin in pins("lambda_src/requirements.txt").items() if name not in pins("requirements.txt")
    }
    assert pipfile("dev-packages") == {**functions, **pins("requirements-dev.txt")}


def test_the_lock_holds_every_direct_dependency() -> None:
    locked = {name: version for name, (version, _) in pins("requirements.lock").items()}
    for path in ("requirements.txt", "requirements-dev.txt", "lambda_src/requirements.txt"):
        for name, (version, _) in pins(path).items():
            assert locked[name] == version, (path, name)
