"""The formats that come with the product, as files."""

from __future__ import annotations

import re
from zipfile import ZipFile

import pytest

from lambda_src.common.readings.formats.named_formats import FOLDER, format_names, named_format
from lib.building.packaging import function_zip


@pytest.mark.parametrize("name", format_names())
def test_a_named_format_is_valid_and_named_by_its_file(name):
    form = named_format(name)

    assert form is not None
    assert form.name == name
    assert form.from_ is None or re.compile(form.from_).groups == 1
    assert form.value_from is None or re.compile(form.value_from).groups == 1


@pytest.mark.parametrize("name", format_names())
def test_a_file_says_whose_format_it_is(name):
    assert (FOLDER / f"{name}.toml").read_text().startswith("# ")


@pytest.mark.parametrize("name", ["nothing", "", "../named/kepware", "kepware.toml"])
def test_another_name_is_no_format(name):
    assert named_format(name) is None


def test_the_functions_packages_carry_the_named_formats():
    with ZipFile(function_zip("bridge")) as package:
        names = package.namelist()

    assert {f"lambda_src/common/readings/formats/named/{name}.toml" for name in format_names()} <= set(names)
