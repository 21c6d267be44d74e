"""The CLI configuration that tells Terraform where to get providers."""

import os
from collections.abc import Mapping
from pathlib import Path

_MIRRORED = """\
provider_installation {{
  filesystem_mirror {{
    path    = "{mirror}"
    include = ["{address}"]
  }}
  direct {{
    exclude = ["{address}"]
  }}
}}
"""
_CACHED = 'plugin_cache_dir = "{cache}"\n'


def own_configuration(environment: Mapping[str, str]) -> Path | None:
    """Return the user's configuration if it configures providers; it must not be replaced."""
    named = environment.get("TF_CLI_CONFIG_FILE")
    path = Path(named) if named else Path.home() / ".terraformrc"
    if path.is_file() and "provider_installation" in path.read_text(errors="replace"):
        return path
    return None


def write_configuration(folder: Path, mirror: Path | None, address: str) -> Path:
    """Write the configuration into `folder` and return its path.

    With a mirror, only the mirror provides `address`. Otherwise it comes from the registry through a cache that all
    runs of this user share, because the AWS provider is 700 MB unpacked.
    """
    path = folder / "terraform.rc"
    if mirror is not None:
        path.write_text(_MIRRORED.format(mirror=mirror, address=address))
        return path
    cache_home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(cache_home) / "terraform-plugins"
    cache.mkdir(parents=True, exist_ok=True)
    path.write_text(_CACHED.format(cache=cache))
    return path
