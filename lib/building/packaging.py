"""Function packages and the dependency layer: equal content gives equal bytes on every machine and at any time."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from lambda_src.common.deployment import DeploymentRules

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "lambda_src"
REQUIREMENTS = SOURCE / "requirements.txt"
BUILD = ROOT / ".build"
RULES_FILE = "lambda_src/deployment.json"
NO_RULES = DeploymentRules()
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip entry can carry."""
UNSTABLE = ("RECORD", "direct_url.json", "INSTALLER", "REQUESTED", "uv_cache.json")
"""Files that installers write beside the code and that differ between installations."""


class PackagingError(RuntimeError):
    """A package could not be built; the message is one line for the person at the terminal."""


@dataclass(frozen=True)
class BuildTarget:
    """What a layer is built for."""

    python: str
    platform: str | None
    """A platform name of uv, or None for the current one."""


AWS = BuildTarget(python="3.13", platform="aarch64-manylinux2014")
HERE = BuildTarget(python=f"{sys.version_info.major}.{sys.version_info.minor}", platform=None)


def function_zip(function: str, rules: DeploymentRules = NO_RULES) -> Path:
    """The package of one function: its own folder, what all functions share, code and the formats that are data, and
    the deployment's rules.
    """
    files = {
        path.relative_to(ROOT).as_posix(): path
        for folder in ("common", function)
        for kind in ("*.py", "*.toml")
        for path in (SOURCE / folder).rglob(kind)
    }
    files["lambda_src/__init__.py"] = SOURCE / "__init__.py"
    settings = rules.encode()
    contents = {name: path.read_bytes() for name, path in files.items()} | {RULES_FILE: settings}
    # Deployments with other rules may be synthesized at the same time.
    return _write_zip(f"{function}-{hashlib.sha256(settings).hexdigest()[:16]}.zip", contents)


def layer_zip(target: BuildTarget = AWS) -> Path:
    """The functions' pinned dependencies, in the folder ``python/`` that Lambda puts on the path.

    Built once for each content of the requirements and target, then taken from the build folder.
    """
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + repr(target).encode()).hexdigest()[:16]
    cached = BUILD / f"layer-{key}.zip"
    if cached.exists():
        return cached
    with TemporaryDirectory() as folder:
        _install(target, Path(folder))
        files = {
            f"python/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in Path(folder).rglob("*")
            if path.is_file() and _belongs(path.relative_to(folder))
        }
    return _write_zip(cached.name, files)


def source_code_hash(package: Path) -> str:
    """Base64 SHA-256 of the package: what Lambda reports as CodeSha256 and Terraform compares with."""
    return base64.b64encode(hashlib.sha256(package.read_bytes()).digest()).decode()


def _belongs(path: Path) -> bool:
    return path.parts[0] != "bin" and "__pycache__" not in path.parts and path.name not in UNSTABLE


def _install(target: BuildTarget, folder: Path) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        raise PackagingError("uv is not installed; run 'make setup'")
    command = [uv, "pip", "install", "--quiet", "--target", str(folder), "--only-binary", ":all:"]
    command += ["--python-version", target.python, "--requirement", str(REQUIREMENTS)]
    command += ["--python-platform", target.platform] if target.platform else ["--python", sys.executable]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if result.returncode:
        reason = " ".join(result.stderr.split())
        raise PackagingError(f"the functions' dependency layer could not be built: {reason}")


def _write_zip(name: str, files: dict[str, bytes]) -> Path:
    """Written under another name first, so that two builds at once cannot see half a file."""
    BUILD.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=BUILD) as folder:
        draft = Path(folder) / name
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for entry in sorted(files):
                info = zipfile.ZipInfo(entry, date_time=EPOCH)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.create_system = 3  # Unix, whatever system builds it
                info.external_attr = 0o644 << 16
                archive.writestr(info, files[entry])
        return draft.replace(BUILD / name)


if __name__ == "__main__":
    # What `make setup` runs, so that the first synthesis needs no network.
    for layer_target in (AWS, HERE):
        print(layer_zip(layer_target).relative_to(ROOT))
