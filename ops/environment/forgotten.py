"""Environments of pull requests that nobody destroyed, found by their states."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from ops.errors import InputError
from ops.preflight.finding import client

if TYPE_CHECKING:
    from pathlib import Path

    from ops.environment.target import EnvironmentTarget

EXPIRES_DAYS = 14
"""A pull request's environment that was not deployed for so long is destroyed although the pull request is open."""
STATE = re.compile(r"(pr(\d+))/([a-z0-9-]+)/TapStack\1\.tfstate")
EMPTY_BYTES = 400
"""A state without resources is smaller: what is left of an environment that was destroyed."""


def forgotten_environments(target: EnvironmentTarget, open_numbers: frozenset[int], days: int) -> list[str]:
    """Suffixes of deployed environments in the target's region whose pull request is closed, or which are old."""
    oldest = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
    pages = client("s3", target.state_bucket_region).get_paginator("list_objects_v2")
    found = []
    for page in pages.paginate(Bucket=target.state_bucket, Prefix="pr"):
        for entry in page.get("Contents", ()):
            match = STATE.fullmatch(entry["Key"])
            if match is None or match[3] != target.config.region or entry["Size"] < EMPTY_BYTES:
                continue
            if int(match[2]) not in open_numbers or entry["LastModified"] < oldest:
                found.append(match[1])
    return found


def read_numbers(file: Path) -> frozenset[int]:
    """The numbers of a file, one per line. Raises `InputError` for anything else."""
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not all(line.isdigit() for line in lines):
        raise InputError(f"{file} must have one number per line")
    return frozenset(int(line) for line in lines)
