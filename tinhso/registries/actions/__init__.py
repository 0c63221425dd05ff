"""Change registers, load them, and let officers read what they say of people."""

from tinhso.registries.actions.changes import (
    approve_change,
    draft_change,
    hand_in_change,
    load_records,
    reject_change,
    withdraw_change,
)
from tinhso.registries.actions.content import REGISTERS
from tinhso.registries.actions.editing import propose_record
from tinhso.registries.actions.loading import load_file
from tinhso.registries.actions.reading import export_records, open_record
from tinhso.registries.actions.sheets import take_workbook

__all__ = [
    "REGISTERS",
    "approve_change",
    "draft_change",
    "export_records",
    "hand_in_change",
    "load_file",
    "load_records",
    "open_record",
    "propose_record",
    "reject_change",
    "take_workbook",
    "withdraw_change",
]
