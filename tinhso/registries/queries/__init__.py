"""Ask registers, and see what was and shall be changed in them."""

from tinhso.registries.queries.changes import changes, get_change, lines, to_decide
from tinhso.registries.queries.declared import (
    get_located,
    get_register,
    keeps_any,
    registers,
)
from tinhso.registries.queries.readers import readings_of
from tinhso.registries.queries.records import (
    count_records,
    get_record,
    history,
    identifier_of,
    records,
    what_is_here,
)
from tinhso.registries.queries.sheets import returned, template

__all__ = [
    "changes",
    "count_records",
    "get_change",
    "get_located",
    "get_record",
    "get_register",
    "history",
    "identifier_of",
    "keeps_any",
    "lines",
    "readings_of",
    "records",
    "registers",
    "returned",
    "template",
    "to_decide",
    "what_is_here",
]
