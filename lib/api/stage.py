"""The API's stage: a deployment with limits, an access log and traces."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.api_gateway_account import ApiGatewayAccount
from cdktf_cdktf_provider_aws.api_gateway_deployment import ApiGatewayDeployment
from cdktf_cdktf_provider_aws.api_gateway_method_settings import (
    ApiGatewayMethodSettings,
    ApiGatewayMethodSettingsSettings,
)
from cdktf_cdktf_provider_aws.api_gateway_stage import ApiGatewayStage, ApiGatewayStageAccessLogSettings
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.wafv2_web_acl_association import Wafv2WebAclAssociation
from constructs import Construct

from lib.building.iam import Role, Statement, service_trust

if TYPE_CHECKING:
    from cdktf_cdktf_provider_aws.api_gateway_rest_api import ApiGatewayRestApi

    from lib.api.methods import Methods
    from lib.config.ingest import ApiConfig
    from lib.context import Context
    from lib.security.key import Key

LOGGED = {
    "request_id": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "path": "$context.resourcePath",
    "status": "$context.status",
    "caller": "$context.identity.userArn",
    "source_ip": "$context.identity.sourceIp",
    "bytes_out": "$context.responseLength",
    "latency_ms": "$context.responseLatency",
    "function_ms": "$context.integrationLatency",
    "error": "$context.error.responseType",
    "trace": "$context.xrayTraceId",
}
"""The access log has one JSON line per request, without query string and body, which are the callers' data."""


class Stage(Construct):
    """Throttled by the settings; every request logged and traced."""

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, key: Key, api: ApiGatewayRestApi, methods: Methods
    ) -> None:
        super().__init__(scope, id_)
        settings = context.config.api
        deployment = ApiGatewayDeployment(
            self,
            "deployment",
            rest_api_id=api.id,
            triggers={"definition": methods.fingerprint},
            # The stage must point to the new deployment before the old one is deleted.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            depends_on=methods.deployed,
        )
        log_group = CloudwatchLogGroup(
            self,
            "log-group",
            name=f"/aws/apigateway/{context.naming.name('api')}",
            retention_in_days=context.config.logs.retention_days,
            kms_key_id=key.arn,
        )
        log = ApiGatewayStageAccessLogSettings(destination_arn=log_group.arn, format=json.dumps(LOGGED))
        account = [self._account(context)] if settings.account_logging else None
        stage = ApiGatewayStage(
            self,
            "stage",
            rest_api_id=api.id,
            deployment_id=deployment.id,
            stage_name=settings.stage,
            description="The stage that callers use",
            xray_tracing_enabled=True,
            access_log_settings=log,
            depends_on=account,
        )
        self._limit(api, stage, settings)
        if settings.waf_acl_arn:
            Wafv2WebAclAssociation(self, "waf", resource_arn=stage.arn, web_acl_arn=settings.waf_acl_arn)
        self.name = stage.stage_name
        self.url = stage.invoke_url

    def _limit(self, api: ApiGatewayRestApi, stage: ApiGatewayStage, settings: ApiConfig) -> None:
        limits = ApiGatewayMethodSettingsSettings(
            metrics_enabled=True,
            logging_level="OFF",
            throttling_rate_limit=settings.requests_per_second,
            throttling_burst_limit=settings.burst,
        )
        ApiGatewayMethodSettings(
            self, "limits", rest_api_id=api.id, stage_name=stage.stage_name, method_path="*/*", settings=limits
        )

    def _account(self, context: Context) -> ApiGatewayAccount:
        """The account's role for API logs: without it a stage with an access log cannot be created."""
        role = Role(
            self,
            "log-role",
            context=context,
            name="api-logs",
            description="Lets API Gateway write its logs",
            trust=service_trust("apigateway.amazonaws.com"),
        )
        actions = ("CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "PutLogEvents")
        role.allow(
            "write-logs",
            Statement(
                actions=tuple(f"logs:{action}" for action in (*actions, "GetLogEvents", "FilterLogEvents")),
                resources=("*",),
                star_reason="API Gateway takes a role for the whole account only with these rights on all log groups "
                "(its guide's AmazonAPIGatewayPushToCloudWatchLogs)",
            ),
        )
        account = ApiGatewayAccount(self, "account", cloudwatch_role_arn=role.arn)
        role.comes_before(account)
        return account
