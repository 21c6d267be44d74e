"""An account on moto, a small plan in place of the stack, and a Terraform that plays what a test tells it."""

from __future__ import annotations

import json
import os
import stat
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from lib.config import load
from lib.part import PartDescription
from ops.__main__ import main
from ops.environment import session, target

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "123456789012"
"""The account of moto."""
PLAN = {"terraform": {"required_providers": {"aws": {"source": "aws", "version": "5.100.0"}}}}
TERRAFORM = """#!{python}
import json, pathlib, sys
told = json.loads(pathlib.Path("{told}").read_text())
log = pathlib.Path("{log}")
command, arguments = sys.argv[1], sys.argv[2:]
log.write_text(log.read_text() + " ".join(sys.argv[1:]) + "\\n")
if command == "version":
    print(json.dumps({{"terraform_version": "1.11.4", "platform": "linux_amd64"}}))
elif command in told["failures"]:
    sys.stderr.write(told["failures"][command])
    sys.exit(1)
elif command == "plan":
    pathlib.Path("saved.tfplan").write_text("plan")
    sys.exit(2 if told["changes"] else 0)
elif command == "show" and "saved.tfplan" in arguments:
    print(json.dumps({{"resource_changes": told["changes"]}}))
elif command == "show":
    applied = "apply " in log.read_text()
    print(json.dumps({{"values": {{"root_module": {{"resources": told["after" if applied else "state"]}}}}}}))
elif command == "output":
    print(json.dumps({{name: {{"value": value}} for name, value in told["outputs"].items()}}))
"""


class PlayedTerraform:
    """What the program answers, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self._told, self._log = folder / "told.json", folder / "asked.txt"
        self._answers: dict[str, Any] = {"changes": [], "state": [], "after": [], "outputs": {}, "failures": {}}
        self._log.write_text("")
        self.tell()
        program = folder / "bin" / "terraform"
        program.parent.mkdir()
        program.write_text(TERRAFORM.format(python=sys.executable, told=self._told, log=self._log))
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
        self.path = program.parent

    def tell(self, **answers: Any) -> None:
        self._answers |= answers
        self._told.write_text(json.dumps(self._answers))

    def asked(self, command: str) -> list[str]:
        return [line for line in self._log.read_text().splitlines() if line.split()[0] == command]


def change(type_: str, *actions: str, name: str = "it") -> dict[str, Any]:
    """An entry of ``resource_changes``."""
    made = {"actions": list(actions), "replace_paths": [["name"]] if len(actions) > 1 else []}
    return {"mode": "managed", "type": type_, "address": f"{type_}.{name}", "change": made}


def standing(type_: str, **values: Any) -> dict[str, Any]:
    """A resource in the state."""
    return {"mode": "managed", "type": type_, "address": f"{type_}.it", "values": values}


@pytest.fixture
def environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Environments of the test's own: dev and prod of moto's account, and one of somebody else's."""
    folder = tmp_path / "environments"
    folder.mkdir()
    own = f'preset = "manufacturing"\naccount_id = "{ACCOUNT}"\nregion = "us-east-1"\n'
    (folder / "dev.toml").write_text(own)
    (folder / "prod.toml").write_text(own + "production = true\n")
    (folder / "foreign.toml").write_text(own.replace(ACCOUNT, "999999999999"))
    (folder / "nameless.toml").write_text('preset = "manufacturing"\n')
    monkeypatch.setattr(load, "ENVIRONMENTS", folder)
    return folder


@pytest.fixture
def terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environments: Path) -> PlayedTerraform:
    played = PlayedTerraform(tmp_path)
    monkeypatch.setenv("PATH", f"{played.path}:{os.environ['PATH']}")
    monkeypatch.setenv("TERRAFORM_STATE_BUCKET", "states")
    for name in ("AWS_ACCOUNT_ID", "TERRAFORM_STATE_BUCKET_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(target, "WORK", tmp_path / "work")

    def write_plan(_config: Any, suffix: str, outdir: Path, **_: Any) -> tuple[PartDescription, Path]:
        folder = outdir / "stacks" / f"TapStack{suffix}"
        folder.mkdir(parents=True)
        (folder / "cdk.tf.json").write_text(json.dumps(PLAN))
        return PartDescription(), folder

    monkeypatch.setattr(session, "write_stack", write_plan)
    return played


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moto's account with the bucket of the state; nothing is wrong with it."""
    for checks in ("look", "look_at_plan"):
        monkeypatch.setattr(session, checks, lambda *_: iter(()))
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="states")
        yield


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], account: Any, terraform: PlayedTerraform) -> Any:
    """Runs a command of the group; gives its status, standard output and standard error."""

    def command(name: str, *arguments: str) -> tuple[int, str, str]:
        status = main(["environment", name, *arguments])
        text = capsys.readouterr()
        return status, text.out, text.err

    return command
