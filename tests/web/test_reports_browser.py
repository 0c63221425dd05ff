"""Papers, reports and evaluations in a real Chromium: readable, and nothing spills."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from tests.web.test_desk_browser import SMALL_TARGETS, settle
from tests.web.test_desk_browser import faults as axe
from tests.web.test_reports import (  # noqa: F401
    REGISTER,
    REPORT,
    RESULTS,
    _clock,
    dossier,
    refuse,
)

# Where pictures of the pages go, if somebody wants to look at them.
PICTURES = os.environ.get("PICTURES", "")


def look(page, name, width):
    if PICTURES:
        path = Path(PICTURES) / f"{name}-{width}.png"
        page.screenshot(path=path, full_page=True)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_papers_reports_and_evaluations(
    server,
    dossier,  # noqa: F811 - before the browser, whose event loop keeps us from signing
    refuse,  # noqa: F811
    open_as,
    clerk,
    citizen,
    width,
):
    at_desk = [
        reverse("desk_correct", args=[dossier.id]),
        reverse("desk_dossier", args=[dossier.id]),
        REGISTER,
        REPORT,
        RESULTS,
        f"{REPORT}?tu=x",
    ]
    _faultless(server, open_as(clerk, width=width), at_desk, "desk", width)
    refuse(dossier)
    own = [reverse(name, args=[dossier.id]) for name in ("dossier", "evaluate")]
    _faultless(server, open_as(citizen, width=width), own, "own", width)


def _faultless(server, page, addresses, name, width):
    for place, address in enumerate(addresses):
        settle(page, server + address)
        look(page, f"{name}{place}", width)
        assert axe(page) == [], address
        assert page.evaluate(SMALL_TARGETS) == [], address
        wide = "document.documentElement.scrollWidth > window.innerWidth"
        assert not page.evaluate(wide), address
