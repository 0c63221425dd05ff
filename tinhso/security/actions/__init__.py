"""Accounts, keys, sessions, covers, clients that sign people in, and counted calls."""

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
from tinhso.security.actions.clients import (
    drop_signing_keys,
    end_client,
    forget_tokens,
    grant,
    hand_over,
    keep_signing_keys,
    register_client,
    renew_client_secret,
    take_grant_back,
    taking_turns,
)
from tinhso.security.actions.covers import arrange_cover, end_cover
from tinhso.security.actions.national import (
    admit_national,
    begin_national,
    finish_national,
    note_national_failure,
)
from tinhso.security.actions.provisioning import (
    change_officer,
    provision_officer,
    remove_officer,
)
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
    "admit_national",
    "answer_once",
    "arrange_cover",
    "begin_national",
    "change_officer",
    "close_account",
    "count_call",
    "count_write",
    "drop_signing_keys",
    "end_client",
    "end_cover",
    "end_everybodys_sessions",
    "end_session",
    "end_sessions",
    "finish_national",
    "forget_answers",
    "forget_counts",
    "forget_factors",
    "forget_sessions",
    "forget_tokens",
    "grant",
    "hand_over",
    "issue_token",
    "keep_signing_keys",
    "note_national_failure",
    "note_new_proof",
    "note_refusal",
    "note_session",
    "note_sign_in",
    "note_sign_out",
    "open_account",
    "provision_officer",
    "register_client",
    "remove_officer",
    "renew_client_secret",
    "revoke_token",
    "set_password",
    "sign_in_with_password",
    "take_grant_back",
    "taking_turns",
]
