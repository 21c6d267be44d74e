"""The functions on the Python that they have in AWS, with the layer that AWS gets for this machine's processor.

All unit tests of the functions take two minutes, which are already spent on the Python of the developers. What differs
between two versions shows when modules are loaded and entries run: so every module is imported here, and the tests
that call a function's entry are run. `make unit-313` runs all of them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lib.building.packaging import AWS
from tools.runtime.environment import NoInterpreterError, RuntimeEnvironment
from tools.suite.graph import ROOT
from tools.suite.source import read_source

ENTRY = re.compile(r"lambda_src\.\w+\.(?:handler|process_api|replay)(?:\.\w+)?")
IMPORT_ALL = """
import importlib, json, pathlib, sys
names = [".".join(path.with_suffix("").parts) for path in pathlib.Path("lambda_src").rglob("*.py")]
for name in names:
    importlib.import_module(name.removesuffix(".__init__"))
import msgspec, aws_lambda_powertools
print(json.dumps([list(sys.version_info[:2]), len(names), msgspec.__file__, aws_lambda_powertools.__file__]))
"""


@pytest.fixture(scope="module")
def runtime() -> RuntimeEnvironment:
    environment = RuntimeEnvironment()
    try:
        environment.make()
    except NoInterpreterError as error:
        # Not a skip, which fails in CI: only a machine with the interpreter can be blamed for not using it.
        pytest.xfail(str(error))
    return environment


def files_with_entries() -> list[str]:
    """The files of tests that import the entry of a function."""
    found = []
    for path in sorted(Path(ROOT / "tests/unit/functions").rglob("test_*.py")):
        relative = path.relative_to(ROOT)
        imports = read_source(path, ".".join(relative.parent.parts)).imports
        if any(ENTRY.fullmatch(name) for name in imports):
            found.append(str(relative))
    return found


def test_every_module_of_the_functions_loads(runtime: RuntimeEnvironment) -> None:
    done = runtime.run(["-W", "error::DeprecationWarning:lambda_src", "-c", IMPORT_ALL])
    assert done.returncode == 0, done.stderr
    version, modules, *packages = json.loads(done.stdout)
    assert ".".join(map(str, version)) == AWS.python
    assert modules > 100
    assert all("/layer/" in package for package in packages), packages


def test_every_entry_keeps_its_rules(runtime: RuntimeEnvironment) -> None:
    files = files_with_entries()
    assert len(files) > 10
    done = runtime.run(["-m", "pytest", "-q", "-p", "no:cacheprovider", *files])
    assert done.returncode == 0, done.stdout + done.stderr
