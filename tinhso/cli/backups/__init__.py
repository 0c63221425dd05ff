"""Backups that a stolen server cannot read, and the way back from them.

A *base* is a copy of the whole database at one moment, with the keys and the list of
the files. The *log* goes on from there: every few seconds what the database wrote
since, and the files that came. Both are encrypted with age for a key that lies
elsewhere, and signed with a key of the platform. See docs/decisions/0052.
"""
