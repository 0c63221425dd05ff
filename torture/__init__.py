"""The promises of trust, each put to the test: `python -m torture`, or `make torture`.

One file a subject, one `Figure` a goal. A checker that cannot fail proves nothing, so
`tests/torture/` shows each one a fault first; the short forms run there, too.
"""
