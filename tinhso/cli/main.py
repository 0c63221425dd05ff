"""`tinhso AREA VERB`: the operators' command line.

Every command takes `--json` and exits 0 only on success.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
django.setup()

import click  # noqa: E402

from tinhso.cli import (  # noqa: E402
    accounts,
    assets,
    audit,
    backup,
    clients,
    diagrams,
    digital_economy,
    doctor,
    documents,
    dynamics,
    exchange,
    exchange_demo,
    exchange_documents,
    foresight,
    identity,
    indexes,
    indicators,
    lake,
    messages,
    notify,
    opendata,
    operations,
    packs,
    payments,
    places,
    plans,
    portal,
    procedures,
    reference,
    registers,
    restore,
    run,
    scenarios,
    signing,
    simulate,
    texts,
    urban,
)


@click.group()
def main() -> None:
    """Tỉnh Số: run a province's registers, procedures, signals and measures."""


main.add_command(run.command)
main.add_command(run.migrate)
main.add_command(doctor.command)
main.add_command(packs.group)
main.add_command(audit.group)
main.add_command(backup.group)
main.add_command(backup.drill)
main.add_command(restore.command)
main.add_command(accounts.group)
main.add_command(clients.group)
main.add_command(places.group)
main.add_command(documents.group)
main.add_command(procedures.group)
main.add_command(payments.group)
main.add_command(exchange.group)
exchange.group.add_command(exchange_demo.command)
exchange.group.add_command(exchange_documents.group)
main.add_command(portal.group)
main.add_command(identity.group)
main.add_command(lake.group)
main.add_command(registers.group)
main.add_command(opendata.group)
main.add_command(indexes.group)
main.add_command(indicators.group)
main.add_command(operations.group)
main.add_command(foresight.group)
foresight.group.add_command(urban.play)
for one in (*dynamics.COMMANDS, *scenarios.COMMANDS, *diagrams.COMMANDS):
    foresight.group.add_command(one)
foresight.group.add_command(digital_economy.group)
main.add_command(plans.group)
main.add_command(simulate.group)
main.add_command(signing.group)
main.add_command(assets.group)
main.add_command(messages.group)
main.add_command(notify.group)
main.add_command(texts.group)
main.add_command(reference.command)
