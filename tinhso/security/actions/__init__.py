"""Open accounts, issue keys, arrange covers, count calls."""

from tinhso.security.actions.accounts import (
    close_account,
    forget_factors,
    issue_token,
    note_sign_in,
    open_account,
    revoke_token,
    set_password,
    sign_in_with_password,
)
from tinhso.security.actions.calls import (
    answer_once,
    count_call,
    forget_answers,
    forget_counts,
)
from tinhso.security.actions.covers import arrange_cover, end_cover

__all__ = [
    "answer_once",
    "arrange_cover",
    "close_account",
    "count_call",
    "end_cover",
    "forget_answers",
    "forget_counts",
    "forget_factors",
    "issue_token",
    "note_sign_in",
    "open_account",
    "revoke_token",
    "set_password",
    "sign_in_with_password",
]
