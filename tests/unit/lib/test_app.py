"""The app's own part of the contract: where the state is, which region it is for, and what is refused in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
VARIABLES = (
    *("ENVIRONMENT_SUFFIX", "AWS_REGION", "TERRAFORM_STATE_BUCKET", "TERRAFORM_STATE_BUCKET_REGION"),
    *("REPOSITORY", "COMMIT_AUTHOR"),
)


def app(
    outdir: Path, *, program: tuple[str, ...] = ("main.py",), variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """`main.py` as the CDKTF command line calls it, with these variables and no others of the synthesis."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return subprocess.run(
        [sys.executable, *program],
        cwd=ROOT,
        env={**kept, "CDKTF_OUTDIR": str(outdir), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def document(outdir: Path, suffix: str) -> dict[str, Any]:
    path = outdir / "stacks" / f"TapStack{suffix}" / "cdk.tf.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_variables_decide_where_a_deployment_and_its_state_are(tmp_path: Path) -> None:
    variables = {
        "ENVIRONMENT_SUFFIX": "pr123",
        "AWS_REGION": "us-west-2",
        "TERRAFORM_STATE_BUCKET": "our-states",
        "TERRAFORM_STATE_BUCKET_REGION": "eu-west-1",
        "REPOSITORY": "our/pipeline",
        "COMMIT_AUTHOR": "dependabot[bot] ${path.root}",
    }
    done = app(tmp_path, variables=variables)
    assert (done.returncode, done.stderr) == (0, "")
    made = document(tmp_path, "pr123")
    (provider,) = made["provider"]["aws"]
    assert provider["region"] == "us-west-2"
    assert made["terraform"]["backend"]["s3"] == {
        "bucket": "our-states",
        "region": "eu-west-1",
        "key": "pr123/us-west-2/TapStackpr123.tfstate",
        "encrypt": True,
        "use_lockfile": True,
    }
    tags = provider["default_tags"][0]["tags"]
    assert (tags["repository"], tags["commit-author"]) == ("our/pipeline", "dependabot bot path.root")


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({}, "TERRAFORM_STATE_BUCKET is not set: name an S3 bucket of yours for Terraform's state"),
        ({"TERRAFORM_STATE_BUCKET": ""}, "TERRAFORM_STATE_BUCKET is not set: name an S3 bucket of yours"),
        ({"TERRAFORM_STATE_BUCKET": "Our_States"}, "TERRAFORM_STATE_BUCKET='Our_States': allowed is the name of an S3"),
        (
            {"TERRAFORM_STATE_BUCKET": "our-states", "TERRAFORM_STATE_BUCKET_REGION": "here"},
            "TERRAFORM_STATE_BUCKET_REGION='here': allowed is the code of a region, such as eu-central-1",
        ),
        (
            {"TERRAFORM_STATE_BUCKET": "our-states", "AWS_REGION": "eu"},
            "AWS_REGION='eu': allowed is the code of a region, such as eu-central-1",
        ),
        (
            {"TERRAFORM_STATE_BUCKET": "our-states", "ENVIRONMENT_SUFFIX": "PR"},
            "ENVIRONMENT_SUFFIX='PR': allowed are 1 to 20 of a-z, 0-9 and '-'; write 'pr'",
        ),
    ],
)
def test_what_cannot_be_deployed_is_refused_in_one_line(tmp_path: Path, variables: dict[str, str], line: str) -> None:
    done = app(tmp_path, variables=variables)
    assert done.returncode == 2
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.rglob("cdk.tf.json"))


def test_requirements_txt_alone_is_enough_to_synthesize(tmp_path: Path) -> None:
    program = ("-m", "tests.support.only_requirements", "requirements.txt", "main.py")
    done = app(tmp_path, program=program, variables={"TERRAFORM_STATE_BUCKET": "our-states"})
    assert (done.returncode, done.stderr) == (0, "")
    assert document(tmp_path, "dev")["resource"]


def test_without_a_bucket_the_plan_names_no_state_bucket(tmp_path: Path) -> None:
    from lib.app import synthesize
    from lib.config import load_preset

    folder = synthesize(load_preset("manufacturing"), environment_suffix="x", outdir=tmp_path)
    backend = json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8"))["terraform"]["backend"]["s3"]
    assert "bucket" not in backend
