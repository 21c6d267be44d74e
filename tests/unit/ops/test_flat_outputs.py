"""The outputs file holds the same, whoever wrote the outputs down."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from ops.flat_outputs import UnknownFormError, flatten, main

if TYPE_CHECKING:
    from pathlib import Path

FLAT = {"preset": "factory-floor", "stream_name": "iot-readings"}
FORMS = {
    "terraform": {name: {"value": value, "type": "string", "sensitive": False} for name, value in FLAT.items()},
    "cdktf": {"TapStackdev": FLAT},
    "flat": FLAT,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_gives_the_same_names_and_values(form: object) -> None:
    assert flatten(form) == FLAT


@pytest.mark.parametrize("form", [{}, [], "text", {"one": FLAT, "two": FLAT}, {"name": 1}, {"stack": {"name": ["a"]}}])
def test_anything_else_is_refused(form: object) -> None:
    with pytest.raises(UnknownFormError):
        flatten(form)


def test_the_command_writes_the_file_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(FORMS["terraform"])))
    assert main(["--to", str(tmp_path / "new" / "outputs.json")]) == 0
    assert json.loads((tmp_path / "new" / "outputs.json").read_text()) == FLAT


def test_bad_input_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "outputs.json"
    file.write_text("before")
    monkeypatch.setattr("sys.stdin", io.StringIO("no JSON"))
    assert main(["--to", str(file)]) == 2
    assert file.read_text() == "before"
    assert capsys.readouterr().err.startswith("the outputs cannot be read: ")
