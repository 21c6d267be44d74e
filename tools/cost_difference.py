"""`make cost-difference`: what a change adds to the monthly cost of an environment, as lines of Markdown."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 5
"""The largest differences that are listed."""
SMALL = 0.01


def main() -> int:
    """Print the difference; 1 with a line of explanation where the base cannot be calculated."""
    parser = argparse.ArgumentParser(prog="python -m tools.cost_difference", description=__doc__)
    parser.add_argument("--environment", default="dev", metavar="SUFFIX")
    parser.add_argument("--base", required=True, metavar="COMMIT")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        _git("worktree", "add", "--quiet", "--detach", str(base), options.base)
        try:
            # The base has its own layer, but the one of here costs the same.
            shutil.copytree(ROOT / ".build", base / ".build", ignore=_all_but_layers)
            before = _costs(base, options.environment)
        except subprocess.CalledProcessError as error:
            print(f"The cost of {options.base} cannot be calculated: {error.stderr.strip()[-300:]}")
            return 1
        finally:
            _git("worktree", "remove", "--force", str(base))
    for line in difference(before, _costs(ROOT, options.environment)):
        print(line)
    return 0


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The totals, and the prices that changed most."""
    change = after["total"] - before["total"]
    yield ""
    yield f"Monthly cost after a year: {before['total']:,.2f} → {after['total']:,.2f} dollars ({change:+,.2f})."
    old, new = _by_price(before), _by_price(after)
    changes = {name: new.get(name, 0.0) - old.get(name, 0.0) for name in old | new}
    largest = sorted(changes.items(), key=lambda item: -abs(item[1]))[:SHOWN]
    yield from (f"- {name}: {dollars:+,.2f}" for name, dollars in largest if abs(dollars) >= SMALL)


def _by_price(costs: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for item in costs["items"]:
        found[item["price"]] = found.get(item["price"], 0.0) + item["dollars"]
    return found


def _costs(folder: Path, environment: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "ops", "cost", "--environment", environment, "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _all_but_layers(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith("layer-")] if Path(folder).name == ".build" else names


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True)  # noqa: S607


if __name__ == "__main__":
    sys.exit(main())
