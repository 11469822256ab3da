"""`farthing`: assembled from one file a subject. Nothing heavy is imported before a command runs, so that `--help` comes at once."""

from __future__ import annotations

import click

from farthing.cli.alerts import alerts
from farthing.cli.balances import proof
from farthing.cli.banks import connect, connections, sync, which_account
from farthing.cli.bench.commands import bench
from farthing.cli.budgets import budget
from farthing.cli.categories import category
from farthing.cli.category_groups import group_
from farthing.cli.channels import channels, webhooks
from farthing.cli.doctor import doctor
from farthing.cli.evaluate import evaluate
from farthing.cli.files import export, import_file
from farthing.cli.forecast import forecast
from farthing.cli.frame import Commands
from farthing.cli.insights import insights
from farthing.cli.ledger import accounts, batch, batches, budgets, transactions, undo
from farthing.cli.lines import lines
from farthing.cli.members import erase, member, receipt, token
from farthing.cli.models import model
from farthing.cli.pairs import pair, unpair
from farthing.cli.processes import banksim, migrate, up, web, worker
from farthing.cli.proofs import audit, keys, ledger
from farthing.cli.recurring import recurring
from farthing.cli.reports import report
from farthing.cli.review import review
from farthing.cli.rules import rule

SECTIONS = {
    "To run it": (up, web, worker, banksim, migrate),
    "Members": (member, token, erase, receipt),
    "Their money": (
        connect,
        connections,
        sync,
        which_account,
        import_file,
        export,
        accounts,
        transactions,
        review,
        pair,
        unpair,
        category,
        rule,
        proof,
        budget,
        budgets,
        alerts,
        lines,
        channels,
        webhooks,
        report,
        insights,
        recurring,
        forecast,
        batches,
        batch,
        undo,
    ),
    "Proofs and figures": (doctor, keys, audit, ledger, model, bench, evaluate),
}


category.add_command(group_)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Farthing accounts for every farthing."""


for section, commands in SECTIONS.items():
    for command in commands:
        main.add_command(command)
        main.sections.setdefault(section, []).append(command)
