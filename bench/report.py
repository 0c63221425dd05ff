"""The one form in which benchmarks answer."""

import json


def line(
    bench: str,
    value: float,
    unit: str,
    *,
    peer: str,
    peer_value: float,
    **more: object,
) -> None:
    """Print a benchmark as a JSON line; `ratio` is value over the peer's."""
    answer = {
        "bench": bench,
        "value": round(value, 3),
        "unit": unit,
        "peer": {"name": peer, "value": round(peer_value, 3)},
        "ratio": round(value / peer_value, 3),
        **more,
    }
    print(json.dumps(answer, ensure_ascii=False), flush=True)
