"""The source of providers: a mirror on this machine if it has the required version, otherwise the registry."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.terraform.binary import Binary

# `registry.terraform.io/…` may be a few levels below these folders for optional and local software.
_SEARCH_DEPTH = 3


@dataclass(frozen=True)
class Provider:
    """A provider as the plan requires it: `source` is namespace/type."""

    source: str
    version: str


@dataclass(frozen=True)
class MirrorFolders:
    """Folders that may hold a mirror: Terraform itself looks into `implied`, only this module into `searched`."""

    implied: tuple[Path, ...]
    searched: tuple[Path, ...]

    @classmethod
    def of_this_machine(cls) -> "MirrorFolders":
        """Return Terraform's implied directories on Unix, and the usual folders for optional and local software."""
        home = Path.home()
        data_home = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
        data_dirs = (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
        implied = [home / ".terraform.d/plugins", data_home / "terraform/plugins"]
        implied += [Path(folder) / "terraform/plugins" for folder in data_dirs]
        return cls(tuple(implied), (Path("/opt"), Path("/usr/local"), Path("/srv"), home))


def find_mirror(folders: MirrorFolders, provider: Provider, binary: Binary) -> Path | None:
    """Return the root of a filesystem mirror with exactly this provider for this platform, or None."""
    candidates = [*folders.implied, *_below(folders.searched, binary.registry)]
    return next((root for root in candidates if _holds(root, provider, binary)), None)


def _holds(root: Path, provider: Provider, binary: Binary) -> bool:
    """Return whether `root` has the provider, in either of the two layouts that Terraform reads."""
    folder = root / binary.registry / provider.source
    kind = provider.source.rpartition("/")[2]
    unpacked = folder / provider.version / binary.platform
    packed = folder / f"terraform-provider-{kind}_{provider.version}_{binary.platform}.zip"
    return unpacked.is_dir() or packed.is_file()


def _below(folders: Sequence[Path], registry: str) -> Iterator[Path]:
    """Yield folders that contain `registry`: any of `folders`, or at most `_SEARCH_DEPTH` - 1 levels below."""
    level = list(folders)
    for depth in range(_SEARCH_DEPTH):
        if depth:
            level = [child for folder in level for child in _children(folder)]
        yield from (folder for folder in level if (folder / registry).is_dir())


def _children(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(
                Path(entry) for entry in entries if entry.is_dir(follow_symlinks=False) and entry.name != "node_modules"
            )
    except OSError:
        return []  # Missing or unreadable: not a mirror for us.
