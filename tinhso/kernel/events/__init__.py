"""The outbox: an event is a row of the transaction that made it (house.md).

Delivered after commit by a job of the same transaction, at least once and in the
order of one subject; the database makes each handler's effects happen once.
"""
