"""The first rotation of a secret, which MiniStack leaves undone."""

import json
from uuid import uuid4

from local.endpoints import Clients
from local.errors import RunError

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


def rotate(clients: Clients, secret_arn: str, function_name: str) -> None:
    """Rotate a secret once, by the four calls that Secrets Manager makes.

    In AWS, switching rotation on rotates at once: Secrets Manager makes an empty version labelled AWSPENDING and
    invokes the function for each of `STEPS` with that version's id as `ClientRequestToken`. MiniStack's
    RotateSecret makes a version without a value the current one and calls nobody, so both is mended here.

    Raises `RunError` when a step fails, or when no current value has come of it.
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
    """Let RotateSecret make the empty version, then put the labels where Secrets Manager has them."""
    secrets = clients.client("secretsmanager")
    stages = secrets.describe_secret(SecretId=secret_arn)["VersionIdsToStages"]
    current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
    secrets.rotate_secret(SecretId=secret_arn, ClientRequestToken=token)
    secrets.update_secret_version_stage(
        SecretId=secret_arn, VersionStage="AWSCURRENT", MoveToVersionId=current, RemoveFromVersionId=token
    )
    secrets.update_secret_version_stage(SecretId=secret_arn, VersionStage="AWSPENDING", MoveToVersionId=token)
