"""Plans, deploys and destroys an environment with Terraform, after checking the account.

Every command first checks the shell, the credentials, the account and the region. What plans a deploy also runs the
preflight. If one of them finds something wrong, nothing is changed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ops.environment.changes import ALLOWANCES, Changes
from ops.environment.forgotten import EXPIRES_DAYS, forgotten_environments, read_numbers
from ops.environment.removal import is_kept, left_behind, release_data, remove_all_devices
from ops.environment.session import Session, open_saved, open_session
from ops.environment.target import find_target
from ops.errors import InputError
from ops.flat_outputs import FILE, flatten, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DRIFTED = 1


def register(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="plan|deploy|destroy|drift|outputs|forgotten"
    )

    def add(name: str, run: Callable[[argparse.Namespace], int | None]) -> argparse.ArgumentParser:
        summary = (run.__doc__ or "").splitlines()[0]
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--environment", default="dev", metavar="SUFFIX", help="default: %(default)s")
        command.add_argument("--terraform-override", type=Path, metavar="FILE.json", help="file that Terraform merges")
        command.set_defaults(run=run)
        return command

    for each in (add("plan", plan), add("drift", drift)):
        each.add_argument("--markdown", type=Path, metavar="FILE.md", help="also write the summary for a comment")
    deployed = add("deploy", deploy)
    deployed.add_argument("--saved", action="store_true", help="apply the plan that 'plan' saved, as it was reviewed")
    deployed.add_argument("--yes", action="store_true", help="do not ask before a plan that was just made is applied")
    destroyed = add("destroy", destroy)
    destroyed.add_argument("--confirm", metavar="SUFFIX", help="the environment's suffix again, instead of a question")
    for each in (deployed, destroyed):
        each.add_argument(
            "--allow-data-loss",
            action="count",
            default=0,
            help="resources with data may be destroyed or replaced; give it twice in production",
        )
    add("outputs", outputs)
    forgotten_ones = add("forgotten", forgotten)
    forgotten_ones.add_argument(
        "--open", type=Path, required=True, metavar="FILE", help="numbers of the open pull requests, one per line"
    )
    forgotten_ones.add_argument(
        "--days",
        type=int,
        default=EXPIRES_DAYS,
        metavar="N",
        help="age at which an open one expires; default: %(default)s",
    )


def plan(options: argparse.Namespace) -> None:
    """Show what a deploy would change, and save the plan."""
    session = open_session(options.environment, override=options.terraform_override)
    _plan(session)
    _report(session.changes(), options, f"Plan of {options.environment} in {session.target.config.region}")


def deploy(options: argparse.Namespace) -> None:
    """Apply a plan that was just made, or with --saved the one that was reviewed."""
    if options.saved:
        session = open_saved(options.environment, override=options.terraform_override)
    else:
        session = open_session(options.environment, override=options.terraform_override)
        _plan(session)
    changes = session.changes()
    _show(changes.lines(coloured=_coloured()))
    changes.check_losses(production=session.target.config.production, allowed=options.allow_data_loss)
    if not changes.changes:
        return
    if not (options.saved or options.yes):
        _ask(f"apply this to {options.environment}? (yes/no) ", "yes", "--yes or --saved")
    session.terraform.apply()
    _write_outputs(session)


def destroy(options: argparse.Namespace) -> None:
    """Remove devices and everything that holds no data; with --allow-data-loss also the data."""
    session = open_session(options.environment, override=options.terraform_override, preflight=False)
    target, terraform = session.target, session.terraform
    before = terraform.resources()
    if not before:
        print(f"{options.environment} is not deployed")
        return
    needed = ALLOWANCES[target.config.production]
    if 0 < options.allow_data_loss < needed:
        raise InputError(
            f"{options.environment} is production: give --allow-data-loss {needed} times to destroy its data, or not "
            "at all to keep it; nothing was changed"
        )
    everything = options.allow_data_loss >= needed
    stays = [] if everything else [each["address"] for each in before if is_kept(each)]
    print(f"{options.environment}: {len(before) - len(stays)} resources are destroyed, {len(stays)} are kept")
    _confirm(options)
    goes = [] if everything else [each["address"] for each in before if not is_kept(each)]
    terraform.plan("-destroy", *(f"-target={address}" for address in goes))
    _refuse_kept(session, stays)
    remove_all_devices(terraform)
    if everything:
        release_data(before, target.config.region)
    terraform.apply()
    _show(left_behind(before, terraform.resources()))


def drift(options: argparse.Namespace) -> int:
    """Report what differs from this code; exit status 1 if something does."""
    session = open_session(options.environment, override=options.terraform_override)
    _plan(session)
    changes = session.changes()
    _report(changes, options, f"Drift of {options.environment} in {session.target.config.region}")
    return DRIFTED if changes.changes else 0


def outputs(options: argparse.Namespace) -> None:
    """Write the outputs of what is deployed for the other commands."""
    session = open_session(options.environment, override=options.terraform_override, preflight=False)
    _write_outputs(session)


def forgotten(options: argparse.Namespace) -> None:
    """Destroy the environments of pull requests that are closed, or older than --days, with their data."""
    for suffix in forgotten_environments(find_target(options.environment), read_numbers(options.open), options.days):
        print(f"{suffix} was forgotten")
        destroy(_destroying(options, suffix))


def _destroying(options: argparse.Namespace, suffix: str) -> argparse.Namespace:
    values = {**vars(options), "environment": suffix, "confirm": suffix, "allow_data_loss": ALLOWANCES[False]}
    return argparse.Namespace(**values)


def _report(changes: Changes, options: argparse.Namespace, title: str) -> None:
    _show(changes.lines(coloured=_coloured()))
    if options.markdown:
        options.markdown.write_text("".join(f"{line}\n" for line in changes.markdown(title)), encoding="utf-8")


def _plan(session: Session) -> None:
    session.terraform.plan()
    session.save()


def _refuse_kept(session: Session, stays: list[str]) -> None:
    """Terraform also destroys what depends on a target: nothing that holds data may be among it."""
    data = sorted(change.address for change in session.changes().losses if change.address in stays)
    if data:
        raise InputError(f"{', '.join(data)} would be destroyed with what they depend on; nothing was destroyed")


def _write_outputs(session: Session) -> None:
    values = flatten(session.terraform.outputs())
    write(values, FILE)
    print(f"{FILE}: {len(values)} outputs")


def _confirm(options: argparse.Namespace) -> None:
    if options.confirm is None:
        _ask(f"write {options.environment} to destroy it: ", options.environment, f"--confirm {options.environment}")
    elif options.confirm != options.environment:
        raise InputError(
            f"--confirm must be {options.environment}, which is to be destroyed (got {options.confirm}); nothing was "
            "changed"
        )


def _ask(question: str, expected: str, option: str) -> None:
    if not sys.stdin.isatty():
        raise InputError(f"nobody can be asked here; give {option}")
    if input(question).strip() != expected:
        raise InputError("nothing was changed")


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _coloured() -> bool:
    return sys.stdout.isatty()
