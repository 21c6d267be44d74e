"""Walking through a recipe of CONTRIBUTING.md in a copy of the repository.

A test makes the edits that the recipe describes, uses the result in processes of their own, and compares the files that
it touched with the files that the recipe lists.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = "CONTRIBUTING.md"
FOLDERS = ("bench", "docs", "environments", "lambda_src", "lib", "local", "ops", "presets", "tests", "tools")
FILES = ("*.md", "*.toml", "*.json", "*.py", "Makefile", "Pipfile", "requirements*")
UNTRACKED = shutil.ignore_patterns("__pycache__")
RUN_SECONDS = 240


class Walk:
    """A copy of the repository below ``folder``, which must not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in FOLDERS:
            shutil.copytree(ROOT / name, folder / name, ignore=UNTRACKED)
        for pattern in FILES:
            for path in ROOT.glob(pattern):
                shutil.copy2(path, folder / path.name)
        # The functions' dependencies: building them takes a network.
        (folder / ".build").mkdir()
        for layer in (ROOT / ".build").glob("layer-*.zip"):
            shutil.copy2(layer, folder / ".build" / layer.name)

    def create(self, path: str, text: str) -> None:
        """Add a file that does not exist yet."""
        target = self.folder / path
        if target.exists():
            raise FileExistsError(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def insert(self, path: str, text: str, *, before: str = "", after: str = "") -> None:
        """Insert ``text`` next to the only occurrence of ``before`` or ``after`` in a file that exists."""
        target = self.folder / path
        content, anchor = target.read_text(encoding="utf-8"), before or after
        if content.count(anchor) != 1:
            raise ValueError(f"{path} contains {anchor!r} {content.count(anchor)} times")
        position = content.index(anchor) + (len(anchor) if after else 0)
        target.write_text(content[:position] + text + content[position:], encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """Run Python with these arguments in the copy; what it printed. `AssertionError` if it fails."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.folder), "AWS_EC2_METADATA_DISABLED": "true"},
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def test(self, *arguments: str) -> str:
        """Run pytest with these arguments in the copy, as `run`."""
        return self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments)

    def touched(self) -> set[str]:
        """The files that differ from the repository's, without what ``make`` generates."""
        found = set()
        for name in (*FOLDERS, *(path.name for path in self.folder.iterdir() if path.is_file())):
            for path in (self.folder / name).rglob("*") if (self.folder / name).is_dir() else [self.folder / name]:
                relative = path.relative_to(self.folder)
                if path.is_file() and "__pycache__" not in path.parts and not _is_same(path, ROOT / relative):
                    found.add(relative.as_posix())
        return {path for path in found if not is_generated(path)}


def is_generated(path: str) -> bool:
    """Whether ``make snapshots`` or ``make docs`` writes this file."""
    return bool(re.match(r"tests/snapshot/[^/]+/.*\.json$|docs/architecture/|docs/openapi\.json$|docs/cost\.md$", path))


def listed_files(recipe: str, **names: str) -> set[str]:
    """The files in the table below the heading ``recipe`` of the guide, with placeholders such as NAME replaced."""
    text = (ROOT / GUIDE).read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {re.escape(recipe)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    paths = re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    for placeholder, name in names.items():
        paths = [path.replace(placeholder, name) for path in paths]
    return {path for path in paths if not is_generated(path)}


def _is_same(path: Path, original: Path) -> bool:
    return original.is_file() and path.read_bytes() == original.read_bytes()
