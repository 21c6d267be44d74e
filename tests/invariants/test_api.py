"""The HTTP entrypoint: signed, checked, logged, and deployed anew whenever it changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lib.api.openapi import document
from lib.api.routes import ROUTES
from tests.support.synth import Synthesized, references, synthesize_test_stack
from tools.openapi import PAGE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def api(synthesized: Callable[[str], Synthesized]) -> Synthesized:
    return synthesized("serverless-api")


def test_every_method_takes_signed_requests_only(api: Synthesized) -> None:
    methods = api.all("aws_api_gateway_method").values()
    assert len(methods) == len(ROUTES)
    assert {method["authorization"] for method in methods} == {"AWS_IAM"}


def test_every_method_is_checked_by_the_validator(api: Synthesized) -> None:
    (validator,) = api.all("aws_api_gateway_request_validator")
    assert api.one("aws_api_gateway_request_validator")["validate_request_body"] is True
    for method in api.all("aws_api_gateway_method").values():
        assert references(method["request_validator_id"]) == {validator}
        assert bool(method.get("request_models")) == (method["http_method"] == "POST")


def test_every_method_leads_to_a_function_that_lets_it_in(api: Synthesized) -> None:
    integrations = api.all("aws_api_gateway_integration").values()
    reached = {id_ for each in integrations for id_ in references(each["uri"])}
    permitted = {
        id_
        for permission in api.all("aws_lambda_permission").values()
        if permission["principal"] == "apigateway.amazonaws.com"
        for id_ in references(permission["function_name"])
    }
    assert len(reached) == 3
    assert reached == permitted
    assert {each["type"] for each in integrations} == {"AWS_PROXY"}


def test_nothing_that_was_synthesized_before_makes_a_deployment_anew(api: Synthesized, tmp_path: Path) -> None:
    """Whose trigger is a hash: the numbers of tokens in it would change with every resource elsewhere in the stack."""
    again = Synthesized.of(synthesize_test_stack("serverless-api", tmp_path))
    assert again.one("aws_api_gateway_deployment") == api.one("aws_api_gateway_deployment")


def test_a_deployment_waits_for_and_changes_with_everything_it_copies(api: Synthesized) -> None:
    deployment = api.one("aws_api_gateway_deployment")
    kinds = ("method", "integration", "resource", "model", "request_validator", "gateway_response")
    parts = {f"aws_api_gateway_{kind}.{id_}" for kind in kinds for id_ in api.all(f"aws_api_gateway_{kind}")}
    assert parts <= set(deployment["depends_on"])
    assert len(deployment["triggers"]["definition"]) == 64
    assert deployment["lifecycle"]["create_before_destroy"] is True


def test_a_change_of_a_route_or_model_changes_the_deployment(
    api: Synthesized, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from lib.api import methods, models
    from lib.api.refusals import REFUSALS

    before = api.one("aws_api_gateway_deployment")["triggers"]["definition"]
    changes = {
        "a route fewer": (methods, "ROUTES", ROUTES[:-1]),
        "another model": (models, "READINGS", {"type": "object"}),
        "another answer": (methods, "REFUSALS", REFUSALS[:-1]),
    }
    for name, change in changes.items():
        with monkeypatch.context() as patch:
            patch.setattr(*change)
            changed = Synthesized.of(synthesize_test_stack("serverless-api", tmp_path_factory.mktemp("changed")))
        assert changed.one("aws_api_gateway_deployment")["triggers"]["definition"] != before, name


def test_the_stage_is_throttled_logged_and_traced(api: Synthesized) -> None:
    stage = api.one("aws_api_gateway_stage")
    assert stage["xray_tracing_enabled"] is True
    assert {"status", "caller", "request_id"} <= set(json.loads(stage["access_log_settings"]["format"]))
    assert "aws_api_gateway_account" not in api.kinds(), "the account's, not a deployment's"
    limits = api.one("aws_api_gateway_method_settings")["settings"]
    assert (limits["throttling_rate_limit"], limits["throttling_burst_limit"]) == (1_000, 1_000)


def test_nothing_of_cors_is_there_unless_it_is_set(api: Synthesized) -> None:
    assert "OPTIONS" not in {method["http_method"] for method in api.all("aws_api_gateway_method").values()}
    assert "Access-Control" not in json.dumps(api.all("aws_api_gateway_gateway_response"))


def test_callers_may_call_their_own_methods_and_nothing_else(api: Synthesized) -> None:
    stage = api.one("aws_api_gateway_stage")["stage_name"]
    allowed = {}
    for id_, policy in api.all("aws_iam_role_policy").items():
        for statement in json.loads(policy["policy"])["Statement"]:
            if statement["Action"] == "execute-api:Invoke":
                name = "writer" if "writer" in id_ else "reader"
                allowed[name] = {arn.rpartition("}/")[2] for arn in statement["Resource"]}
    assert allowed == {
        "writer": {f"{stage}/POST/ingest", f"{stage}/POST/process"},
        "reader": {f"{stage}/GET/query", f"{stage}/GET/devices", f"{stage}/GET/devices/*"},
    }


def test_the_key_of_the_page_tokens_is_written_only(api: Synthesized) -> None:
    secrets = [p for p in api.all("aws_ssm_parameter").values() if p["type"] == "SecureString"]
    assert len(secrets) == 1
    assert "value" not in secrets[0]
    assert secrets[0]["value_wo"] == "${ephemeral.aws_secretsmanager_random_password.token_key.random_password}"
    assert references(secrets[0]["key_id"]) == set(api.all("aws_kms_key"))


def test_terraform_leaves_the_configuration_alone_once_it_is_there(api: Synthesized) -> None:
    (config,) = [p for p in api.all("aws_ssm_parameter").values() if p["type"] == "String"]
    assert config["lifecycle"]["ignore_changes"] == ["value"]


def test_the_published_document_is_that_of_the_routes() -> None:
    published = json.loads(PAGE.read_text(encoding="utf-8"))
    assert published == document(published["info"]["version"]), "run 'make docs'"
