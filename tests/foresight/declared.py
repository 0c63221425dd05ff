"""A small model as a pack declares it, to be changed and broken."""

from copy import deepcopy

from ruamel.yaml import YAML

from tinhso.kernel.packs.local import as_yaml

TITLE = {"vi": "Thử", "en": "Test"}
BODY = {
    "key": "water",
    "title": TITLE,
    "start": 0,
    "stop": 4,
    "dt": 1,
    "method": "euler",
    "time_unit": "năm",
    "sources": {"s": "Ví dụ"},
    "dimensions": [
        {
            "key": "place",
            "title": TITLE,
            "elements": [
                {"key": "east", "title": TITLE},
                {"key": "west", "title": TITLE},
            ],
        }
    ],
    "stocks": [
        {
            "key": "tank",
            "title": TITLE,
            "unit": "m3",
            "by": ["place"],
            "initial": {"east": "10 * cube", "west": "20 * cube"},
            "inflows": ["filling"],
        }
    ],
    "flows": [
        {
            "key": "filling",
            "title": TITLE,
            "unit": "m3/năm",
            "by": ["place"],
            "equation": "rate * (1 + effort) * curve(SUM(tank[*]))",
        }
    ],
    "auxiliaries": [
        {"key": "total", "title": TITLE, "unit": "m3", "equation": "SUM(tank[*])"},
        {"key": "cube", "title": TITLE, "unit": "m3", "equation": "one_cube"},
    ],
    "lookups": [
        {
            "key": "curve",
            "title": TITLE,
            "unit": "1",
            "unit_of_input": "m3",
            "points": [[0, 1], [100, 0]],
            "ends": "refuse",
        }
    ],
    "constants": [
        {"key": "one_cube", "title": TITLE, "unit": "m3", "value": 1, "source": "s"},
        {
            "key": "rate",
            "title": TITLE,
            "unit": "m3/năm",
            "by": ["place"],
            "prior": {
                "east": {"distribution": "uniform", "low": 1, "high": 3},
                "west": {"distribution": "normal", "mean": 4, "sd": 0.1},
            },
            "source": "s",
            "assumed": True,
        },
    ],
    "levers": [
        {
            "key": "effort",
            "title": TITLE,
            "unit": "1",
            "low": 0,
            "high": 2,
            "baseline": 0,
            "levels": [{"key": "much", "title": TITLE, "value": 2}],
        }
    ],
    "outputs": ["total", "tank"],
}


def body(**changed):
    """Answer the model with some fields changed."""
    return deepcopy(BODY) | changed


def with_field(path, value):
    """Answer the model with one field, `flows.0.equation`, set; None takes it away."""
    found = node = body()
    *steps, last = path.split(".")
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node[step]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return found


def line_of(text, path):
    """Find the line of a field in YAML."""
    node = YAML().load(text)
    line = 0
    for step in path.split("."):
        if isinstance(node, list):
            line, node = node.lc.item(int(step))[0], node[int(step)]
        else:
            line, node = node.lc.key(step)[0], node[step]
    return line + 1


def yaml(found):
    """Write a model as a file of a pack."""
    return as_yaml(found)
