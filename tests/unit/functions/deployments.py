"""The deployment's rules, as the functions find them in their packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common import deployment

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from lambda_src.common.deployment import DeploymentRules


def deploy(monkeypatch: pytest.MonkeyPatch, folder: Path, rules: DeploymentRules) -> None:
    """Let functions that start from now on have these rules."""
    file = folder / "deployment.json"
    file.write_bytes(rules.encode())
    monkeypatch.setattr(deployment, "FILE", file)
    forget()


def forget() -> None:
    """Read the file again."""
    deployment.deployed.cache_clear()
    deployment.deployed_rules.cache_clear()
