"""Every function has what one needs, and nothing that fails is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lambda_src.archive_transform.settings import ArchiveTransformSettings
from lambda_src.bridge.settings import BridgeSettings
from lambda_src.ingest_api.settings import IngestSettings
from lambda_src.presence.settings import PresenceSettings
from lambda_src.processor.process_settings import ProcessApiSettings
from lambda_src.processor.replay_settings import ReplaySettings
from lambda_src.processor.settings import ProcessorSettings
from lambda_src.provisioning_hook.settings import ProvisioningHookSettings
from lambda_src.query_api.settings import QuerySettings
from lambda_src.secret_rotation.settings import SecretRotationSettings
from lib.building.packaging import function_zip, source_code_hash
from lib.config import load_preset, rules_of
from tests.support.synth import references

if TYPE_CHECKING:
    from lambda_src.common.settings import EnvSettings
    from tests.support.synth import Synthesized

SETTINGS: dict[str, type[EnvSettings]] = {
    "lambda_src.archive_transform.handler.handle": ArchiveTransformSettings,
    "lambda_src.bridge.handler.handle": BridgeSettings,
    "lambda_src.ingest_api.handler.handle": IngestSettings,
    "lambda_src.presence.handler.handle": PresenceSettings,
    "lambda_src.processor.handler.handle": ProcessorSettings,
    "lambda_src.processor.process_api.handle": ProcessApiSettings,
    "lambda_src.processor.replay.handle": ReplaySettings,
    "lambda_src.query_api.handler.handle": QuerySettings,
    "lambda_src.provisioning_hook.handler.handle": ProvisioningHookSettings,
    "lambda_src.secret_rotation.handler.handle": SecretRotationSettings,
}
RESERVED = {
    *("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV"),
    *("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"),
    *("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"),
    *("AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"),
}
"""Variables that Lambda sets itself and refuses to have set (Lambda developer guide, environment variables)."""
ENVIRONMENT_BYTES = 4_096


def test_every_function_runs_on_its_layers_platform(stack: Synthesized) -> None:
    layer = stack.one("aws_lambda_layer_version")
    for function in stack.all("aws_lambda_function").values():
        assert function["runtime"] in layer["compatible_runtimes"]
        assert function["architectures"] == layer["compatible_architectures"]
        assert references(function["layers"]) == set(stack.all("aws_lambda_layer_version"))


def test_every_function_gets_exactly_the_variables_that_it_reads(stack: Synthesized) -> None:
    for function in stack.all("aws_lambda_function").values():
        variables = function["environment"]["variables"]
        settings = SETTINGS[function["handler"]]
        assert set(variables) == {name.upper() for name in settings.__struct_fields__}
        assert settings.from_env(variables).to_env() == variables


def test_no_function_sets_a_reserved_variable_or_too_many(stack: Synthesized) -> None:
    for function in stack.all("aws_lambda_function").values():
        variables = function["environment"]["variables"]
        assert RESERVED.isdisjoint(variables)
        assert sum(len(name) + len(value) for name, value in variables.items()) < ENVIRONMENT_BYTES


def test_every_function_writes_to_its_own_log_group(stack: Synthesized) -> None:
    groups = {id_: group["name"] for id_, group in stack.all("aws_cloudwatch_log_group").items()}
    for function in stack.all("aws_lambda_function").values():
        (group,) = references(function["logging_config"]["log_group"])
        assert groups[group] == f"/aws/lambda/{function['function_name']}"


def test_every_function_waits_for_its_rights(stack: Synthesized) -> None:
    for function in stack.all("aws_lambda_function").values():
        (role,) = references(function["role"])
        policies = {
            f"aws_iam_role_policy.{id_}"
            for id_, policy in stack.all("aws_iam_role_policy").items()
            if role in references(policy["role"])
        }
        assert policies
        assert policies <= set(function["depends_on"])


def test_a_function_is_deployed_anew_only_when_its_code_changes(stack: Synthesized) -> None:
    for kind in ("aws_lambda_function", "aws_lambda_layer_version"):
        for package in stack.all(kind).values():
            # base64 of 32 bytes, as Lambda reports CodeSha256; an asset hash would differ at every deploy
            assert len(package["source_code_hash"]) == 44
            assert package["source_code_hash"].endswith("=")


def test_every_mapping_reports_single_failures(stack: Synthesized) -> None:
    for mapping in stack.all("aws_lambda_event_source_mapping").values():
        assert mapping["function_response_types"] == ["ReportBatchItemFailures"]


def test_a_mapping_of_the_stream_gives_up_into_a_bucket(stack: Synthesized) -> None:
    streams = set(stack.all("aws_kinesis_stream"))
    fed = [
        m for m in stack.all("aws_lambda_event_source_mapping").values() if references(m["event_source_arn"]) & streams
    ]
    assert bool(fed) == bool(streams)
    for mapping in fed:
        assert mapping["bisect_batch_on_function_error"] is True
        assert mapping["maximum_retry_attempts"] >= 0, "endless retries block a shard until its records expire"
        destination = mapping["destination_config"]["on_failure"]["destination_arn"]
        assert references(destination) <= set(stack.all("aws_s3_bucket"))


def test_a_queue_has_dead_letters_and_a_visibility_timeout(stack: Synthesized) -> None:
    queues, functions = stack.all("aws_sqs_queue"), stack.all("aws_lambda_function")
    for mapping in stack.all("aws_lambda_event_source_mapping").values():
        for queue in references(mapping["event_source_arn"]) & set(queues):
            redrive = json.loads(queues[queue]["redrive_policy"])
            (dead,) = references(redrive["deadLetterTargetArn"])
            assert 3 <= redrive["maxReceiveCount"] <= 10
            assert queues[dead]["message_retention_seconds"] == 14 * 86_400
            (function,) = references(mapping["function_name"])
            assert queues[queue]["visibility_timeout_seconds"] == 6 * functions[function]["timeout"]


def test_a_batch_fits_into_an_invocation(stack: Synthesized) -> None:
    for mapping in stack.all("aws_lambda_event_source_mapping").values():
        assert 1 <= mapping["batch_size"] <= 10_000
        # More than ten messages of a queue come together only in a window.
        assert mapping["batch_size"] <= 10 or mapping["maximum_batching_window_in_seconds"] >= 1


def test_a_secret_gets_its_first_value_by_a_rotation(stack: Synthesized) -> None:
    rotation = stack.one("aws_secretsmanager_secret_rotation")
    assert rotation["rotate_immediately"] is True
    assert references(rotation["secret_id"]) == set(stack.all("aws_secretsmanager_secret"))
    assert any(dependency.startswith("aws_lambda_permission.") for dependency in rotation["depends_on"])


def test_every_package_has_the_deployments_rules(stack: Synthesized) -> None:
    rules = rules_of(load_preset(stack.document["output"]["preset"]["value"]))
    for function in stack.all("aws_lambda_function").values():
        package = function_zip(function["handler"].split(".")[1], rules)
        assert function["source_code_hash"] == source_code_hash(package)
