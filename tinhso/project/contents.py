"""Which content of packs goes to which room."""

from tinhso.kernel.packs import actions as packs
from tinhso.people import actions as people
from tinhso.places import actions as places

packs.register(places.KIND)
packs.register(people.ORGANIZATIONS)
packs.register(people.DEMO_PEOPLE)
