"""An environment that is ready to be planned: checked, synthesized, connected to its state."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lib.building.packaging import PackagingError
from lib.config import ConfigError
from local.terraform.workspace import PLAN_NAME
from ops.environment.changes import Changes
from ops.environment.target import EnvironmentTarget, find_target
from ops.environment.terraform import SAVED_PLAN, Terraform
from ops.errors import FailedError, InputError
from ops.preflight.checks import Target, look, look_at_plan
from ops.stack import write_stack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lib.part import PartDescription

SAVED_FOR = "saved.json"
"""Beside a saved plan: which environment it is for."""


@dataclass(frozen=True)
class Session:
    """A target and Terraform in its folder."""

    target: EnvironmentTarget
    terraform: Terraform

    def changes(self) -> Changes:
        """What the saved plan would do."""
        return Changes.of(self.terraform.saved())

    def save(self) -> None:
        """Note for which environment the plan was made."""
        (self.target.folder / SAVED_FOR).write_text(json.dumps(_identity(self.target)), encoding="utf-8")


def open_session(suffix: str, *, override: Path | None, preflight: bool = True) -> Session:
    """Check the shell and the account, synthesize, and connect to the state.

    Raises `InputError` or `FailedError` before anything in AWS is changed. ``override`` is a file that Terraform merges
    into the plan. ``preflight`` also looks for what would fail in the middle of an apply.
    """
    target = find_target(suffix)
    shutil.rmtree(target.work / "stacks", ignore_errors=True)
    try:
        parts, folder = write_stack(
            target.config,
            suffix,
            target.work,
            state_bucket=target.state_bucket,
            state_bucket_region=target.state_bucket_region,
            tags=_tags(),
        )
    except (ConfigError, PackagingError) as error:
        raise InputError(str(error)) from error
    if preflight:
        _check(parts, json.loads((folder / PLAN_NAME).read_bytes()), target)
    return _connected(target, folder, override)


def open_saved(suffix: str, *, override: Path | None) -> Session:
    """The session of the plan that `open_session` saved, without synthesizing again.

    Raises `InputError` if there is none, or if it was made for another environment, account or region.
    """
    target = find_target(suffix)
    note, plan = target.folder / SAVED_FOR, target.folder / SAVED_PLAN
    if not (note.is_file() and plan.is_file()):
        raise InputError(f"there is no saved plan of {suffix} in {target.folder}; run 'make plan ENV={suffix}' first")
    found, wanted = json.loads(note.read_text(encoding="utf-8")), _identity(target)
    if found != wanted:
        raise InputError(f"the saved plan is for {found}, not for {wanted}; run 'make plan ENV={suffix}' again")
    return _connected(target, target.folder, override)


def _connected(target: EnvironmentTarget, folder: Path, override: Path | None) -> Session:
    if override is not None:
        shutil.copyfile(override, folder / "cdk_override.tf.json")
    terraform = Terraform.in_folder(folder, target.binary)
    terraform.initialise()
    return Session(target, terraform)


def _check(parts: PartDescription, document: Mapping[str, Any], target: EnvironmentTarget) -> None:
    """The preflight: what would fail in the middle of an apply."""
    where = Target(target.config.region, target.state_bucket, target.state_bucket_region)
    findings = [*look(parts, where), *look_at_plan(document, where)]
    problems = [finding for finding in findings if finding.problem]
    for finding in problems:
        print(f"✗ {finding}", file=sys.stderr)
    if problems:
        raise FailedError(
            f"the account is not ready for {target.suffix}: {len(problems)} problems; nothing was changed"
        )


def _identity(target: EnvironmentTarget) -> dict[str, str]:
    return {"environment": target.suffix, "account": target.account, "region": target.config.region}


def _tags() -> dict[str, str]:
    """As `main.py` reads them for a synthesis by hand."""
    return {
        "repository": os.environ.get("REPOSITORY", ""),
        "commit-author": os.environ.get("COMMIT_AUTHOR", ""),
    }
