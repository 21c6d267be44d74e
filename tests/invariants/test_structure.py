"""The shape of the source: layers, names and sizes."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.support.source import modules

LAYERS = (
    {"lib.aws_bindings"},
    {"lib.naming", "lib.config"},
    {"lib.context", "lib.usage"},
    {"lib.building"},
    {"lib.monitoring"},
    {"lib.part"},
    {"lib.security"},
    {"lib.ingest"},
    {"lib.store"},
    {"lib.notifications"},
    {"lib.processing"},
    {"lib.api", "lib.archive", "lib.devices"},
    {"lib.foundation", "lib.outputs"},
    {"lib.tap_stack"},
    {"lib.app", "lib.bootstrap"},
)
"""The packages and single modules of `lib`, low to high: each imports from lower layers only."""
SOURCES = ("lib", "lambda_src", "local", "ops")
MAX_FILE_LINES = 200
MAX_FUNCTION_LINES = 45


def part_of(module: str) -> str:
    """The package or module directly below `lib`."""
    return ".".join(module.split(".")[:2])


def test_every_part_of_lib_stands_in_one_layer() -> None:
    named = [name for layer in LAYERS for name in layer]
    assert sorted(named) == sorted({part_of(module) for module in modules("lib")} - {"lib"})


def test_lib_imports_only_from_lower_layers() -> None:
    level = {name: index for index, layer in enumerate(LAYERS) for name in layer}
    known = modules("lib")
    upward = [
        f"{name} imports {imported}"
        for name, module in known.items()
        for imported in module.imports(known)
        if "lib" not in (name, imported)
        and part_of(name) != part_of(imported)
        and level[part_of(name)] <= level[part_of(imported)]
    ]
    assert upward == []


def test_no_module_of_lib_imports_itself_by_way_of_others() -> None:
    known = modules("lib")
    imports = {name: module.imports(known) for name, module in known.items()}
    while free := {name for name, needed in imports.items() if not needed & imports.keys()}:
        imports = {name: needed for name, needed in imports.items() if name not in free}
    assert sorted(imports) == [], "these import each other, or something that does"


def test_a_class_name_stands_in_one_module_only() -> None:
    """Within each folder and across them; a name with an underscore is its module's own across folders."""
    within, across = defaultdict(list), defaultdict(list)
    for folder in SOURCES:
        for name, module in modules(folder).items():
            for class_name in module.classes():
                within[folder, class_name].append(name)
                if not class_name.startswith("_"):
                    across[class_name].append(name)
    assert [found for found in (*within.values(), *across.values()) if len(found) > 1] == []


@pytest.mark.parametrize("folder", [*SOURCES, "bench", "tools"])
def test_files_and_functions_are_short(folder: str) -> None:
    found = modules(folder)
    assert {name: module.lines for name, module in found.items() if module.lines > MAX_FILE_LINES} == {}
    long = {
        f"{name}.{function}": lines
        for name, module in found.items()
        for function, lines in module.functions()
        if lines > MAX_FUNCTION_LINES
    }
    assert long == {}
