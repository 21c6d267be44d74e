"""Terraform on an environment's own state, with the credentials of the shell."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.terraform.cli_config import own_configuration, write_configuration
from local.terraform.mirror import MirrorFolders, Provider, find_mirror
from local.terraform.workspace import PLAN_NAME
from ops.environment.failures import explain
from ops.errors import FailedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.terraform.binary import Binary

SAVED_PLAN = "saved.tfplan"
LOCK_TIMEOUT = "-lock-timeout=60s"
CHANGES = 2
"""Exit status of ``plan -detailed-exitcode`` when there is something to do."""
_CALM = ("-input=false", "-no-color")


@dataclass(frozen=True)
class Terraform:
    """Runs Terraform in ``folder``, which holds a synthesized plan. Raises `FailedError` where it fails."""

    folder: Path
    binary: Binary
    environment: Mapping[str, str]

    @classmethod
    def in_folder(cls, folder: Path, binary: Binary) -> Terraform:
        """Ready to run, with the provider's source as local runs have it."""
        wanted = json.loads((folder / PLAN_NAME).read_bytes())["terraform"]["required_providers"]["aws"]
        source = wanted["source"] if "/" in wanted["source"] else f"hashicorp/{wanted['source']}"
        mirror = find_mirror(MirrorFolders.of_this_machine(), Provider(source, wanted["version"]), binary)
        own = own_configuration(os.environ)
        configuration = own or write_configuration(folder, mirror, f"{binary.registry}/{source}")
        added = {"TF_CLI_CONFIG_FILE": str(configuration), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
        return cls(folder, binary, {**os.environ, **added})

    def initialise(self) -> None:
        """Connect to the state and install the provider."""
        self._run(("init", "-reconfigure", *_CALM))

    def move_state(self) -> None:
        """Copy the state from where it is now to where the plan wants it."""
        self._run(("init", "-migrate-state", "-force-copy", *_CALM))

    def plan(self, *options: str) -> bool:
        """Plan into `SAVED_PLAN`; returns whether there is something to do."""
        arguments = ("plan", "-detailed-exitcode", f"-out={SAVED_PLAN}", LOCK_TIMEOUT, *_CALM, *options)
        return self._finished(arguments, (0, CHANGES)).returncode == CHANGES

    def saved(self) -> dict[str, Any]:
        """The saved plan in Terraform's documented JSON form."""
        found: dict[str, Any] = json.loads(self._run(("show", "-json", SAVED_PLAN)))
        return found

    def apply(self) -> None:
        """Do what the saved plan says, and show Terraform's progress."""
        self._run(("apply", LOCK_TIMEOUT, *_CALM, SAVED_PLAN), shown=True)

    def outputs(self) -> dict[str, Any]:
        """The outputs, as ``terraform output -json`` has them."""
        found: dict[str, Any] = json.loads(self._run(("output", "-json")))
        return found

    def resources(self) -> list[dict[str, Any]]:
        """Every managed resource in the state, with its values."""
        state = json.loads(self._run(("show", "-json")))
        found = state.get("values", {}).get("root_module", {}).get("resources", [])
        return [resource for resource in found if resource["mode"] == "managed"]

    def _run(self, arguments: tuple[str, ...], *, shown: bool = False) -> str:
        return self._finished(arguments, (0,), shown=shown).stdout

    def _finished(
        self, arguments: tuple[str, ...], good: tuple[int, ...], *, shown: bool = False
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            (str(self.binary.path), *arguments),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=None if shown else subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        if done.returncode not in good:
            raise FailedError(explain(arguments[0], f"{done.stderr}\n{done.stdout or ''}", str(self.folder)))
        return done
