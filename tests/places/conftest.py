"""The units of Quảng Ninh, as its pack has them."""

import pytest

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.packs import reader
from tinhso.places import actions

PACKS, PACK = "packs", "quang_ninh"


@pytest.fixture(scope="session")
def content():
    """The checked content of places.yaml."""
    pack = next(p for p in reader.find(reader.Path(PACKS)) if p.key == PACK)
    contents, faults = reader.read(pack, [actions.KIND])
    assert not faults, [str(fault) for fault in faults]
    return contents[0]


@pytest.fixture
def quang_ninh(db, content, now):
    """Loaded into the tables."""
    actions.load_places(content, SYSTEM, now)
