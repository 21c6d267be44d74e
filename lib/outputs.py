"""What a deployment tells to those who use it: flat names, the same whatever the constructs are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformOutput

if TYPE_CHECKING:
    from lib.tap_stack import TapStack


def add_outputs(stack: TapStack) -> None:
    """One Terraform output a name; a part that the deployment does not have has none."""
    for name, value in {
        **_always(stack),
        **_of_transport(stack),
        **_of_stores(stack),
        **_of_api(stack),
        **_of_devices(stack),
    }.items():
        TerraformOutput(stack, f"output-{name}", value=value).override_logical_id(name)


def _always(stack: TapStack) -> dict[str, str]:
    return {
        "environment_suffix": stack.context.suffix,
        "aws_region": stack.context.region,
        "preset": stack.context.config.preset,
        "kms_key_arn": stack.key.arn,
        "transport": stack.context.config.transport,
        "processor_function": stack.processor.function.name,
        "processor_mapping_id": stack.processor.mapping.uuid,
        "quarantine_bucket": stack.stores.quarantine.name,
        "alerts_table": stack.alerting.table.name,
        "alerts_topic_arn": stack.alerting.topic.arn,
        "signing_secret_arn": stack.alerting.secret.arn,
        "rotation_function": stack.alerting.secret.rotation.name,
        "alarms_topic_arn": stack.alarm_topic.arn,
        "dashboard_name": stack.dashboard.name,
        **_undelivered(stack),
    }


def _undelivered(stack: TapStack) -> dict[str, str]:
    """Where the topics leave what their subscribers would not take."""
    topics = {"alerts": stack.alerting.topic, "alarms": stack.alarm_topic}
    return {f"{name}_undelivered_url": topic.undelivered.url for name, topic in topics.items() if topic.undelivered}


def _of_transport(stack: TapStack) -> dict[str, str]:
    stream, queue = stack.transport.stream, stack.transport.queue
    values: dict[str, str] = {}
    if stream and stack.producer:
        values |= {
            "stream_name": stream.name,
            "stream_arn": stream.arn,
            "producer_role_arn": stack.producer.role.arn,
        }
    if stack.stores.on_failure:
        values["on_failure_bucket"] = stack.stores.on_failure.name
    if queue:
        values |= {"queue_url": queue.url, "queue_dlq_url": queue.dead_letters_url}
    return values


def _of_api(stack: TapStack) -> dict[str, str]:
    api = stack.api
    if not api:
        return {}
    return {
        "api_id": api.id,
        "api_stage": api.stage,
        "api_url": api.url,
        "api_writer_role_arn": api.writer.arn,
        "api_reader_role_arn": api.reader.arn,
        "requests_table": api.requests.name,
        "token_key_parameter": api.token_key.name,
        **{f"{name}_function": function.name for name, function in api.functions.items()},
    }


def _of_stores(stack: TapStack) -> dict[str, str]:
    values = {f"{name}_table": table.name for name, table in stack.stores.tables().items()}
    if stack.stores.processed:
        values["processed_bucket"] = stack.stores.processed.name
    if stack.stores.series:
        values["timestream_database"] = stack.stores.series.database
        values["timestream_table"] = stack.stores.series.table
        if stack.stores.series.aggregates:
            values["timestream_hourly_table"] = stack.stores.series.aggregates.table
            values["hourly_query_arn"] = stack.stores.series.aggregates.query_arn
    if stack.parameter:
        values["config_parameter"] = stack.parameter.name
    if stack.replay:
        values["replay_function"] = stack.replay.function.name
    if stack.lake:
        values |= stack.lake.outputs()
    if stack.archive:
        values["raw_bucket"] = stack.archive.bucket.name
        values["firehose_name"] = stack.archive.name
    return values


def _of_devices(stack: TapStack) -> dict[str, str]:
    connectivity = stack.connectivity
    if not connectivity:
        return {}
    provisioning, bridge = connectivity.provisioning, connectivity.bridge
    values = {
        "iot_endpoint": connectivity.endpoint,
        "iot_rule_name": connectivity.rule.name,
        "iot_rule_role_arn": connectivity.rule.role.arn,
        "iot_topic_filter": connectivity.topics.filter,
        "iot_data_topic": connectivity.topics.data("{device}"),
        "iot_command_topic": connectivity.topics.command,
        "iot_publish_topics": ",".join(connectivity.topics.answers),
        "iot_reserved_devices": ",".join(connectivity.topics.reserved_devices),
        "device_policy": provisioning.device_policy,
        "claim_policy": provisioning.claim_policy,
        "provisioning_template": provisioning.template,
        "thing_type": provisioning.thing_type,
        "thing_group": provisioning.thing_group,
        "allowed_devices_table": connectivity.allowed.name,
        "provisioning_hook_function": provisioning.hook.name,
        "presence_function": connectivity.presence.function.name,
    }
    if bridge:
        values |= {
            "bridge_queue_url": bridge.queue.url,
            "bridge_dlq_url": bridge.queue.dead_letters_url,
            "bridge_function": bridge.function.name,
            "bridge_mapping_id": bridge.mapping.uuid,
        }
    return values
