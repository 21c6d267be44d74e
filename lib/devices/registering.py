"""What fleet provisioning may do in IoT Core: the service with the template's role, and the hook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.iam import Statement

if TYPE_CHECKING:
    from lib.context import Context


def registering(context: Context, *, group: str, type_: str) -> tuple[Statement, ...]:
    """What RegisterThing does and looks up for the template's thing, certificate and policy.

    These are the actions of AWS's own policy AWSIoTThingsRegistration without those that create or delete certificates
    and policies, remove things from groups, or deal with billing groups, which the template does not ask for.
    """
    things = (context.arn("iot", "thing/*"), context.arn("iot", f"thinggroup/{group}"))
    return (
        _may(things, "AddThingToThingGroup", "UpdateThingGroupsForThing"),
        _may(things[:1], "CreateThing", "DescribeThing", "ListThingGroupsForThing", "UpdateThing"),
        _may((things[1], context.arn("iot", f"thingtype/{type_}")), "DescribeThingGroup", "DescribeThingType"),
        _may(
            (context.arn("iot", "cert/*"),),
            "AttachPolicy",
            "AttachPrincipalPolicy",
            "DescribeCertificate",
            "UpdateCertificate",
        ),
        _may((context.arn("iot", f"policy/{context.naming.name('device')}"),), "GetPolicy", "ListTargetsForPolicy"),
        Statement(
            actions=tuple(
                f"iot:{action}"
                for action in (
                    "AttachThingPrincipal",
                    "ListAttachedPolicies",
                    "ListPrincipalPolicies",
                    "ListPrincipalThings",
                    "ListThingPrincipals",
                    "RegisterThing",
                )
            ),
            resources=("*",),
            star_reason="the service authorization reference lists no resource for these actions",
        ),
    )


def finding_registrations(context: Context) -> tuple[Statement, ...]:
    """Tell an admitted device that was registered from one whose registration failed, which is admitted again."""
    return (
        _may((context.arn("iot", "cert/*"),), "DescribeCertificate"),
        Statement(
            actions=("iot:ListThingPrincipals",),
            resources=("*",),
            star_reason="the service authorization reference lists no resource for this action",
        ),
    )


def _may(resources: tuple[str, ...], *actions: str) -> Statement:
    return Statement(actions=tuple(f"iot:{action}" for action in actions), resources=resources)
