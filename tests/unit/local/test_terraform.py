"""Which Terraform is used, and where its provider comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.errors import RunError
from local.terraform.binary import Binary, find_binary
from local.terraform.cli_config import own_configuration, write_configuration
from local.terraform.mirror import MirrorFolders, Provider, find_mirror
from local.terraform.workspace import PLAN_NAME, prepare

AWS = Provider("hashicorp/aws", "5.100.0")
BINARY = Binary(Path("/nowhere/terraform"), "1.11.4", "linux_amd64", "registry.terraform.io")
ADDRESS = "registry.terraform.io/hashicorp/aws"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def fake_binary(folder: Path, name: str = "terraform", version: str = "1.11.4", then: str = "exit 0") -> str:
    """A program that tells its version and otherwise does `then`; returns the PATH that finds it."""
    folder.mkdir(exist_ok=True)
    answer = json.dumps({"terraform_version": version, "platform": "linux_amd64"})
    program = folder / name
    program.write_text(f"#!/bin/sh\nif [ \"$1\" = version ]; then echo '{answer}'; exit 0; fi\n{then}\n")
    program.chmod(0o755)
    return str(folder)


def unpacked(root: Path, version: str = "5.100.0", platform: str = "linux_amd64") -> Path:
    (root / ADDRESS / version / platform).mkdir(parents=True)
    return root


def test_terraform_on_the_path_is_used(tmp_path: Path) -> None:
    found = find_binary(fake_binary(tmp_path))
    assert (found.version, found.registry) == ("1.11.4", "registry.terraform.io")


def test_opentofu_serves_where_terraform_is_missing_or_too_old(tmp_path: Path) -> None:
    fake_binary(tmp_path, version="1.5.7")
    found = find_binary(fake_binary(tmp_path, name="tofu", version="1.12.0-beta1"))
    assert (found.path.name, found.registry) == ("tofu", "registry.opentofu.org")


def test_without_any_the_error_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"neither terraform nor tofu is on the PATH; install Terraform"):
        find_binary(str(tmp_path))


@pytest.mark.parametrize("version", ["1.10.5", "0.15.0", "1.9.0-rc1"])
def test_an_old_one_is_named_with_its_version(tmp_path: Path, version: str) -> None:
    with pytest.raises(RunError, match=rf"terraform is version {version}, which is too old"):
        find_binary(fake_binary(tmp_path, version=version))


def test_a_program_that_does_not_tell_its_version_is_named(tmp_path: Path) -> None:
    program = tmp_path / "terraform"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(RunError, match="does not report its version"):
        find_binary(str(tmp_path))


def test_a_mirror_in_an_implied_directory_comes_first(tmp_path: Path) -> None:
    implied, other = unpacked(tmp_path / "implied"), unpacked(tmp_path / "optional" / "mirror")
    assert find_mirror(MirrorFolders((implied,), (other.parent,)), AWS, BINARY) == implied


def test_a_mirror_three_levels_down_is_found_and_none_deeper(tmp_path: Path) -> None:
    near, far = tmp_path / "near", tmp_path / "far"
    root = unpacked(near / "a" / "b")
    unpacked(far / "a" / "b" / "c")
    assert find_mirror(MirrorFolders((), (near,)), AWS, BINARY) == root
    assert find_mirror(MirrorFolders((), (far,)), AWS, BINARY) is None


def test_a_packed_mirror_is_a_mirror(tmp_path: Path) -> None:
    folder = tmp_path / ADDRESS
    folder.mkdir(parents=True)
    (folder / "terraform-provider-aws_5.100.0_linux_amd64.zip").touch()
    assert find_mirror(MirrorFolders((tmp_path,), ()), AWS, BINARY) == tmp_path


@pytest.mark.parametrize(("version", "platform"), [("5.99.1", "linux_amd64"), ("5.100.0", "darwin_arm64")])
def test_a_mirror_of_another_version_or_platform_is_none(tmp_path: Path, version: str, platform: str) -> None:
    assert find_mirror(MirrorFolders((unpacked(tmp_path, version, platform),), ()), AWS, BINARY) is None


def test_the_configuration_takes_the_provider_from_the_mirror_alone(tmp_path: Path) -> None:
    text = write_configuration(tmp_path, tmp_path / "mirror", ADDRESS).read_text()
    assert f'path    = "{tmp_path}/mirror"' in text
    assert f'include = ["{ADDRESS}"]' in text
    assert f'exclude = ["{ADDRESS}"]' in text


def test_without_a_mirror_all_runs_share_a_cache(tmp_path: Path) -> None:
    text = write_configuration(tmp_path, None, ADDRESS).read_text()
    assert text == f'plugin_cache_dir = "{tmp_path}/cache/terraform-plugins"\n'
    assert (tmp_path / "cache/terraform-plugins").is_dir()


def test_a_users_configuration_is_kept_if_it_installs_providers(tmp_path: Path) -> None:
    own = tmp_path / "own.rc"
    own.write_text("provider_installation {\n  direct {}\n}\n")
    assert own_configuration({"TF_CLI_CONFIG_FILE": str(own)}) == own
    own.write_text("disable_checkpoint = true\n")
    assert own_configuration({"TF_CLI_CONFIG_FILE": str(own)}) is None
    assert own_configuration({"TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}) is None


def stack(folder: Path) -> Path:
    folder.mkdir()
    plan = {"terraform": {"required_providers": {"aws": {"source": "aws", "version": "5.100.0"}}}}
    (folder / PLAN_NAME).write_text(json.dumps(plan, indent=3))
    return folder


def test_the_plan_is_worked_on_byte_for_byte(tmp_path: Path) -> None:
    folder = stack(tmp_path / "stack")
    workspace = prepare(
        folder, tmp_path / "work", find_binary(fake_binary(tmp_path / "bin")), MirrorFolders((), ()), {}
    )
    assert (workspace.folder / PLAN_NAME).read_bytes() == (folder / PLAN_NAME).read_bytes()
    assert workspace.environment["AWS_ENABLE_ENDPOINT_DISCOVERY"] == "false"


def test_terraform_sees_none_of_the_users_aws_settings(tmp_path: Path) -> None:
    environ = {"AWS_PROFILE": "production", "TF_CLI_ARGS": "-destroy", "HOME": "/home/somebody"}
    binary = find_binary(fake_binary(tmp_path / "bin"))
    workspace = prepare(stack(tmp_path / "stack"), tmp_path / "work", binary, MirrorFolders((), ()), environ)
    assert {"AWS_PROFILE", "TF_CLI_ARGS"}.isdisjoint(workspace.environment)
    assert workspace.environment["HOME"] == "/home/somebody"


def test_an_unreachable_registry_names_the_folder_for_the_provider(tmp_path: Path) -> None:
    binary = find_binary(fake_binary(tmp_path / "bin", then="echo 'could not connect' >&2; exit 1"))
    with pytest.raises(RunError) as caught:
        prepare(stack(tmp_path / "stack"), tmp_path / "work", binary, MirrorFolders((), ()), {})
    assert "registry.terraform.io is not reachable" in str(caught.value)
    assert f"plugins/{ADDRESS}/5.100.0/linux_amd64/" in str(caught.value)
    assert "\n" not in str(caught.value)
