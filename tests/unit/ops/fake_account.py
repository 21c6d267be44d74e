"""An account as preflight finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeAws:
    """Answers each call by (service, operation); what is not named succeeds with enough of everything."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = {
            "sts_get_caller_identity": {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/deployer"},
            "s3_get_bucket_versioning": {"Status": "Enabled"},
            "kms_describe_key": {"KeyMetadata": {"KeyState": "Enabled"}},
            "iam_simulate_principal_policy": {"EvaluationResults": []},
            "kinesis_describe_limits": {"ShardLimit": 500, "OpenShardCount": 0},
            "lambda_get_account_settings": {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}},
            "apigateway_get_account": {
                "cloudwatchRoleArn": "arn:aws:iam::123456789012:role/apigateway-logs",
                "throttleSettings": {"rateLimit": 10_000.0, "burstLimit": 5_000},
            },
            **answers,
        }

    def client(self, service: str, **_: object) -> Any:
        aws = self

        class Client:
            def __getattr__(self, operation: str) -> Callable[..., Any]:
                answer = aws.answers.get(f"{service.replace('-', '_')}_{operation}", {})

                def call(**_: object) -> Any:
                    if answer is ClientError:
                        raise ClientError({"Error": {"Code": "NoSuchEntity", "Message": "gone"}}, operation)
                    if isinstance(answer, str):
                        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": answer}}, operation)
                    return answer

                return call

        return Client()
