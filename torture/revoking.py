"""`python -m torture.revoking`: end what the standard input says, as operators do."""

import importlib
import json
import sys

import django


def main() -> None:
    """End each: what, of whom, and what they come with."""
    django.setup()
    ending = importlib.import_module("torture.ending")
    for kind, who, comes in json.loads(sys.stdin.read()):
        ending.end(kind, who, comes)


if __name__ == "__main__":
    main()
