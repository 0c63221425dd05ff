"""Which content of packs goes to which room, in the order it applies."""

from tinhso.documents import actions as documents
from tinhso.foresight import actions as foresight
from tinhso.indicators import actions as indicators
from tinhso.kernel.packs import actions as packs
from tinhso.lake import actions as lake
from tinhso.notify import actions as notify
from tinhso.opendata import actions as opendata
from tinhso.payments import actions as payments
from tinhso.people import actions as people
from tinhso.places import actions as places
from tinhso.plans import actions as plans
from tinhso.procedures import actions as procedures
from tinhso.registries import actions as registries
from tinhso.simulation import actions as simulation

packs.register(places.KIND)
packs.register(people.ORGANIZATIONS)
packs.register(procedures.CALENDARS)
packs.register(notify.CHANNELS)
packs.register(notify.MESSAGES)
packs.register(payments.FEE_RULES)
packs.register(lake.SOURCES)
packs.register(documents.TEMPLATES)
packs.register(procedures.FORMS)
packs.register(procedures.WORKFLOWS)
packs.register(procedures.PROCEDURES)
packs.register(procedures.LIFE_EVENTS)
packs.register(procedures.SERVICE_RULES)
packs.register(procedures.EXAMPLES)
packs.register(simulation.ACTIVITIES)
packs.register(indicators.INDICATORS)
packs.register(indicators.TARGETS)
packs.register(indicators.BOARDS)
packs.register(foresight.MODELS)
packs.register(foresight.URBAN)
packs.register(foresight.ACCOUNTS)
packs.register(indicators.RETURNS)
packs.register(indicators.INDEX_SETS)
packs.register(indicators.INDEX_SCORES)
packs.register(indicators.INDEX_DUTIES)
packs.register(plans.PLANS)
packs.register(plans.RATINGS)
packs.register(registries.REGISTERS)
packs.register(opendata.DATASETS)
packs.register(people.DEMO_PEOPLE)
