"""The words of workflows."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from tinhso.procedures.types.deadlines import Limit
from tinhso.procedures.types.forms import Label, Logic


class Status(IntEnum):
    """The ten statuses shared with the national portal."""

    REGISTERED = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    IN_PROGRESS = 4
    SUPPLEMENT_ASKED = 5
    PAYMENT_ASKED = 6
    WITHDRAWN = 7
    STOPPED = 8
    DONE = 9
    RETURNED = 10


class Effect(StrEnum):
    """What an action does besides moving the dossier."""

    RECEIVE = "receive"
    ASK_SUPPLEMENT = "ask_supplement"
    TAKE_SUPPLEMENT = "take_supplement"
    DRAFT_RESULT = "draft_result"
    SIGN_RESULT = "sign_result"
    SEAL_RESULT = "seal_result"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    RETURN_RESULT = "return_result"
    ATTACH_RESULT = "attach_result"
    CONSULT = "consult"
    END_CONSULTATIONS = "end_consultations"
    CORRECT_RESULT = "correct_result"
    CHECK_ERASURE = "check_erasure"
    ERASE = "erase"
    BILL_FEE = "bill_fee"
    BILL_DIFFERENCE = "bill_difference"
    TAKE_FEE = "take_fee"


class Need(StrEnum):
    """What an actor must give with an action."""

    REASON = "reason"
    FIELD_REASONS = "field_reasons"
    RESULT_DATA = "result_data"
    ANSWERS = "answers"
    RESULT_FILE = "result_file"
    CONSULTATIONS = "consultations"


@dataclass(frozen=True, slots=True)
class Step:
    """Where a dossier can stand, who must act there and within which time.

    role: empty at an end; `citizen` where the applicant must act.
    clock_stops: the legal clock stands still here. at_receiver: somebody must act at
    the unit that took the dossier in, which is not always the one that decides.
    on_silence: the action of the system when the step's time has passed.
    """

    key: str
    title: Label
    role: str
    status: Status
    limit: Limit | None = None
    clock_stops: bool = False
    at_receiver: bool = False
    on_silence: str = ""

    @property
    def is_end(self) -> bool:
        """Tell whether nothing more happens here."""
        return not self.role


@dataclass(frozen=True, slots=True)
class Action:
    """A way from steps to a step. to: empty means back to where it came from.

    unpaid: where it leads instead while a fee is owed; empty if that changes nothing.

    guard: a rule over {answers, dossier}; apart_from: actions that the same person
    may not have taken on this dossier. reasons, file_reasons: to choose from where the
    action wants one, the latter beside files.
    """

    key: str
    title: Label
    sources: tuple[str, ...]
    to: str
    role: str
    guard: Logic = True
    needs: tuple[Need, ...] = ()
    effects: tuple[Effect, ...] = ()
    apart_from: tuple[str, ...] = ()
    reasons: tuple[Label, ...] = ()
    file_reasons: tuple[Label, ...] = ()
    unpaid: str = ""

    @property
    def goals(self) -> tuple[str, ...]:
        """List the steps it names as leading to; none if it only leads back."""
        return tuple(goal for goal in (self.to, self.unpaid) if goal)


@dataclass(frozen=True, slots=True)
class Barred:
    """An action that is not offered to somebody, for what they themselves did before.

    earlier: the action they took that excludes this one.
    """

    action: Action
    earlier: Action


@dataclass(frozen=True, slots=True)
class Workflow:
    """A version of a workflow; a dossier starts at `start`.

    apologies: reasons to choose from when a dossier is re-dated.
    """

    key: str
    number: int
    title: Label
    start: str
    steps: tuple[Step, ...]
    actions: tuple[Action, ...]
    apologies: tuple[Label, ...] = ()

    def step(self, key: str) -> Step:
        """Find a step by its key.

        :raises KeyError: if there is none.
        """
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def action(self, key: str) -> Action | None:
        """Find an action by its key."""
        return next((action for action in self.actions if action.key == key), None)

    def signing(self, step: str) -> Action | None:
        """Find the action by which a leader signs at a step, if one does."""
        return next(
            (
                action
                for action in self.actions
                if step in action.sources and Effect.SIGN_RESULT in action.effects
            ),
            None,
        )
