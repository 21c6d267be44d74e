"""What the bootstrap of an account needs to know."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lib.config import ConfigError, check_account, check_region, check_suffix

REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}")
"""``owner/name``, as GitHub allows them."""
ENVIRONMENTS = ("dev", "staging", "prod")


@dataclass(frozen=True, kw_only=True)
class BootstrapSettings:
    """``repository`` is the only one whose workflows may assume the roles; each environment gets a deploy role."""

    account: str
    region: str
    repository: str
    environments: tuple[str, ...] = ENVIRONMENTS

    def __post_init__(self) -> None:
        check_account(self.account, "AWS_ACCOUNT_ID")
        check_region(self.region, "AWS_REGION")
        if not REPOSITORY.fullmatch(self.repository):
            raise ConfigError(f"REPOSITORY={self.repository!r}: allowed is owner/name, as GitHub writes it")
        if not self.environments:
            raise ConfigError("environments: at least one is needed")
        for name in self.environments:
            check_suffix(name)

    @property
    def bucket(self) -> str:
        """The bucket of Terraform's states; bucket names are shared by all accounts of the world."""
        return f"iot-terraform-state-{self.region}-{self.account}"
