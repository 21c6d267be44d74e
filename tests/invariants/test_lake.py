"""The lake: what is converted fits its table, and who asks can do nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lib.archive.once import each_once
from local.embedded.athena import query_of
from tests.support.lake_stack import listed, of_lake, rights
from tests.support.synth import references

if TYPE_CHECKING:
    from tests.support.synth import Synthesized


def destination(stack: Synthesized) -> dict[str, Any]:
    found: dict[str, Any] = of_lake(stack, "aws_kinesis_firehose_delivery_stream")["extended_s3_configuration"]
    return found


def tables(stack: Synthesized) -> dict[str, dict[str, Any]]:
    return {table["name"]: table for table in stack.all("aws_glue_catalog_table").values()}


def test_what_firehose_converts_by_is_the_table_that_is_asked(lake_stack: Synthesized) -> None:
    conversion = destination(lake_stack)["data_format_conversion_configuration"]
    schema = conversion["schema_configuration"]
    (table,) = references(schema["table_name"])
    assert lake_stack.all("aws_glue_catalog_table")[table]["name"] == "readings_stored"
    assert conversion["enabled"] is True
    assert destination(lake_stack)["compression_format"] == "UNCOMPRESSED"
    assert destination(lake_stack)["buffering_size"] >= 64


def test_the_lake_keeps_what_it_could_not_take(lake_stack: Synthesized) -> None:
    assert destination(lake_stack)["error_output_prefix"].startswith("errors/!{firehose:error-output-type}/")
    assert destination(lake_stack)["cloudwatch_logging_options"]["enabled"] is True


@pytest.mark.parametrize("name", ["readings_stored", "anomalies_stored", "raw", "quarantine"])
def test_a_new_hour_is_seen_without_a_crawler(lake_stack: Synthesized, name: str) -> None:
    table = tables(lake_stack)[name]
    keys = [key["name"] for key in table["partition_keys"]]
    parameters = table["parameters"]
    assert parameters["projection.enabled"] == "true"
    assert {key.split(".")[1] for key in parameters if key.endswith(".range")} == set(keys)
    folders = "/".join(f"{key}=$${{{key}}}" for key in keys)
    assert parameters["storage.location.template"] == f"{table['storage_descriptor']['location']}{folders}/"


def test_every_archive_has_its_table(lake_stack: Synthesized) -> None:
    stored = {name for name, table in tables(lake_stack).items() if table["table_type"] == "EXTERNAL_TABLE"}
    assert stored == {"readings_stored", "raw", "quarantine", "anomalies_stored"}
    prefix = destination(lake_stack)["prefix"]
    assert tables(lake_stack)["readings_stored"]["storage_descriptor"]["location"].endswith(
        f"/{prefix.split('year=')[0]}"
    )


def test_whoever_asks_for_readings_gets_each_once(lake_stack: Synthesized) -> None:
    views = {name: table for name, table in tables(lake_stack).items() if table["table_type"] == "VIRTUAL_VIEW"}
    assert set(views) == {"readings", "anomalies"}
    for name, view in views.items():
        sql = query_of({"TableType": "VIRTUAL_VIEW", "ViewOriginalText": view["view_original_text"]})
        columns = [column["name"] for column in view["storage_descriptor"]["columns"]]
        assert sql == each_once(name, columns)
        assert columns == [
            column["name"] for column in tables(lake_stack)[f"{name}_stored"]["storage_descriptor"]["columns"]
        ]


def test_the_dynamic_partitioning_block_exists_from_the_start(
    lake_stack: Synthesized, protected_lake: Synthesized
) -> None:
    assert destination(lake_stack)["dynamic_partitioning_configuration"] == {"enabled": False}
    assert "partitionKey" not in destination(lake_stack)["prefix"]
    assert destination(protected_lake)["dynamic_partitioning_configuration"] == {"enabled": True}
    assert destination(protected_lake)["prefix"].endswith("/sensor=!{partitionKeyFromLambda:sensor_type}/")
    variables = of_lake(protected_lake, "aws_lambda_function")["environment"]["variables"]
    assert variables["PARTITION_BY_SENSOR_TYPE"] == "true"


def test_results_are_limited_encrypted_and_expire(lake_stack: Synthesized) -> None:
    configuration = of_lake(lake_stack, "aws_athena_workgroup")["configuration"]
    assert configuration["enforce_workgroup_configuration"] is True
    assert configuration["bytes_scanned_cutoff_per_query"] == 10_240 * 1_048_576
    results = configuration["result_configuration"]
    assert results["encryption_configuration"]["encryption_option"] == "SSE_KMS"
    assert references(results["encryption_configuration"]["kms_key_arn"]) == set(lake_stack.all("aws_kms_key"))
    (rule,) = of_lake(lake_stack, "aws_s3_bucket_lifecycle_configuration", "athena")["rule"]
    assert rule["expiration"] == [{"days": 30}]


def test_an_analyst_asks_in_this_workgroup_and_writes_only_results(lake_stack: Synthesized) -> None:
    statements = rights(lake_stack, "analyst")
    asking = [each for each in statements if "athena:StartQueryExecution" in listed(each["Action"])]
    assert [references(each["Resource"]) for each in asking] == [set(lake_stack.all("aws_athena_workgroup"))]
    writing = [
        resource
        for each in statements
        if "s3:PutObject" in listed(each["Action"])
        for resource in listed(each["Resource"])
    ]
    (place,) = writing
    assert place.endswith("/results/*")
    assert not any("*" in listed(each["Resource"]) for each in statements)
    actions = [action.split(":")[1] for each in statements for action in listed(each["Action"])]
    assert not [action for action in actions if action.startswith(("Delete", "Create", "Update"))]


def test_an_analyst_reads_each_table_and_nothing_beside_it(lake_stack: Synthesized) -> None:
    read = {
        resource.split("}/")[1]
        for each in rights(lake_stack, "analyst")
        if listed(each["Action"]) == ["s3:GetObject"]
        for resource in listed(each["Resource"])
    }
    assert read == {"readings/*", "raw-data/*", "anomalies/*", "quarantine/*"}


def test_whom_the_settings_name_may_be_an_analyst(lake_stack: Synthesized, protected_lake: Synthesized) -> None:
    def trusted(stack: Synthesized) -> Any:
        (statement,) = json.loads(of_lake(stack, "aws_iam_role", "analyst")["assume_role_policy"])["Statement"]
        return statement["Principal"]["AWS"]

    assert trusted(protected_lake) == ["arn:aws:iam::123456789012:role/people"]
    assert [each.endswith(":root") for each in trusted(lake_stack)] == [True]


def test_a_crawler_never_touches_the_table_that_firehose_converts_by(protected_lake: Synthesized) -> None:
    crawler = protected_lake.one("aws_glue_crawler")
    assert crawler["schedule"] == "cron(0 */6 * * ? *)"
    changing = [each for each in rights(protected_lake, "crawler") if "glue:UpdateTable" in listed(each["Action"])]
    own = [resource for each in changing for resource in each["Resource"] if ":table/" in resource]
    assert [resource.rpartition("/")[2] for resource in own] == [f"{crawler['table_prefix']}*"]


def test_without_a_schedule_there_is_no_crawler(lake_stack: Synthesized) -> None:
    assert lake_stack.all("aws_glue_crawler") == lake_stack.all("aws_glue_security_configuration") == {}


def test_an_analyst_may_look_for_the_default_database(lake_stack: Synthesized) -> None:
    """Athena asks for it whatever a query names."""
    found = [s for s in rights(lake_stack, "analyst") if s["Action"] == "glue:GetDatabase"]
    (statement,) = found
    assert [arn.rpartition(":")[2] for arn in statement["Resource"]] == ["catalog", "database/default"]
