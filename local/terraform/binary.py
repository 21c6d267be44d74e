"""Find Terraform or OpenTofu and check its version."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from local.errors import RunError

# 1.11 added the S3 backend's lock file and write-only arguments, in Terraform and in OpenTofu.
OLDEST = (1, 11)
_INSTALL = (
    "install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install) or OpenTofu 1.11 or later"
)
_REGISTRIES = {"terraform": "registry.terraform.io", "tofu": "registry.opentofu.org"}


@dataclass(frozen=True)
class Binary:
    """A usable Terraform or OpenTofu: path, version, and the registry of its providers."""

    path: Path
    version: str
    platform: str
    registry: str


def find_binary(search_path: str | None = None) -> Binary:
    """Return the first usable `terraform`, else `tofu`, on `search_path` (default: PATH). Raises `RunError`."""
    refusals = []
    for name, registry in _REGISTRIES.items():
        found = shutil.which(name, path=search_path)
        if found is None:
            continue
        version, platform = _version(Path(found))
        if _numbers(version) >= OLDEST:
            return Binary(Path(found), version, platform, registry)
        refusals.append(f"{found} is version {version}")
    if refusals:
        raise RunError(f"{' and '.join(refusals)}, which is too old; {_INSTALL}")
    raise RunError(f"neither terraform nor tofu is on the PATH; {_INSTALL}")


def _version(path: Path) -> tuple[str, str]:
    try:
        done = subprocess.run((path, "version", "-json"), capture_output=True, timeout=60, check=True)
        answer = json.loads(done.stdout)
        return answer["terraform_version"], answer["platform"]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as cause:
        raise RunError(f"{path} does not report its version ({cause}); {_INSTALL}") from cause


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("-")[0].split(".")[:2])
