"""What leaders do about a number: directives to agencies, and what comes back.

A directive is a dossier of a built-in procedure (`packs/sectors/steering`): it has an
owner, a day, a journal and an answer with evidence. This room keeps what the number was
that it stands on, and lists which directives are over their day.
"""
