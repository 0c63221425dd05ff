"""Content packs: find, check, compare, apply in one transaction, keep every version.

A pack is a folder with a `pack.yaml`. What its other files mean is told by the
rooms: each registers a `Kind` with a JSON Schema on `project/contents.py`.
"""
