"""Terraform's failures that people can do something about, as one line that says what."""

from __future__ import annotations

import re
from typing import NamedTuple

from local.terraform.events import one_line

LOCK = "Error acquiring the state lock"


class _Known(NamedTuple):
    """A failure by what Terraform prints, and what to say instead."""

    sign: str
    advice: str


_KNOWN = (
    _Known(
        r"[Ss]aved plan is stale|[Ss]aved plan does not match the given state|different state lineage",
        "the plan is older than the state, so it would do something else than was reviewed; run 'make plan' again",
    ),
    _Known(
        r"ExpiredToken|token (included in the request )?is expired|InvalidClientTokenId|token has expired|InvalidGrant",
        "the credentials have expired; log in again and repeat the command",
    ),
    _Known(r"AWS account ID not allowed", "the credentials are those of another account than the environment's"),
    _Known(r"NoSuchBucket|S3 bucket .* does not exist", "the bucket of the state does not exist; run 'make bootstrap'"),
    _Known(
        r"(HeadObject|ListObjects|HeadBucket|GetObject)\S*.*(403|AccessDenied|Forbidden)",
        "the bucket of the state refuses these credentials; it may belong to somebody else",
    ),
    _Known(
        r"BucketRegionError|PermanentRedirect|StatusCode: 301|requested bucket from",
        "the bucket of the state is in another region; set TERRAFORM_STATE_BUCKET_REGION",
    ),
)


def explain(command: str, output: str, folder: str) -> str:
    """One line for what ``terraform command`` printed when it failed."""
    text = one_line(output)
    if LOCK in output:
        return _locked(output, folder)
    for known in _KNOWN:
        if re.search(known.sign, text):
            return f"{known.advice} (terraform {command}: {text[:300]})"
    return f"terraform {command}: {text}"


def _locked(output: str, folder: str) -> str:
    found = dict(re.findall(r"^\W*(ID|Who|Created|Operation):\s+(.+?)\s*$", output, re.M))
    who, since, lock = found.get("Who", "somebody"), found.get("Created", "an unknown time"), found.get("ID", "ID")
    return (
        f"the state is locked by {who} since {since}; wait until that run has ended. If it was killed, remove its "
        f"lock: terraform -chdir={folder} force-unlock {lock}"
    )
