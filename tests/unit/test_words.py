"""The text of the repository: plain words, short lines of Markdown, short test names."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".md", ".py", ".sql", ".toml", ".txt", ""}
SELF = Path("tests/unit/test_words.py")
AVOIDED = {
    "fix": r"\b[Mm]end(?:s|ed|ing)?\b",
    "calculate": r"\b[Rr]eckon\w*",
    "invalid": r"\bthat there (?:is|are) none\b|(?<!there )\b(?:is|are) none\b(?! of\b)",
    "must be a string, number or object": r"\bis no (?:text|number|object)\b",
    "duplicate or redelivered": r"\bc(?:o|a)mes? again\b",
    "continue or resume": r"\bgo(?:es)? on\b",
    "known in advance": r"\bbeforehand\b",
}
"""What to write, and what it replaces."""
MAX_LINE = 120
MAX_NAME_WORDS = 10


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [Path(line) for line in listed.splitlines()]
    assert len(paths) > 100
    return [path for path in paths if path.suffix in TEXT and path != SELF and (ROOT / path).is_file()]


def lines(path: Path) -> list[str]:
    return (ROOT / path).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("plainly", AVOIDED)
def test_texts_use_plain_words(plainly: str) -> None:
    avoided = re.compile(AVOIDED[plainly])
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in tracked()
        for number, line in enumerate(lines(path), start=1)
        if avoided.search(line)
    ]
    assert found == [], f"write: {plainly}"


def test_markdown_lines_are_short() -> None:
    """Tables, code blocks and single links may be longer: they cannot be wrapped."""
    assert [
        f"{path}:{number}"
        for path in tracked()
        if path.suffix == ".md"
        for number, line in _prose(path)
        if len(line) > MAX_LINE and not line.startswith("|") and " " in line.strip()
    ] == []


def test_test_names_have_at_most_ten_words() -> None:
    names = [
        match[1]
        for path in tracked()
        if path.parts[0] == "tests" and path.suffix == ".py"
        for match in re.finditer(r"^\s*(?:async )?def test_(\w+)", "\n".join(lines(path)), re.MULTILINE)
    ]
    assert names
    assert [name for name in names if len(name.split("_")) > MAX_NAME_WORDS] == []


def _prose(path: Path) -> list[tuple[int, str]]:
    """The numbered lines of a page without its code blocks."""
    found, code = [], False
    for number, line in enumerate(lines(path), start=1):
        if line.startswith("```"):
            code = not code
        elif not code:
            found.append((number, line))
    return found
