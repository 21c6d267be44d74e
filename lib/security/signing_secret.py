"""The secret that signs alerts, and the function that creates and renews it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from cdktf_cdktf_provider_aws.secretsmanager_secret_policy import SecretsmanagerSecretPolicy
from cdktf_cdktf_provider_aws.secretsmanager_secret_rotation import (
    SecretsmanagerSecretRotation,
    SecretsmanagerSecretRotationRotationRules,
)
from constructs import Construct

from lambda_src.secret_rotation.settings import SecretRotationSettings
from lib.building.function import Function, FunctionOptions
from lib.building.iam import Statement, policy_json, tls_only
from lib.part import PartDescription

if TYPE_CHECKING:
    from lib.building.function import DependencyLayer
    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key

ROTATION_MEMORY_MB = 256
ROTATION_TIMEOUT_SECONDS = 30


class SigningSecret(Construct):
    """A secret whose value exists only in Secrets Manager.

    Terraform creates it without a value; the rotation function then creates the first value and each later one in AWS.
    The provider adds a random ending to the name, because a deleted secret keeps its name for the recovery days.
    """

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key, layer: DependencyLayer) -> None:
        super().__init__(scope, id_)
        self._key = key
        self._secret = SecretsmanagerSecret(
            self,
            "secret",
            name_prefix=context.naming.name(id_) + "-",
            description="Signs alerts with HMAC-SHA256; created and renewed by its rotation function",
            kms_key_id=key.arn,
            recovery_window_in_days=context.config.secret.recovery_days,
        )
        self.arn = self._secret.arn
        self._refuse_plain_http()
        self.rotation = self._rotation_function(context, layer)
        self._schedule(context)

    def grant_read(self, role: Role) -> None:
        statement = Statement(actions=("secretsmanager:GetSecretValue",), resources=(self.arn,))
        role.allow(f"read-{self.node.id}", statement, self._key.decrypting("secretsmanager"))

    def describe(self) -> PartDescription:
        return PartDescription(
            functions={"secret-rotation": self.rotation},
            uses=[self.rotation.use()],
            outputs={"signing_secret_arn": self.arn, "rotation_function": self.rotation.name},
        )

    def _rotation_function(self, context: Context, layer: DependencyLayer) -> Function:
        options = FunctionOptions(
            package="secret_rotation",
            description="Creates and renews the key that signs alerts",
            settings=SecretRotationSettings(environment_suffix=context.suffix),
            memory_mb=ROTATION_MEMORY_MB,
            timeout_seconds=ROTATION_TIMEOUT_SECONDS,
        )
        function = Function(self, "secret-rotation", context=context, key=self._key, layer=layer, options=options)
        actions = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
        statement = Statement(actions=tuple(f"secretsmanager:{action}" for action in actions), resources=(self.arn,))
        function.role.allow("rotate-secret", statement, self._key.exchanging("secretsmanager"))
        return function

    def _schedule(self, context: Context) -> None:
        permission = self.rotation.allow_invocation(
            "permission",
            statement_id="SecretsManagerRotation",
            service="secretsmanager.amazonaws.com",
            source_arn=self.arn,
            account=context.account,
        )
        SecretsmanagerSecretRotation(
            self,
            "rotation",
            secret_id=self._secret.id,
            rotation_lambda_arn=self.rotation.arn,
            rotate_immediately=True,
            rotation_rules=SecretsmanagerSecretRotationRotationRules(
                automatically_after_days=context.config.secret.rotation_days
            ),
            depends_on=[permission],
        )

    def _refuse_plain_http(self) -> None:
        policy = policy_json(tls_only("secretsmanager:*", "*"))
        SecretsmanagerSecretPolicy(self, "policy", secret_arn=self.arn, policy=policy, block_public_policy=True)
