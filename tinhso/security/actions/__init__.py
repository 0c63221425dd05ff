"""Open accounts, issue keys, end sessions, arrange covers, count calls."""

from tinhso.security.actions.accounts import (
    close_account,
    forget_factors,
    issue_token,
    open_account,
    revoke_token,
    set_password,
    sign_in_with_password,
)
from tinhso.security.actions.calls import (
    answer_once,
    count_call,
    count_write,
    forget_answers,
    forget_counts,
)
from tinhso.security.actions.covers import arrange_cover, end_cover
from tinhso.security.actions.refusals import note_refusal
from tinhso.security.actions.sessions import (
    end_everybodys_sessions,
    end_session,
    end_sessions,
    forget_sessions,
    note_new_proof,
    note_session,
    note_sign_in,
    note_sign_out,
)

__all__ = [
    "answer_once",
    "arrange_cover",
    "close_account",
    "count_call",
    "count_write",
    "end_cover",
    "end_everybodys_sessions",
    "end_session",
    "end_sessions",
    "forget_answers",
    "forget_counts",
    "forget_factors",
    "forget_sessions",
    "issue_token",
    "note_new_proof",
    "note_refusal",
    "note_session",
    "note_sign_in",
    "note_sign_out",
    "open_account",
    "revoke_token",
    "set_password",
    "sign_in_with_password",
]
