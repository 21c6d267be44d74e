"""The first rotation of a secret, which MiniStack does not run."""

import json
from uuid import uuid4

from local.endpoints import Clients
from local.errors import RunError

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


def rotate(clients: Clients, secret_arn: str, function_name: str) -> None:
    """Rotate a secret once with the four calls of Secrets Manager.

    On AWS, enabling rotation rotates at once: Secrets Manager creates an empty version labelled AWSPENDING and invokes
    the function for each of `STEPS` with the version's id as `ClientRequestToken`. MiniStack's RotateSecret makes an
    empty version the current one and invokes nothing, so both are corrected here.

    Raises `RunError` if a step fails or no current value results.
    """
    token = str(uuid4())
    _stage_empty_version(clients, secret_arn, token)
    for step in STEPS:
        event = {"Step": step, "SecretId": secret_arn, "ClientRequestToken": token}
        answer = clients.client("lambda").invoke(FunctionName=function_name, Payload=json.dumps(event).encode())
        if "FunctionError" in answer:
            said = answer["Payload"].read().decode(errors="replace")
            raise RunError(f"the rotation function {function_name} failed in {step}: {said}")
    value = clients.client("secretsmanager").get_secret_value(SecretId=secret_arn, VersionStage="AWSCURRENT")
    if not value.get("SecretString") or value["VersionId"] != token:
        raise RunError(f"{function_name} rotated, but the current value of {secret_arn} is not the new one")


def _stage_empty_version(clients: Clients, secret_arn: str, token: str) -> None:
    """Let RotateSecret create the empty version, then move the labels as Secrets Manager does."""
    secrets = clients.client("secretsmanager")
    stages = secrets.describe_secret(SecretId=secret_arn)["VersionIdsToStages"]
    current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
    secrets.rotate_secret(SecretId=secret_arn, ClientRequestToken=token)
    secrets.update_secret_version_stage(
        SecretId=secret_arn, VersionStage="AWSCURRENT", MoveToVersionId=current, RemoveFromVersionId=token
    )
    secrets.update_secret_version_stage(SecretId=secret_arn, VersionStage="AWSPENDING", MoveToVersionId=token)
