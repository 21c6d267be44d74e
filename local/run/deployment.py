"""A deployment on the embedded AWS, as used by runs and end-to-end tests."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lib.building.packaging import HERE, PackagingError, layer_zip
from lib.config import Config, ConfigError
from local.embedded.aws import embedded_aws
from local.embedded.permissions import allow_batches, withdraw_batches
from local.embedded.rotation import rotate
from local.embedded.rule_queue import make_queues
from local.embedded.teardown import empty_buckets, unprotect_tables
from local.endpoints import Clients
from local.errors import RunError
from local.terraform.binary import find_binary
from local.terraform.events import Progress
from local.terraform.mirror import MirrorFolders
from local.terraform.override import build_override
from local.terraform.workspace import PLAN_NAME, TerraformFailedError, Workspace, prepare
from ops.devices.removal import DeviceRemoval

SUFFIX = "local"

PhaseMaker = Callable[[str], AbstractContextManager[Progress]]
"""Opens a named phase, which yields where to report its progress."""


@dataclass(frozen=True)
class Deployment:
    """An applied plan: clients of the account, Terraform's outputs, its state as JSON, and its workspace."""

    clients: Clients
    workspace: Workspace
    outputs: Mapping[str, Any]
    state: Mapping[str, Any]

    def resources(self, kind: str) -> list[dict[str, Any]]:
        """Return the applied attributes of every resource of a Terraform type."""
        return [resource["values"] for resource in self._managed(kind)]

    def addresses(self, kind: str) -> list[str]:
        """Return the addresses in the state of every resource of a Terraform type."""
        return [resource["address"] for resource in self._managed(kind)]

    def _managed(self, kind: str) -> list[dict[str, Any]]:
        found = self.state["values"]["root_module"].get("resources", ())
        return [resource for resource in found if resource["type"] == kind and resource["mode"] == "managed"]


@contextmanager
def _unwatched(_: str) -> Iterator[Progress]:
    yield lambda done, total: None


@contextmanager
def deployed(
    config: Config, *, phase: PhaseMaker = _unwatched, port: int | None = None, keep: Path | None = None
) -> Iterator[Deployment]:
    """Synthesize `config`, start an embedded AWS and apply the plan to it, for the length of a `with` block.

    Raises `RunError` for a cause that the user can fix, usually before a server starts. At the end the servers are
    stopped and everything is removed; `destroy` before that tests the destroy plan.
    """
    folder: AbstractContextManager[str] = nullcontext(str(keep)) if keep else TemporaryDirectory(prefix="pipeline-run-")
    with folder as name:
        work = Path(name)
        work.mkdir(parents=True, exist_ok=True)
        with phase("synth"):
            stack, layer = _synthesize(config, work / "synth")
        with phase("init"):
            workspace = prepare(stack, work / "terraform", find_binary(), MirrorFolders.of_this_machine())
        plan = json.loads((stack / PLAN_NAME).read_bytes())
        with _started(plan, phase, port, keep) as clients:
            make_queues(clients, plan)
            workspace.write_override(build_override(plan, clients, layer))
            with phase("apply") as progress:
                _apply(workspace, progress)
                deployment = Deployment(clients, workspace, workspace.outputs(), workspace.show())
                _finish(deployment)
            yield deployment


def destroy(deployment: Deployment, progress: Progress) -> None:
    """Destroy what was applied, after removing the devices and the data protection.

    Two kinds of resources are only removed from the state. Rotation schedules: MiniStack does not know
    CancelRotateSecret, and they disappear with their secrets. Thing types: AWS and MiniStack delete them only five
    minutes after they were deprecated, and a run does not wait for that.
    """
    withdraw_batches(deployment.clients)
    if "thing_type" in deployment.outputs:
        removal = DeviceRemoval(deployment.clients.client("iot"), deployment.outputs)
        # Both tables are destroyed too.
        removal.everything(_ignored, shut_out=_ignored, forget=_ignored)
    empty_buckets(deployment.clients, [bucket["bucket"] for bucket in deployment.resources("aws_s3_bucket")])
    unprotect_tables(deployment.clients, [table["name"] for table in deployment.resources("aws_dynamodb_table")])
    deployment.workspace.forget(
        [
            *deployment.addresses("aws_secretsmanager_secret_rotation"),
            *deployment.addresses("aws_iot_thing_type"),
        ]
    )
    deployment.workspace.destroy(progress)


def _ignored(_: str) -> None:
    """For what a run neither shows nor keeps."""


def _synthesize(config: Config, outdir: Path) -> tuple[Path, Path]:
    # jsii starts a Node.js process when it is imported, so only a run that gets this far pays for it.
    from lib.app import synthesize

    try:
        return synthesize(config, environment_suffix=SUFFIX, outdir=outdir), layer_zip(HERE)
    except (ConfigError, PackagingError) as cause:
        raise RunError(str(cause)) from cause


@contextmanager
def _started(plan: Mapping[str, Any], phase: PhaseMaker, port: int | None, keep: Path | None) -> Iterator[Clients]:
    region = plan["provider"]["aws"][0]["region"]
    server = embedded_aws(region, port=port, keep=keep / "aws" if keep else None)
    with phase("start"):
        aws = server.__enter__()
    try:
        yield aws.clients
    finally:
        server.__exit__(None, None, None)


def _apply(workspace: Workspace, progress: Progress) -> None:
    try:
        workspace.apply(progress)
    except TerraformFailedError as cause:
        raise RunError(str(cause)) from cause


def _finish(deployment: Deployment) -> None:
    """Do what AWS does by itself after an apply and the embedded AWS does not."""
    allow_batches(deployment.clients)
    if "rotation_function" in deployment.outputs:
        rotate(deployment.clients, deployment.outputs["signing_secret_arn"], deployment.outputs["rotation_function"])
