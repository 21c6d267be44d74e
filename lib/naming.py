"""Names: one place that puts the suffix into each and keeps to the services' length limits.

A name is unique wherever its service looks it up: in the region, in the account, or among all accounts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

PROJECT = "iot"
ACCOUNT_DIGITS = 12
BUCKET_LIMIT = 63
"""Longest S3 bucket name."""
NAME_LIMIT = 64
"""Longest name of a function, role or log stream, the shortest limit among our resources."""


@dataclass(frozen=True)
class Naming:
    """Names of one deployment. ``account`` may still be a Terraform reference."""

    suffix: str
    region: str
    account: str

    def name(self, part: str) -> str:
        """``iot-<part>-<suffix>``, unique in its region; a part that would make it too long ends in a hash instead."""
        return fit(f"{PROJECT}-{part}", NAME_LIMIT - len(self.suffix) - 1) + f"-{self.suffix}"

    def account_wide(self, part: str) -> str:
        """``iot-<part>-<suffix>-<region>``: names of IAM and of dashboards, which all regions of an account share."""
        tail = f"-{self.suffix}-{self.region}"
        return fit(f"{PROJECT}-{part}", NAME_LIMIT - len(tail)) + tail

    def bucket(self, part: str) -> str:
        """``iot-<part>-<suffix>-<region>-<account>``: bucket names are shared by all accounts of the world."""
        tail = len(self.suffix) + len(self.region) + ACCOUNT_DIGITS + 3
        return fit(f"{PROJECT}-{part}", BUCKET_LIMIT - tail) + f"-{self.suffix}-{self.region}-{self.account}"

    def parameter(self, part: str) -> str:
        """``/iot/<suffix>/<part>``, since parameters are a tree."""
        return f"/{PROJECT}/{self.suffix}/{part}"

    def table(self, part: str) -> str:
        """``iot_<part>_<suffix>``, for engines whose SQL takes no hyphen without quotes."""
        return self.name(part).replace("-", "_")


def fit(name: str, limit: int) -> str:
    """The name, or its beginning and eight hex digits of its SHA-256 where it is longer than ``limit``."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9]}-{digest}"
