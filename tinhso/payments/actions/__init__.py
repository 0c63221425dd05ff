"""What other rooms and the doors may do with payments."""

from tinhso.payments.actions.bills import (
    adjust_bills,
    exempt_bill,
    issue_bill,
    withdraw_bill,
)
from tinhso.payments.actions.callbacks import take_callback, take_notice
from tinhso.payments.actions.collecting import FEE_RULES, set_up_collecting
from tinhso.payments.actions.paying import (
    assign_money,
    record_payment,
    return_money,
    take_transfer,
)
from tinhso.payments.actions.refunds import drop_refund, make_refund, propose_refund
from tinhso.payments.actions.statements import take_statement

__all__ = [
    "FEE_RULES",
    "adjust_bills",
    "assign_money",
    "drop_refund",
    "exempt_bill",
    "issue_bill",
    "make_refund",
    "propose_refund",
    "record_payment",
    "return_money",
    "set_up_collecting",
    "take_callback",
    "take_notice",
    "take_statement",
    "take_transfer",
    "withdraw_bill",
]
