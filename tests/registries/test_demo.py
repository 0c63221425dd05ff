"""The made-up records of the demonstration fit their registers, each of them."""

from datetime import date

import pytest
from django.conf import settings

from tinhso.cli import demo
from tinhso.registries.models import LineRow, VersionRow

FILES = sorted((settings.TINHSO_PACKS / demo.FOLDER / "records").glob("*.yaml"))


def test_each_register_has_some():
    registers = settings.TINHSO_PACKS.glob("sectors/*/registers/*.yaml")

    assert {file.name for file in registers} == {file.name for file in FILES}


def test_they_fit_and_are_flagged(content, now):
    for file in FILES:
        about = demo.read(f"records/{file.name}")
        try:
            demo.load_records(about, now)
        except ValueError:
            wrong = LineRow.objects.exclude(faults=[])
            pytest.fail(str([(row.identifier, row.faults) for row in wrong]))

    assert VersionRow.objects.count() > 400
    assert not VersionRow.objects.filter(is_synthetic=False).exists()
    # What people report holds from the day on which the first of them did.
    assert set(VersionRow.objects.values_list("valid_from", flat=True)) == {
        date(2025, 7, 1),
        date(2026, 3, 2),
    }
