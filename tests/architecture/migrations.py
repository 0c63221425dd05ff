"""Which steps of a migration the release before cannot live with.

While a new release is put in place the one before serves on, on the new tables. So a
change takes two steps: a release that adds, and a later one that takes away. The later
step names the earlier one, `contract_of = "room.0015_name"`, which must be in the
release before. A constraint that refuses nothing the release before writes is named in
`harmless`, with the reason; likewise a trigger or a change of rows, by the hint `guard`
of its statement.
"""

import re
from collections.abc import Iterator

from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED

TAKES_AWAY = (
    operations.RemoveField,
    operations.DeleteModel,
    operations.RenameField,
    operations.RenameModel,
    operations.AlterModelTable,
    operations.AlterUniqueTogether,
)
DANGEROUS = re.compile(
    r"\b(DROP (TABLE|COLUMN|VIEW|FUNCTION|TYPE)|RENAME|SET NOT NULL|ADD CONSTRAINT"
    r"|ALTER COLUMN \S+ (SET DATA )?TYPE|CREATE (CONSTRAINT )?TRIGGER|CREATE UNIQUE"
    r"|DELETE FROM|TRUNCATE|UPDATE)\b",
    re.I,
)


def faults(migration: Migration, before: ProjectState, released: set[str]):
    """List what the release before cannot live with; empty when it can."""
    expanded = getattr(migration, "contract_of", None)
    if expanded in released:
        return []
    found = list(_faults(migration, before.clone()))
    if expanded is not None:
        found.insert(0, f"{expanded} is not in the release before")
    return [f"{migration.app_label}.{migration.name}: {fault}" for fault in found]


def _faults(migration, state) -> Iterator[str]:
    new = set()
    for operation in _flat(migration.operations):
        label = migration.app_label
        name = getattr(operation, "model_name", getattr(operation, "name", "")).lower()
        if isinstance(operation, operations.CreateModel):
            new.add(name)
        elif name not in new and not _is_harmless(migration, operation):
            yield from _of(operation, label, name, state)
        operation.state_forwards(label, state)


def _is_harmless(migration, operation) -> bool:
    """Tell whether a migration says why a constraint or guard refuses nothing."""
    constraint = getattr(operation, "constraint", None)
    guard = getattr(operation, "hints", {}).get("guard", "")
    name = getattr(constraint, "name", guard)
    return bool(getattr(migration, "harmless", {}).get(name))


def _flat(listed):
    for operation in listed:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _of(operation, label, name, state) -> Iterator[str]:
    if isinstance(operation, TAKES_AWAY):
        yield operation.describe()
    elif isinstance(operation, operations.AddField):
        if not _can_be_left_out(operation.field):
            yield f"{name}.{operation.name} is needed and has no default there"
    elif isinstance(operation, operations.AlterField):
        yield from _altered(operation, label, name, state)
    elif isinstance(operation, operations.AddConstraint):
        yield f"{operation.constraint.name} may refuse what was written until now"
    elif isinstance(operation, operations.RunSQL):
        yield from (f"SQL: {one}" for one in _dangerous(operation.sql))
    elif isinstance(operation, operations.RunPython):
        yield "what a program does to rows cannot be judged"


def _can_be_left_out(field) -> bool:
    return field.null or field.many_to_many or field.db_default is not NOT_PROVIDED


def _altered(operation, label, name, state) -> Iterator[str]:
    model = state.apps.get_model(label, name)
    old = model._meta.get_field(operation.name)
    changed = state.clone()
    operation.state_forwards(label, changed)
    new = changed.apps.get_model(label, name)._meta.get_field(operation.name)
    said = f"{name}.{operation.name}"
    if old.null and not new.null:
        yield f"{said} may no longer be empty"
    elif _can_be_left_out(old) and not _can_be_left_out(new):
        yield f"{said} has no default in the database any more"
    if new.unique and not old.unique:
        yield f"{said} must now be unique"
    if old.column != new.column or not _holds(old, new):
        yield f"{said} becomes another column"


def _holds(old: models.Field, new: models.Field) -> bool:
    """Tell whether a column takes all that it took before, and gives it back alike."""
    if isinstance(old, models.CharField) and isinstance(new, models.CharField):
        return (new.max_length or 10**9) >= (old.max_length or 10**9)
    return old.db_type(connection) == new.db_type(connection)


def _dangerous(sql) -> list[str]:
    texts = [sql] if isinstance(sql, str) else [str(one) for one in sql]
    return [match.group() for text in texts for match in DANGEROUS.finditer(text)]
