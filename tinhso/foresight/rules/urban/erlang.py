"""What the theory of queues says of many equal servers and one line.

A. K. Erlang (1917), "Løsning af nogle Problemer fra Sandsynlighedsregningen af
Betydning for de automatiske Telefoncentraler"; J. R. Jackson (1957), "Networks of
Waiting Lines", for stages one after another.
"""


def must_wait(*, servers: int, load: float) -> float:
    """Tell how likely one has to wait (Erlang C).

    load: arrivals times mean service, in servers kept busy; under `servers`.

    >>> round(must_wait(servers=1, load=0.8), 3), round(must_wait(servers=2, load=1), 3)
    (0.8, 0.333)
    """
    blocked = 1.0  # Erlang B, by its recursion, for the sums overflow
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return servers * blocked / (servers - load * (1 - blocked))


def mean_wait(*, servers: int, rate: float, service: float) -> float | None:
    """Tell how long one waits in M/M/c, in the unit of `service`; None: without end.

    rate: arrivals in that unit.

    >>> mean_wait(servers=1, rate=0.8, service=1)
    4.0
    >>> mean_wait(servers=2, rate=2, service=1) is None
    True
    """
    load = rate * service
    if load >= servers:
        return None
    return round(must_wait(servers=servers, load=load) * service / (servers - load), 12)
