"""One working folder: the plan as synthesized, our override beside it, and Terraform's commands in it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import RunError
from local.terraform import leash as leash_module
from local.terraform.binary import Binary
from local.terraform.cli_config import own_configuration, write_configuration
from local.terraform.events import Events, Progress, one_line
from local.terraform.mirror import MirrorFolders, Provider, find_mirror
from local.terraform.override import OVERRIDE_NAME

PLAN_NAME = "cdk.tf.json"
# The provider mostly waits during an apply; more waits at once than the default of 10 shorten it.
_PARALLELISM = 32


class TerraformFailedError(Exception):
    """A Terraform command failed. The message holds its diagnostics."""


@dataclass(frozen=True)
class Workspace:
    """A folder that Terraform works in; `prepare` creates one."""

    folder: Path
    binary: Binary
    environment: Mapping[str, str]

    def write_override(self, override: Mapping[str, Any]) -> None:
        """Write the override beside the plan. It may be written again if the addresses change."""
        (self.folder / OVERRIDE_NAME).write_text(json.dumps(override, indent=1))

    def validate(self) -> list[str]:
        """Return what Terraform and the provider's schemas find wrong with the plan, without calling AWS."""
        answer = json.loads(self._run(("validate", "-json")))
        return [f"{found['summary']} {found.get('detail', '')}" for found in answer["diagnostics"]]

    def apply(self, progress: Progress | None = None) -> None:
        """Create what the plan describes."""
        self._change(("apply", "-auto-approve"), progress)

    def destroy(self, progress: Progress | None = None) -> None:
        """Remove what was created."""
        self._change(("destroy", "-auto-approve"), progress)

    def forget(self, addresses: Sequence[str]) -> None:
        """Remove resources from the state without changing them."""
        if addresses:
            self._run(("state", "rm", *addresses))

    def plan(self, out: str = "again.tfplan") -> Path:
        """Plan against the current state and return the plan's file."""
        self._run(("plan", f"-out={out}", *_CALM))
        return self.folder / out

    def show(self, plan: Path | None = None) -> dict[str, Any]:
        """Return the state, or `plan`, in Terraform's documented JSON form."""
        answer: dict[str, Any] = json.loads(self._run(("show", "-json", *([plan.name] if plan else []))))
        return answer

    def outputs(self) -> dict[str, Any]:
        """Return the outputs by name, without their types."""
        return {name: entry["value"] for name, entry in json.loads(self._run(("output", "-json"))).items()}

    def _run(self, arguments: tuple[str, ...]) -> str:
        done = subprocess.run(
            (self.binary.path, *arguments),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode:
            raise TerraformFailedError(f"terraform {arguments[0]}: {one_line(done.stderr)}")
        return done.stdout

    def _change(self, command: tuple[str, ...], progress: Progress | None) -> None:
        """Run apply or destroy and read its JSON events as they arrive."""
        leash = (sys.executable, str(Path(leash_module.__file__)))
        arguments = (*leash, str(self.binary.path), *command, "-json", f"-parallelism={_PARALLELISM}", *_CALM)
        events = Events(progress or (lambda done, total: None))
        log = self.folder / f"{command[0]}.log"
        with (
            log.open("w", encoding="utf-8") as copy,
            subprocess.Popen(
                arguments,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                # Ctrl-C reaches the whole terminal; Terraform must not react to it by itself.
                start_new_session=True,
            ) as process,
        ):
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    copy.write(line)
                    events.take(line)
            except BaseException:
                # The whole group, because the provider is a separate process.
                os.killpg(process.pid, signal.SIGKILL)
                raise
        if process.returncode:
            raise TerraformFailedError(f"terraform {command[0]}: {events.failures()}")


_CALM = ("-input=false", "-no-color")


def prepare(
    stack_folder: Path, folder: Path, binary: Binary, folders: MirrorFolders, environ: Mapping[str, str] = os.environ
) -> Workspace:
    """Return a workspace in `folder` for the stack in `stack_folder`, with the provider installed.

    The plan and its assets are copied unchanged. It needs no AWS, because the state is a local file. Raises `RunError`
    if the provider is neither in a mirror on this machine nor available from the registry.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(stack_folder, folder, dirs_exist_ok=True)
    plan_text = (stack_folder / PLAN_NAME).read_bytes()
    assert (folder / PLAN_NAME).read_bytes() == plan_text, "the plan that is applied is the plan that was synthesized"
    provider = _provider(json.loads(plan_text))
    mirror = find_mirror(folders, provider, binary)
    environment = _environment(environ, folder, mirror, binary, provider)
    workspace = Workspace(folder, binary, environment)
    workspace.write_override({"terraform": {"backend": {"local": {"path": "terraform.tfstate"}}}})
    _initialise(workspace, provider, mirror)
    return workspace


def _provider(plan: Mapping[str, Any]) -> Provider:
    wanted = plan["terraform"]["required_providers"]["aws"]
    source = wanted["source"]
    return Provider(source if "/" in source else f"hashicorp/{source}", wanted["version"])


def _environment(
    environ: Mapping[str, str], folder: Path, mirror: Path | None, binary: Binary, provider: Provider
) -> dict[str, str]:
    """Return Terraform's environment: no AWS settings of the user except certificates, and the providers' source."""
    address = f"{binary.registry}/{provider.source}"
    configuration = own_configuration(environ) or write_configuration(folder, mirror, address)
    kept = {name: value for name, value in environ.items() if not name.startswith(("AWS_", "TF_VAR_", "TF_CLI_ARGS"))}
    return kept | {
        "TF_CLI_CONFIG_FILE": str(configuration),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        # Otherwise Timestream's clients would ask AWS for an endpoint and use it.
        "AWS_ENABLE_ENDPOINT_DISCOVERY": "false",
    }


def _initialise(workspace: Workspace, provider: Provider, mirror: Path | None) -> None:
    try:
        workspace._run(("init", "-input=false", "-no-color"))
    except TerraformFailedError as cause:
        binary = workspace.binary
        if mirror is not None:
            raise RunError(f"{cause} (the provider should come from {mirror})") from cause
        raise RunError(
            f"the AWS provider {provider.version} cannot be installed: {binary.registry} is not reachable and no "
            f"mirror on this machine has it; go online, or put it into ~/.terraform.d/plugins/{binary.registry}/"
            f"{provider.source}/{provider.version}/{binary.platform}/"
        ) from cause
