"""Which tests a changed file needs, in a small repository of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.suite.graph import ImportGraph, is_test

FILES = {
    "lib/__init__.py": "",
    "lib/low.py": "X = 1",
    "lib/high.py": "from lib import low",
    "lib/nearby.py": "from .low import X",
    "lib/late.py": "def f():\n    import lib.low",
    "lib/started/__init__.py": "",
    "lib/started/__main__.py": "",
    "ops/__init__.py": "",
    "ops/reader.py": "PRICES = 'prices.json'",
    "lambda_src/__init__.py": "",
    "lambda_src/common/__init__.py": "",
    "lambda_src/common/discovery.py": "def offered(package, name): ...",
    "ops/found/__init__.py": "",
    "ops/found/one.py": "KIND = 1",
    "ops/finder.py": "from lambda_src.common.discovery import offered\nfrom ops import found\noffered(found, 'KIND')",
    "tests/conftest.py": "import pytest\nimport lib.low\n\n@pytest.fixture\ndef low(): return lib.low.X",
    "tests/unit/test_low.py": "import lib.low",
    "tests/unit/test_high.py": "import lib.high",
    "tests/unit/test_nearby.py": "import lib.nearby",
    "tests/unit/test_late.py": "import lib.late",
    "tests/unit/test_patched.py": "def test(monkeypatch): monkeypatch.setattr('lib.low.X', 2)",
    "tests/unit/test_fixture.py": "def test(low): assert low",
    "tests/unit/test_started.py": "COMMAND = ['python', '-m', 'lib.started']",
    "tests/unit/test_prices.py": "import ops.reader",
    "tests/unit/test_finder.py": "import ops.finder",
    "tests/unit/test_apart.py": "import json",
}


@pytest.fixture
def graph(tmp_path: Path) -> ImportGraph:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "ops" / "prices.json").write_text("{}")
    return ImportGraph(tmp_path)


def names_of(graph: ImportGraph, changed: str) -> dict[str, int]:
    """The names of the tests without folder, prefix and suffix, with their distances."""
    return {path.stem.removeprefix("test_"): distance for path, distance in graph.tests_of([Path(changed)]).items()}


def test_everything_that_reaches_a_module_is_found_nearest_first(graph: ImportGraph) -> None:
    found = names_of(graph, "lib/low.py")
    near = {"low": 1, "patched": 1}
    assert found == {**near, "fixture": 2, "high": 2, "late": 2, "nearby": 2}
    assert list(found)[:2] == sorted(near)


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("lib/started/__main__.py", {"started"}),
        ("ops/prices.json", {"prices"}),
        ("ops/found/one.py", {"finder"}),
        ("tests/unit/test_apart.py", {"apart"}),
        ("README.md", set()),
        ("lib/deleted.py", set()),
    ],
)
def test_a_changed_file_is_tested_by_whatever_uses_it(graph: ImportGraph, changed: str, tests: set[str]) -> None:
    assert set(names_of(graph, changed)) == tests


@pytest.mark.parametrize(
    ("path", "collected"),
    [
        ("tests/unit/test_low.py", True),
        ("tests/support/suite_parts_test.py", True),
        ("tests/unit/factories.py", False),
        ("lib/test_low.py", False),
    ],
)
def test_only_what_pytest_collects_is_a_test(path: str, collected: bool) -> None:
    assert is_test(Path(path)) is collected
