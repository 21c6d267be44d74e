"""The key that signs the page tokens of the query API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
from constructs import Construct

from lib.building.iam import Statement

if TYPE_CHECKING:
    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key

LENGTH = 64
"""Characters of a random password: letters and digits, about 380 bits."""
_PASSWORD = "ephemeral.aws_secretsmanager_random_password.token_key"  # noqa: S105 (an address in the plan)


class TokenKeyParameter(Construct):
    """An encrypted parameter whose value is not in code, plan or state.

    Terraform creates the value in memory and passes it in an argument that it never stores. To create a new one, raise
    ``value_wo_version``. Existing tokens then become invalid, and callers must start their queries again.
    """

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key) -> None:
        super().__init__(scope, id_)
        self._key = key
        # This version of the bindings has no classes for ephemeral resources.
        TerraformStack.of(self).add_override(_PASSWORD, {"password_length": LENGTH, "exclude_punctuation": True})
        parameter = SsmParameter(
            self,
            "parameter",
            name=context.naming.parameter("page-token-key"),
            description="Signs page tokens of the query API",
            type="SecureString",
            key_id=key.arn,
            value_wo=f"${{{_PASSWORD}.random_password}}",
            value_wo_version=1,
        )
        self.name = parameter.name
        self.arn = parameter.arn

    def grant_read(self, role: Role) -> None:
        statement = Statement(actions=("ssm:GetParameter",), resources=(self.arn,))
        role.allow("read-token-key", statement, self._key.decrypting("ssm"))
