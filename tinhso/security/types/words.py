"""Who may do what: deeds, accounts, sessions, covers, and how each is refused."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid, NotFound, Refused


class Deed(StrEnum):
    """Everything somebody may or may not do; a policy answers for each."""

    APPLY = "apply"
    TAKE_IN = "take_in"
    CORRECT_RECEIPT = "correct_receipt"
    ANSWER_CONSULTATION = "answer_consultation"
    READ_OWN = "read_own"
    READ_DOSSIER = "read_dossier"
    WORK_ON_DOSSIER = "work_on_dossier"
    ASSIGN = "assign"
    ARRANGE_COVER = "arrange_cover"
    EXTEND_DEADLINE = "extend_deadline"
    SEE_DESK = "see_desk"
    SEE_REGISTER = "see_register"
    SEE_FIGURES = "see_figures"
    SEE_MEASURES = "see_measures"
    KEEP_ACCOUNT = "keep_account"
    KEEP_ACCOUNTS = "keep_accounts"
    READ_DOCUMENT = "read_document"
    BOOK_SLOT = "book_slot"
    READ_BOOKING = "read_booking"
    WORK_AT_COUNTER = "work_at_counter"
    SET_UP_COUNTERS = "set_up_counters"
    READ_BILL = "read_bill"
    COLLECT_FEES = "collect_fees"
    GIVE_FEES_BACK = "give_fees_back"
    SORT_MONEY = "sort_money"
    SET_UP_COLLECTING = "set_up_collecting"
    POST_LETTERS = "post_letters"
    RUN_MESSAGES = "run_messages"
    SEE_JOURNAL = "see_journal"
    APPLY_PACKS = "apply_packs"
    EDIT_CONTENT = "edit_content"
    READ_LAKE = "read_lake"
    READ_RECORDS = "read_records"
    CHANGE_RECORDS = "change_records"
    APPROVE_RECORDS = "approve_records"
    PUBLISH_DATA = "publish_data"
    ASSESS_OWN_UNIT = "assess_own_unit"
    APPRAISE_UNITS = "appraise_units"
    READ_ASSESSMENT = "read_assessment"
    FILL_RETURN = "fill_return"
    APPROVE_RETURN = "approve_return"
    READ_RETURN = "read_return"
    ISSUE_DIRECTIVE = "issue_directive"
    SEE_DIRECTIVES = "see_directives"
    SEE_PLANS = "see_plans"
    REPORT_ON_TASK = "report_on_task"
    KEEP_PLAN = "keep_plan"
    READ_EVIDENCE = "read_evidence"
    REVIEW_OWN_YEAR = "review_own_year"
    RATE_HEADS = "rate_heads"
    ASK_AGENCIES = "ask_agencies"
    ANSWER_COUNCIL = "answer_council"
    READ_QUESTIONS = "read_questions"
    FREEZE_SCENARIO = "freeze_scenario"
    SEE_ALL_PROPOSALS = "see_all_proposals"
    SEE_EXCHANGE = "see_exchange"
    ASK_AGREEMENT = "ask_agreement"
    DECIDE_AGREEMENT = "decide_agreement"


class Access(StrEnum):
    """Who may come through an address of a door at all."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    CITIZEN = "citizen"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """An account, without its secrets."""

    id: UUID
    username: str
    person_id: UUID
    is_officer: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A key for machines; `secret` is shown this once."""

    id: UUID
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """An officer's absence from an organization, as a policy sees it."""

    owner_id: UUID | None
    organization_id: UUID | None


@dataclass(frozen=True, slots=True)
class Cover:
    """Who does the duties of an absent officer, from one day to another, both included.

    roles: of the absent officer at the organization.
    """

    absent_id: UUID
    absent: str
    substitute_id: UUID
    substitute: str
    organization_id: UUID
    roles: tuple[str, ...]
    first_day: date
    last_day: date
    reason: str
    arranged_by: str


# The label of a key that was got for a password; such a key is a session of a kind.
SIGN_IN_LABEL = "session"


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Where somebody is signed in; seen_at: the last use, to some minutes.

    browser, system: by their names, empty where unknown. is_here: it asks just now.
    """

    id: UUID
    browser: str
    system: str
    begun_at: datetime
    seen_at: datetime
    is_here: bool


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key through which a machine acts for somebody; label: what it is for.

    is_sign_in: it was got for a password.
    """

    id: UUID
    label: str
    begun_at: datetime
    ends_at: datetime
    is_sign_in: bool


class SessionUnknown(NotFound):
    """The asker is not signed in there, or no longer."""

    message = N_("Nơi đăng nhập này không còn nữa.")


class NotSignedIn(Refused):
    """The asker has to sign in first."""

    status = 401
    message = N_("Hãy đăng nhập để tiếp tục.")


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What a call was answered; status: of HTTP, body: JSON."""

    status: int
    body: str


class KeyTooLong(Invalid):
    """A key against repetition is longer than is kept."""

    message = N_("Khóa chống gửi trùng dài tối đa 100 ký tự.")


class KeyUsedForOther(Invalid):
    """One key against repetition came with two different calls."""

    message = N_("Khóa chống gửi trùng này đã dùng cho một yêu cầu khác.")


class UsernameTaken(Invalid):
    """Another account has this sign-in name."""

    message = N_("Tên đăng nhập này đã có người dùng.")


class SignInFailed(Refused):
    """Name or password is wrong; says not which."""

    status = 401
    message = N_("Tên đăng nhập hoặc mật khẩu chưa đúng.")


class SecondFactorNeeded(Refused):
    """A password alone does not let an officer in."""

    status = 401
    message = N_("Cán bộ cần thêm mã một lần hoặc khóa truy cập để đăng nhập.")


class CoverDaysWrong(Invalid):
    """The days are over, in the wrong order, or too many."""

    message = N_(
        "Hãy chọn ngày đầu từ hôm nay, ngày cuối không trước ngày đầu và trong một năm."
    )


class CoverReasonMissing(Invalid):
    """A cover stands in the journal with its reason."""

    message = N_("Hãy nêu lý do vắng mặt.")


class CoverImpossible(Invalid):
    """The absent officer has no duty here, or the substitute may not do it.

    Who signs in a leader's stead must be a leader of the same unit.
    """

    message = N_(
        "Người làm thay phải là cán bộ khác của đơn vị. Thay lãnh đạo thì phải là lãnh"
        " đạo."
    )


class AlreadyCovered(Invalid):
    """Somebody covers the officer on some of these days."""

    message = N_(
        "Đã có người làm thay trong những ngày này. Hãy kết thúc lượt cũ trước."
    )


class CoverUnknown(NotFound):
    """There is no such cover, or it has ended."""

    message = N_("Không có lượt làm thay này, hoặc lượt này đã kết thúc.")
