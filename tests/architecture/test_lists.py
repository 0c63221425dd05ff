"""One way to a list: whoever reads dossiers narrows them to who asks.

The 2026 advisories of a well-known case system were searches and exports that built
their own query. So every function that touches the table of dossiers says in itself
how it narrows them, or stands below with why it need not.
"""

import ast
from pathlib import Path

import tinhso

ROOT = Path(tinhso.__file__).resolve().parent
ROOM = ROOT / "procedures"
MANAGERS = {"objects", "_base_manager", "_default_manager", "_meta"}
TABLES = {"DossierRow", "SIDES"}
# By which a function narrows to who asks, or refuses them.
WAYS = {
    *("visible_to", "wanted_rows", "desks_of"),
    *("may_read", "owns", "require"),
}
BY_OWNER = "owner_id"
REASONS = {
    # Anybody: a code and a percentage.
    "queries.dossiers:public_progress": "TT 01/2018 Đ16.2d: code and degree, no more",
    # What the caller has narrowed already.
    "queries.capacity:_capacity": "of a unit that `managed_by` has named; counts only",
    "queries.desk_list:inbox": "the ids were found at the asker's desks",
    "queries.dossiers:waiting_people": "ids of people, for the outage they are told of",
    "queries.held:_results": "codes of documents of one person, who is the holder",
    "queries.dossiers:states_of": "between agencies only; `operations` asks more",
    "queries.dossier_register:registered": "of a unit that `register` asked for",
    "queries.made_up:_agencies": "of a batch of made-up dossiers, ids only",
    "queries.made_up:acts_of_made_up": "made-up dossiers, for the lake, no names",
    "queries.made_up:evaluations_of_made_up": "made-up, for the lake, no names",
    "actions.paid:go_on_paid": "the reaction to a bill, which names its dossier",
    "actions.made_up:write_made_up": "asks whether a made-up dossier is there",
    "queries.report06a:_counted": "counts only, of a unit that was asked for",
    "actions.held:_filled": "of a document that its holder has chosen",
    "actions.conversation:_mark_read": "after the conversation was read",
    # What refuses in its own words.
    "actions.consultations:_lock": "asks ANSWER_CONSULTATION of the question first",
    "actions.conversation:_lock": "asks `party_of`: the owner or the desk",
    "actions.evaluations:evaluate_dossier": "refuses who is not the owner",
    # What this very act has made, or takes on.
    "actions.intake:take_in": "what this act has just made",
    "actions.intake:_received": "what this act has just made",
    "actions.intake:supply_at_counter": "read again after `take_action`, which asks",
    "actions.storing:insert": "makes the row",
    "actions.submit:submit_draft": "what this act has just made",
    "actions.reading:note_reading": "writes who has read what they were shown",
    # What follows an event or the clock; nobody reads the outcome.
    "actions.receipts:issue_receipt": "a reaction; the paper is read through `printed`",
    "actions.silence:_take": "the clock acts, as nobody",
    # What goes to the lake, and names nobody.
    "datasets.acts:act_of": "no name, number or code; a test reads each byte",
    # The portal: its own dossiers, by its own code.
    "actions.portal:act_from_portal": "the portal's own dossiers, by its own code",
    "actions.portal:_receipt": "the portal's own dossiers, by its own code",
}


def functions(source):
    """Walk through the functions that touch the table, with what they call and name."""
    tree = ast.parse(source)
    constants = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and touches(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    # A statement made of one that touches the table touches it, too.
    for node in tree.body:
        if isinstance(node, ast.Assign) and names(node.value) & constants:
            constants |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and touches(node, constants):
            yield node


def touches(node, constants):
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute) and one.attr in MANAGERS:
            if names(one.value) & TABLES:
                return True
        elif isinstance(one, ast.Name) and one.id in constants | {"SIDES"}:
            return True
        if isinstance(one, ast.Constant) and "procedures_dossierrow" in str(one.value):
            return True
    return False


def names(node):
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def narrows(node):
    called = {
        one.attr if isinstance(one, ast.Attribute) else one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute | ast.Name)
    }
    by_owner = any(
        isinstance(one, ast.keyword) and one.arg == BY_OWNER for one in ast.walk(node)
    )
    return by_owner or bool(called & WAYS)


def everything():
    parts = ("queries", "actions", "datasets")
    paths = [path for part in parts for path in (ROOM / part).glob("*.py")]
    for path in sorted(paths):
        name = ".".join(path.relative_to(ROOM).with_suffix("").parts)
        for node in functions(path.read_text("utf-8")):
            yield f"{name}:{node.name}", node


def test_whoever_reads_dossiers_narrows_them_to_who_asks():
    bare = {name for name, node in everything() if not narrows(node)}

    assert bare - set(REASONS) == set()


def test_no_reason_is_left_without_its_function():
    bare = {name for name, node in everything() if not narrows(node)}

    assert set(REASONS) - bare == set()


def test_no_other_room_or_door_touches_the_table():
    foreign = [
        path
        for path in ROOT.rglob("*.py")
        if ROOM not in path.parents and "procedures_dossierrow" in path.read_text()
    ]

    assert foreign == []


def test_a_list_that_narrows_nothing_is_found():
    source = """
def everybody_elses(*, actor):
    return [row.code for row in DossierRow.objects.filter(ended_at=None)]
"""
    [node] = functions(source)

    assert not narrows(node)


def test_a_statement_of_its_own_is_found_by_its_constant():
    source = """
FOUND = f"SELECT code FROM {DossierRow._meta.db_table}"
SEARCH = f"{FOUND} WHERE search LIKE %s"

def search(*, actor, text):
    return run(SEARCH, [text])
"""
    [node] = functions(source)

    assert node.name == "search"
    assert not narrows(node)
