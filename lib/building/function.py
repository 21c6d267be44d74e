"""A Lambda function with its role, log group, package, layer and tracing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cdktf import AssetType, TerraformAsset
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.lambda_function import (
    LambdaFunction,
    LambdaFunctionEnvironment,
    LambdaFunctionLoggingConfig,
    LambdaFunctionTracingConfig,
)
from cdktf_cdktf_provider_aws.lambda_layer_version import LambdaLayerVersion
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from constructs import Construct

from lib.building.iam import Role, Statement, service_trust
from lib.building.metric import Metric
from lib.building.packaging import function_zip, layer_zip, source_code_hash
from lib.config import rules_of
from lib.usage import Amount, Use

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_src.common.deployment import DeploymentRules
    from lambda_src.common.settings import EnvSettings
    from lib.context import Context
    from lib.usage import Traffic

RUNTIME = "python3.13"
ARCHITECTURE = "arm64"


class EncryptionKey(Protocol):
    """The key that encrypts the function's environment and logs."""

    @property
    def arn(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class FunctionOptions:
    """``package`` is the folder below `lambda_src`, ``entry`` the module in it that defines ``handle``. Memory in MB,
    times in seconds.
    """

    package: str
    entry: str = "handler"
    description: str
    settings: EnvSettings
    memory_mb: int
    timeout_seconds: int
    reserved_concurrency: int | None = None


class DependencyLayer(Construct):
    """The functions' pinned dependencies, for their architecture and Python."""

    def __init__(self, scope: Construct, id_: str, *, context: Context) -> None:
        super().__init__(scope, id_)
        package = layer_zip()
        layer = LambdaLayerVersion(
            self,
            "layer",
            layer_name=context.naming.name("dependencies"),
            description="Pinned in lambda_src/requirements.txt",
            filename=_asset(self, package),
            source_code_hash=source_code_hash(package),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )
        self.arn = layer.arn


class Function(Construct):
    """One function with a role of its own and a log group that exists before the first log line."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: EncryptionKey,
        layer: DependencyLayer,
        options: FunctionOptions,
    ) -> None:
        super().__init__(scope, id_)
        self.timeout_seconds = options.timeout_seconds
        self.reserved_concurrency = options.reserved_concurrency
        self.plain_name = name = context.naming.name(id_)
        log_group = CloudwatchLogGroup(
            self,
            "log-group",
            name=f"/aws/lambda/{name}",
            retention_in_days=context.config.logs.retention_days,
            kms_key_id=key.arn,
        )
        trust = service_trust("lambda.amazonaws.com")
        self.role = Role(self, "role", context=context, name=id_, description=options.description, trust=trust)
        self._allow_telemetry(log_group.arn)
        self._function = self._create(name, key, layer, log_group, options, rules_of(context.config))
        self.role.comes_before(self._function)
        self.name = self._function.function_name
        self.arn = self._function.arn
        self.invoke_arn = self._function.invoke_arn

    def allow_invocation(
        self, id_: str, *, statement_id: str, service: str, source_arn: str, account: str | None = None
    ) -> LambdaPermission:
        """Let a service invoke the function on behalf of one of our resources."""
        return LambdaPermission(
            self,
            id_,
            statement_id=statement_id,
            action="lambda:InvokeFunction",
            function_name=self.name,
            principal=service,
            source_arn=source_arn,
            source_account=account,
        )

    def _create(
        self,
        name: str,
        key: EncryptionKey,
        layer: DependencyLayer,
        log_group: CloudwatchLogGroup,
        options: FunctionOptions,
        rules: DeploymentRules,
    ) -> LambdaFunction:
        package = function_zip(options.package, rules)
        return LambdaFunction(
            self,
            "function",
            function_name=name,
            description=options.description,
            role=self.role.arn,
            runtime=RUNTIME,
            architectures=[ARCHITECTURE],
            handler=f"lambda_src.{options.package}.{options.entry}.handle",
            filename=_asset(self, package),
            source_code_hash=source_code_hash(package),
            layers=[layer.arn],
            memory_size=options.memory_mb,
            timeout=options.timeout_seconds,
            reserved_concurrent_executions=options.reserved_concurrency,
            environment=LambdaFunctionEnvironment(variables=options.settings.to_env()),
            kms_key_arn=key.arn,
            tracing_config=LambdaFunctionTracingConfig(mode="Active"),
            logging_config=LambdaFunctionLoggingConfig(log_format="Text", log_group=log_group.name),
        )

    def unreserved(self, executions: int) -> int:
        """How many of these concurrent executions come out of what no function has reserved."""
        return 0 if self.reserved_concurrency is not None else executions

    def use(self, amount: Callable[[Traffic], Amount] = lambda _: Amount(per_second=0)) -> Use:
        """Its invocations, for `ops cost`; by default only an operator invokes it."""
        return Use(of=self.node.path, kind="invocations", amount=amount)

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/Lambda", name, {"FunctionName": self.name}, statistic)

    def _allow_telemetry(self, log_group_arn: str) -> None:
        self.role.allow(
            "write-logs",
            Statement(
                actions=("logs:CreateLogStream", "logs:PutLogEvents"),
                resources=(f"{log_group_arn}:log-stream:*",),
            ),
        )
        self.role.allow(
            "write-traces",
            Statement(
                actions=("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
                resources=("*",),
                star_reason="X-Ray has no resource to name for these actions",
            ),
        )


def _asset(scope: Construct, package: Path) -> str:
    return TerraformAsset(scope, "package", path=str(package), type=AssetType.FILE).path
