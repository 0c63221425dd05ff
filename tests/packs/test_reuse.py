"""What forms take from papers people hold exists, and says what is taken of it."""

from tests.packs.test_results import contents
from tinhso.procedures.catalogue import reading

RESULTS = {one["result"]["code"]: one for one in contents("procedures")}
FORMS = {one["key"]: reading.read_form(one, number=0) for one in contents("forms")}
FIELDS = [(form.key, field) for form in FORMS.values() for field in form.fields()]


def names(form):
    return {field.key for field in FORMS[form].fields()} if form else set()


def test_results_that_answer_a_question_are_results_of_a_procedure():
    unknown = [
        (form, field.key, code)
        for form, field in FIELDS
        for code in (*field.accepts_results, *field.from_results)
        if code not in RESULTS
    ]

    assert unknown == []


def test_what_is_taken_of_a_result_is_answered_by_its_procedure():
    lost = []
    for form, field in FIELDS:
        for code, path in field.from_results.items():
            room, _, name = path.partition(".")
            own = RESULTS[code]
            known = {
                "answers": names(own["form"]),
                "officer": names(own["result"].get("officer_form")),
            }
            if room in known and name not in known[room]:
                lost.append((form, field.key, code, path))

    assert lost == []


def test_papers_are_reused_for_real():
    takers = {form for form, f in FIELDS if f.accepts_results or f.from_results}

    assert takers >= {
        "permanent_residence",
        "register_copy",
        "marital_status",
        "civil_status_copy",
    }


def test_every_validity_names_its_source():
    stated = [v for p in RESULTS.values() for v in p["result"].get("validity", ())]

    assert stated
    assert all("NĐ" in one["source"] or "Luật" in one["source"] for one in stated)
