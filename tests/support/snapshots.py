"""The accepted synthesized JSON: one file per preset and concern, read, compared and rewritten.

`python -m tests.support.snapshots` accepts what the presets synthesize to now.
"""

from __future__ import annotations

import difflib
import json
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from lib.config import presets
from tests.support.synth import BOOTSTRAP, Synthesized, synthesize_bootstrap, synthesize_test_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parents[1] / "snapshot"
SHOWN = 60
"""Lines of one resource's difference that are printed."""

Concerns = dict[str, dict[str, Any]]
"""What belongs to a concern (a resource, an output) by its name, for each concern."""


def accepted(preset: str, folder: Path = FOLDER) -> Concerns:
    """The preset's snapshot files by concern; a file that is not JSON is an error that names it."""
    found = {}
    for path in sorted((folder / preset).glob("*.json")):
        try:
            found[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{path} is not JSON ({error}); run 'make snapshots'") from error
    return found


def accept(preset: str, concerns: Concerns, folder: Path = FOLDER) -> list[str]:
    """Rewrite the preset's files; returns the concerns whose file changed, appeared or went."""
    own = folder / preset
    own.mkdir(parents=True, exist_ok=True)
    before = {path.stem: path.read_text(encoding="utf-8") for path in own.glob("*.json")}
    after = {concern: _text(part) for concern, part in concerns.items()}
    for concern in before.keys() - after.keys():
        (own / f"{concern}.json").unlink()
    changed = sorted(concern for concern in before | after if before.get(concern) != after.get(concern))
    for concern in changed:
        if concern in after:
            (own / f"{concern}.json").write_text(after[concern], encoding="utf-8")
    return changed


def difference(before: Concerns, after: Concerns) -> str:
    """What changed, by concern and by resource, for a person to read; empty when nothing did."""
    lines: list[str] = []
    for concern in sorted(before.keys() | after.keys()):
        changes = list(_changes(before.get(concern, {}), after.get(concern, {})))
        if changes:
            lines += [f"== {concern}: {len(changes)} changed", *(line for change in changes for line in change), ""]
    return "\n".join(lines)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[list[str]]:
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield [f"- {name}"]
        elif name not in before:
            yield _cut([f"+ {name}", *(f"  + {line}" for line in _text(after[name]).splitlines())])
        elif before[name] != after[name]:
            old, new = (_text(side[name]).splitlines() for side in (before, after))
            _, _, *body = difflib.unified_diff(old, new, n=2, lineterm="")
            yield _cut([f"~ {name}", *(f"  {line}" for line in body)])


def _cut(lines: list[str]) -> list[str]:
    left_out = len(lines) - SHOWN
    return [*lines[:SHOWN], f"  … {left_out} more lines"] if left_out > 0 else lines


def _text(part: Any) -> str:
    return json.dumps(part, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Accept every preset's present output and remove the folders of presets that are gone."""
    for preset in (*presets(), BOOTSTRAP):
        with TemporaryDirectory() as outdir:
            synthesize = synthesize_bootstrap if preset == BOOTSTRAP else partial(synthesize_test_stack, preset)
            concerns = Synthesized.of(synthesize(Path(outdir))).concerns()
        print(f"{preset}: {', '.join(accept(preset, concerns)) or 'unchanged'}")
    for preset in stale_folders():
        print(f"{preset}: no such preset, {', '.join(accept(preset, {}))} removed")
        (FOLDER / preset).rmdir()
    return 0


def stale_folders(folder: Path = FOLDER) -> list[str]:
    """Folders with snapshots of a preset that does not exist."""
    return sorted({path.parent.name for path in folder.glob("*/*.json")} - {*presets(), BOOTSTRAP})


if __name__ == "__main__":
    sys.exit(main())
