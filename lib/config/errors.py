"""What is wrong with the settings, in one line for the person who wrote them."""

from __future__ import annotations

import re

SUFFIX = re.compile(r"[a-z0-9-]{1,20}")
REGION = r"^[a-z]{2}(-[a-z]+)+-\d\Z"
ACCOUNT = r"^\d{12}\Z"


Problem = tuple[str, object, str]
"""Key, value, and what is allowed, of settings that cannot be deployed."""


class ConfigError(ValueError):
    """The settings cannot be deployed. The message is one line for the person who wrote them."""


def check_suffix(suffix: str) -> str:
    """The suffix itself, or `ConfigError`: it becomes part of every name."""
    if not SUFFIX.fullmatch(suffix):
        hint = f"; write {suffix.lower()!r}" if SUFFIX.fullmatch(suffix.lower()) else ""
        raise ConfigError(f"ENVIRONMENT_SUFFIX={suffix!r}: allowed are 1 to 20 of a-z, 0-9 and '-'{hint}")
    return suffix


def check_account(account: str, name: str) -> str:
    """The account itself, or `ConfigError` naming the variable it came from."""
    if not re.fullmatch(ACCOUNT, account):
        raise ConfigError(f"{name}={account!r}: allowed are the twelve digits of an AWS account")
    return account


def check_region(region: str, name: str) -> str:
    """The region itself, or `ConfigError` naming the variable it came from."""
    if not re.fullmatch(REGION, region):
        raise ConfigError(f"{name}={region!r}: allowed is the code of a region, such as eu-central-1")
    return region
