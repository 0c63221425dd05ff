"""Sign-in, roles, policies, consent, keys: deny by default (OWASP ASVS 5.0).

A door asks `queries.may(actor, deed, thing)` before it acts; a room asks `require`.
"""
