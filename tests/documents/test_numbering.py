"""Numbers when many ask at once."""

import threading

from django.db import connection

from tests.documents.conftest import AGENCY, EXAMPLE, template_content
from tinhso.documents import actions
from tinhso.documents.types import NumberSeries
from tinhso.kernel.actor import SYSTEM


def test_numbers_have_no_gaps_when_many_ask_at_once(committed_db, now):
    actions.TEMPLATES.apply(template_content(), SYSTEM, now)
    numbers = []

    def work():
        try:
            for _ in range(4):
                document = actions.render_document(
                    template_key="confirmation",
                    template_version=None,
                    data=EXAMPLE,
                    title="Giấy xác nhận",
                    kind="GXN",
                    organization_id=AGENCY,
                    owner_id=None,
                    synthetic=True,
                    replaces=None,
                    number_series=NumberSeries("GXN", "{number}/GXN"),
                    actor=SYSTEM,
                    at=now,
                )
                numbers.append(document.number)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == [f"{number:02d}/GXN" for number in range(1, 17)]
