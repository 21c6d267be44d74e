"""The rotation function's environment."""

from __future__ import annotations

from lambda_src.common.settings import EnvSettings


class SecretRotationSettings(EnvSettings, frozen=True, kw_only=True):
    """What the stack tells the rotation function."""

    environment_suffix: str
    key_bytes: int = 32
    """Length of the generated signing key: 256 bits, as long as the hash (RFC 2104, section 3)."""
