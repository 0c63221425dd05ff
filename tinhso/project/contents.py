"""Which content of packs goes to which room."""

from tinhso.kernel.packs import actions as packs
from tinhso.places import actions as places

packs.register(places.KIND)
