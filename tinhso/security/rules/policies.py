"""The policies: one function for each deed, deny by default."""

from collections.abc import Callable

from tinhso.kernel.actor import Actor, ActorKind, Thing
from tinhso.people.types import Role
from tinhso.security.types import Access, Deed

Policy = Callable[[Actor, Thing | None], bool]

# Who reads and works on the dossiers of their own organization.
DESK = frozenset(
    {Role.CLERK, Role.CASE_OFFICER, Role.HEAD_OF_OFFICE, Role.LEADER, Role.REGISTRAR}
)

# Who calls numbers at the counters of their own organization.
COUNTERS = frozenset({Role.CLERK, Role.CASE_OFFICER, Role.HEAD_OF_OFFICE})


# Who decides which colleague does what.
HEADS = frozenset({Role.HEAD_OF_OFFICE, Role.LEADER})
# Who directs other agencies.
LEADERS = frozenset({Role.LEADER})
# Who keeps the registers of their organization.
KEEPERS = frozenset({Role.CASE_OFFICER, Role.HEAD_OF_OFFICE, Role.REGISTRAR})
# Who gives the opinion of their organization when another one asks.
ANSWERING = frozenset({Role.CASE_OFFICER, Role.HEAD_OF_OFFICE, Role.LEADER})


def allows(actor: Actor, deed: Deed, thing: Thing | None) -> bool:
    """Tell whether an actor may do a deed to a thing; unknown deeds are refused."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    policy = POLICIES.get(deed)
    return policy is not None and policy(actor, thing)


def admits(actor: Actor, access: Access) -> bool:
    """Tell whether an actor may come through an address with this access."""
    signed_in = actor.kind in {ActorKind.CITIZEN, ActorKind.OFFICER}
    admitted = {
        Access.PUBLIC: True,
        Access.SIGNED_IN: signed_in,
        Access.CITIZEN: signed_in and actor.person_id is not None,
        Access.OFFICER: actor.kind is ActorKind.OFFICER and bool(actor.duties),
    }
    return admitted[access]


def _owns(actor: Actor, thing: Thing | None) -> bool:
    if thing is None or thing.owner_id is None:
        return False
    return actor.person_id == thing.owner_id


def _serves(actor: Actor, thing: Thing | None, roles: frozenset[Role]) -> bool:
    if actor.kind is not ActorKind.OFFICER or thing is None:
        return False
    return thing.organization_id in actor.organizations(roles)


def _may_apply(actor: Actor, thing: Thing | None) -> bool:
    return actor.person_id is not None and (thing is None or _owns(actor, thing))


def _may_read_dossier(actor: Actor, thing: Thing | None) -> bool:
    return _owns(actor, thing) or _serves(actor, thing, DESK)


def _may_work(actor: Actor, thing: Thing | None) -> bool:
    # The applicant acts, too: supplies what was asked for, withdraws.
    return _may_read_dossier(actor, thing)


def _may_take_in(actor: Actor, thing: Thing | None) -> bool:
    if thing is None:
        return actor.kind is ActorKind.OFFICER and actor.holds(Role.CLERK)
    return _serves(actor, thing, frozenset({Role.CLERK}))


def _may_answer(actor: Actor, thing: Thing | None) -> bool:
    return _serves(actor, thing, ANSWERING)


def _may_assign(actor: Actor, thing: Thing | None) -> bool:
    if thing is None:
        return bool(actor.organizations(HEADS))
    return _serves(actor, thing, HEADS)


def _may_arrange_cover(actor: Actor, thing: Thing | None) -> bool:
    # Of one's own absence, or as a head for a colleague.
    return _serves(actor, thing, HEADS) or (_owns(actor, thing) and bool(actor.duties))


def _may_extend(actor: Actor, thing: Thing | None) -> bool:
    deciders = frozenset({Role.CASE_OFFICER, Role.HEAD_OF_OFFICE, Role.LEADER})
    return _serves(actor, thing, deciders)


def _may_see_desk(actor: Actor, thing: Thing | None) -> bool:
    return actor.kind is ActorKind.OFFICER and bool(actor.organizations(DESK))


def _may_see_register(actor: Actor, thing: Thing | None) -> bool:
    return _serves(actor, thing, DESK)


def _may_see_figures(actor: Actor, thing: Thing | None) -> bool:
    # Without a thing: of the whole province, for those who control procedures.
    return actor.holds(Role.CONTROLLER) or _serves(actor, thing, DESK)


def _serves_anywhere(actor: Actor, thing: Thing | None) -> bool:
    return bool(actor.duties)


def _may_read_booking(actor: Actor, thing: Thing | None) -> bool:
    return _owns(actor, thing) or _serves(actor, thing, COUNTERS)


def _may_work_at_counter(actor: Actor, thing: Thing | None) -> bool:
    return _serves(actor, thing, COUNTERS)


def _may_set_up_counters(actor: Actor, thing: Thing | None) -> bool:
    return _serves(actor, thing, frozenset({Role.CLERK, Role.HEAD_OF_OFFICE}))


def _may_sort_money(actor: Actor, thing: Thing | None) -> bool:
    # Money that waits is nobody's yet; what it goes to is somebody's.
    if thing is None:
        return _leads_anywhere(actor, None)
    return _serves(actor, thing, HEADS)


def _may_edit_content(actor: Actor, thing: Thing | None) -> bool:
    return actor.holds(Role.CONTROLLER) or actor.holds(Role.SYSTEM_ADMIN)


def _may_direct(actor: Actor, thing: Thing | None) -> bool:
    # On behalf of the organization they lead; which agencies it directs is its own.
    if thing is None:
        return actor.kind is ActorKind.OFFICER and actor.holds(Role.LEADER)
    return _serves(actor, thing, LEADERS)


def _leads_anywhere(actor: Actor, thing: Thing | None) -> bool:
    return actor.kind is ActorKind.OFFICER and any(actor.holds(one) for one in HEADS)


def _serves_beside_the_council(actor: Actor, thing: Thing | None) -> bool:
    return any(duty.role != Role.COUNCIL_MEMBER for duty in actor.duties)


def _serves_as(roles: frozenset[Role]) -> Policy:
    return lambda actor, thing: _serves(actor, thing, roles)


def _may_publish(actor: Actor, thing: Thing | None) -> bool:
    # Whoever answers for an agency's data, or for the data of the whole province.
    return actor.holds(Role.CONTROLLER) or _serves(actor, thing, HEADS)


def _may_read_evidence(actor: Actor, thing: Thing | None) -> bool:
    # The Council oversees all of them.
    return actor.holds(Role.COUNCIL_MEMBER) or _serves(actor, thing, DESK)


def _may_read_questions(actor: Actor, thing: Thing | None) -> bool:
    return actor.holds(Role.COUNCIL_MEMBER) or actor.holds(Role.LEADER)


def _holds(role: Role) -> Policy:
    return lambda actor, thing: actor.holds(role)


POLICIES: dict[Deed, Policy] = {
    Deed.APPLY: _may_apply,
    Deed.TAKE_IN: _may_take_in,
    Deed.CORRECT_RECEIPT: _may_take_in,
    Deed.ANSWER_CONSULTATION: _may_answer,
    Deed.ASSIGN: _may_assign,
    Deed.ARRANGE_COVER: _may_arrange_cover,
    Deed.READ_OWN: _owns,
    Deed.READ_DOSSIER: _may_read_dossier,
    Deed.WORK_ON_DOSSIER: _may_work,
    Deed.EXTEND_DEADLINE: _may_extend,
    Deed.SEE_DESK: _may_see_desk,
    Deed.SEE_REGISTER: _may_see_register,
    Deed.SEE_FIGURES: _may_see_figures,
    # What the province measures names nobody; who serves it anywhere works by it.
    Deed.SEE_MEASURES: _serves_anywhere,
    # What the digital-economy account of the province is worked out from.
    Deed.KEEP_ACCOUNT: _holds(Role.CONTROLLER),
    Deed.READ_DOCUMENT: _may_read_dossier,
    Deed.BOOK_SLOT: _may_apply,
    Deed.READ_BOOKING: _may_read_booking,
    Deed.WORK_AT_COUNTER: _may_work_at_counter,
    Deed.SET_UP_COUNTERS: _may_set_up_counters,
    Deed.READ_BILL: _may_read_dossier,
    Deed.COLLECT_FEES: _may_work_at_counter,
    # Never alone: who proposes a refund does not make it.
    Deed.GIVE_FEES_BACK: _serves_as(HEADS),
    Deed.SORT_MONEY: _may_sort_money,
    Deed.SET_UP_COLLECTING: _serves_as(HEADS),
    # Letters of the whole province name people and their dossiers.
    Deed.POST_LETTERS: _holds(Role.CONTROLLER),
    Deed.RUN_MESSAGES: _may_edit_content,
    Deed.SEE_JOURNAL: _holds(Role.SYSTEM_ADMIN),
    Deed.APPLY_PACKS: _holds(Role.SYSTEM_ADMIN),
    Deed.KEEP_ACCOUNTS: _holds(Role.SYSTEM_ADMIN),
    # Facts of the whole province, for those who control its procedures.
    Deed.READ_LAKE: _holds(Role.CONTROLLER),
    Deed.EDIT_CONTENT: _may_edit_content,
    # Of the organization that answers for a register.
    Deed.READ_RECORDS: _serves_as(DESK),
    Deed.CHANGE_RECORDS: _serves_as(KEEPERS),
    Deed.APPROVE_RECORDS: _serves_as(HEADS),
    Deed.PUBLISH_DATA: _may_publish,
    # Of the unit that is measured, of the agency that appraises it, of either.
    Deed.ASSESS_OWN_UNIT: _serves_as(KEEPERS | HEADS),
    Deed.APPRAISE_UNITS: _serves_as(ANSWERING),
    Deed.READ_ASSESSMENT: _serves_as(DESK),
    # Of the agency that reports, of the one that accepts, of either.
    Deed.FILL_RETURN: _serves_as(KEEPERS | HEADS),
    Deed.APPROVE_RETURN: _serves_as(ANSWERING),
    Deed.READ_RETURN: _serves_as(DESK),
    Deed.ISSUE_DIRECTIVE: _may_direct,
    Deed.SEE_DIRECTIVES: _serves_as(DESK),
    # Plans are for whoever serves the province, evidence for both sides of a task.
    Deed.SEE_PLANS: _serves_anywhere,
    Deed.REPORT_ON_TASK: _serves_as(KEEPERS | HEADS),
    Deed.KEEP_PLAN: _serves_as(HEADS),
    Deed.READ_EVIDENCE: _may_read_evidence,
    Deed.REVIEW_OWN_YEAR: _serves_as(LEADERS),
    Deed.RATE_HEADS: _serves_as(LEADERS),
    Deed.ASK_AGENCIES: _holds(Role.COUNCIL_MEMBER),
    Deed.ANSWER_COUNCIL: _serves_as(ANSWERING),
    Deed.READ_QUESTIONS: _may_read_questions,
    # Whoever puts a proposal before the Council; of what is measured, it names nobody.
    Deed.FREEZE_SCENARIO: _leads_anywhere,
    # The Council reads what was put before it, and no more.
    Deed.SEE_ALL_PROPOSALS: _serves_beside_the_council,
    # Of the agency that asks for data, of the one that owns them, of either.
    Deed.ASK_AGREEMENT: _serves_as(ANSWERING),
    Deed.DECIDE_AGREEMENT: _serves_as(HEADS),
    Deed.SEE_EXCHANGE: _serves_as(DESK),
}
