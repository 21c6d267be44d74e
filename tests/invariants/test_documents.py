"""Documents say what the code says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PRESETS
from tools.architecture import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.synth import Synthesized

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("preset", PRESETS)
def test_the_picture_shows_what_is_synthesized(preset: str, synthesized: Callable[[str], Synthesized]) -> None:
    page = (ROOT / "docs" / "architecture" / f"{preset}.md").read_text(encoding="utf-8")
    assert page == draw(preset, synthesized(preset).document), "run 'make docs'"


def test_every_target_that_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))
    assert named
    assert named <= targets


def test_every_file_that_the_readme_names_exists() -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert linked
    assert [path for path in linked if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("preset", PRESETS)
def test_the_readme_describes_every_preset(preset: str) -> None:
    assert f"`{preset}`" in README


def test_every_decision_is_short() -> None:
    for path in (ROOT / "docs" / "adr").glob("*.md"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        assert len(lines) <= 14, path.name
