"""What every table of the settings is made of."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from lib.config.errors import ACCOUNT, REGION

Days = Annotated[int, Meta(ge=1, le=3650)]
DaysOrForever = Annotated[int, Meta(ge=0, le=3650)]
Seconds = Annotated[int, Meta(ge=1)]
Percent = Annotated[int, Meta(ge=0, le=1000)]

# A pattern is never wider than the service's own, and its description says in words what is allowed.
Region = Annotated[str, Meta(pattern=REGION, description="the code of a region, such as eu-central-1")]
AccountId = Annotated[str, Meta(pattern=ACCOUNT, description="an account's twelve digits in quotes")]
Principal = Annotated[
    str,
    Meta(
        pattern=r"^(\d{12}|arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role)/[A-Za-z0-9+=,.@_/-]+))\Z",
        description="an account's twelve digits, or the ARN of a user or role of IAM",
    ),
]
"""Whom a role's trust policy may name."""


class ConfigTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every table of the settings: immutable, and a key it does not know is an error."""
