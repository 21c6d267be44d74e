"""Documents say what the code says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ops.__main__ import build_parser
from tests.conftest import PRESETS
from tools.architecture import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.synth import Synthesized

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(page.relative_to(ROOT) for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def read(page: Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("preset", PRESETS)
def test_the_picture_shows_what_is_synthesized(preset: str, synthesized: Callable[[str], Synthesized]) -> None:
    page = (ROOT / "docs" / "architecture" / f"{preset}.md").read_text(encoding="utf-8")
    assert page == draw(preset, synthesized(preset).document), "run 'make docs'"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_make_target_in_the_documents_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`|=\S+ )make ([a-z]+)\b", read(page), re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_file_that_the_documents_link_exists(page: Path) -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", read(page))
    assert [path for path in linked if not (ROOT / page.parent / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_operator_command_in_the_documents_is_valid(page: Path) -> None:
    for command in re.findall(r"^\.venv/bin/python -m ops (.*)$", read(page), re.MULTILINE):
        build_parser().parse_args(shlex.split(command, comments=True))


@pytest.mark.parametrize("preset", PRESETS)
def test_the_readme_describes_every_preset(preset: str) -> None:
    assert f"`{preset}`" in read(Path("README.md"))


def test_the_readme_leads_to_every_other_page() -> None:
    readme = read(Path("README.md"))
    pages = [page for page in PAGES if page.parts[0] == "docs" and len(page.parts) == 2]
    assert pages
    assert [page for page in pages if f"({page.as_posix()})" not in readme] == []


def test_every_decision_is_short() -> None:
    for path in (ROOT / "docs" / "adr").glob("*.md"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        assert len(lines) <= 14, path.name
