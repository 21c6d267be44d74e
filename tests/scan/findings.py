"""What independent judges say about a plan in which everything is known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import parliament

CHECKOV = "checkov==3.3.30"
"""Pins an older boto3 than the embedded AWS needs, so it runs in an environment of its own."""


@dataclass(frozen=True, order=True)
class Finding:
    tool: str
    check: str
    resource: str
    detail: str


@dataclass(frozen=True)
class Waiver:
    tool: str
    check: str
    resource: str
    reason: str
    presets: list[str]
    """Applied presets in which it is needed."""

    def covers(self, finding: Finding) -> bool:
        return (self.tool, self.check) == (finding.tool, finding.check) and fnmatchcase(finding.resource, self.resource)


def checkov(plan: dict[str, Any], folder: Path) -> list[Finding]:
    """Failed checks of checkov on ``terraform show -json`` of a plan. Fails when checkov cannot read it."""
    file = folder / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "tool", "run", "--quiet", "--from", CHECKOV, "checkov", "--framework", "terraform_plan"]
    command += ["--skip-download", "--compact", "--quiet", "--output", "json", "--file", str(file)]
    # Without this it asks a server for the texts of its checks.
    environment = {**os.environ, "BC_SKIP_MAPPING": "TRUE"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode in (0, 1), result.stderr
    report = json.loads(result.stdout)
    summary = report["summary"]
    assert summary["parsing_errors"] == 0
    assert summary["passed"] > 100, "so few checks mean that it did not see the stack"
    return [
        Finding("checkov", failed["check_id"], failed["resource"], failed["check_name"])
        for failed in report["results"]["failed_checks"]
    ]


def judge_policies(plan: dict[str, Any]) -> tuple[int, list[Finding]]:
    """How many IAM policies the plan has, and parliament's findings on them."""
    found: list[Finding] = []
    policies = [
        (resource["address"], key, resource["values"][key])
        for resource in plan["planned_values"]["root_module"]["resources"]
        for key in ("policy", "assume_role_policy")
        if str(resource["values"].get(key, "")).startswith("{")
    ]
    for address, key, text in policies:
        document = json.loads(text)
        if key == "assume_role_policy":
            _name_the_role(document, address)
        analysis = parliament.analyze_policy_string(json.dumps(document))
        found += [Finding("parliament", one.issue, address, str(one.detail)[:200]) for one in analysis.findings]
    return len(policies), found


def _name_the_role(document: dict[str, Any], address: str) -> None:
    """Parliament reads identity policies alone: a trust policy becomes one by naming the role that it hangs on."""
    for statement in document["Statement"]:
        assert "Resource" not in statement, address
        statement["Resource"] = "arn:aws:iam::123456789012:role/trusting"
