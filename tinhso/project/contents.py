"""Which content of packs goes to which room, in the order it applies."""

from pathlib import Path

import tinhso
from tinhso.documents import actions as documents
from tinhso.kernel.packs.actions import register
from tinhso.kernel.packs.types import Kind
from tinhso.notify import actions as notify
from tinhso.people import actions as people
from tinhso.places import actions as places
from tinhso.procedures import actions as procedures

ROOMS = Path(tinhso.__file__).parent

KINDS = (
    Kind(
        "places",
        "places.yaml",
        ROOMS / "places/schema/places.json",
        places.load_places,
    ),
    Kind(
        "organizations",
        "organizations.yaml",
        ROOMS / "people/schema/organizations.json",
        people.load_organizations,
    ),
    Kind(
        "calendars",
        "calendars/*.yaml",
        ROOMS / "procedures/schema/calendar.json",
        procedures.publish_calendar,
    ),
    Kind(
        "messages",
        "messages/*.yaml",
        ROOMS / "notify/schema/message.json",
        notify.publish_message_template,
    ),
    Kind(
        "templates",
        "templates/*.yaml",
        ROOMS / "documents/schema/template.json",
        documents.publish_template,
        documents.check_template,
    ),
    Kind(
        "forms",
        "forms/*.yaml",
        ROOMS / "procedures/schema/form.json",
        procedures.publish_form,
        procedures.check_form,
    ),
    Kind(
        "workflows",
        "workflows/*.yaml",
        ROOMS / "procedures/schema/workflow.json",
        procedures.publish_workflow,
        procedures.check_workflow,
    ),
    Kind(
        "procedures",
        "procedures/*.yaml",
        ROOMS / "procedures/schema/procedure.json",
        procedures.publish_procedure,
    ),
)

for kind in KINDS:
    register(kind)
