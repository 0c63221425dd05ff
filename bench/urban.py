"""How many customers pass a queue in a second of processor, beside SimPy.

Goal: at least 50 times as many as SimPy, in one run. Both play M/M/5 at eight tenths of
its capacity and must wait alike, within three standard errors of Erlang C. SimPy runs
in an environment of its own (.venv-dynamics) and plays fewer days.
"""

import json
import subprocess
from time import process_time

from bench.report import line
from tinhso.foresight.rules.urban.lines import play_line
from tinhso.foresight.types.urban import Line, Service, Stage

PEER = ".venv-dynamics/bin/python"
SERVERS, MEAN, RATE, HOURS = 5, 10.0, 24.0, 100.0  # minutes; arrivals an hour
RUNS, PEER_RUNS = 1_000, 20
GOAL = 50
SIMPY = """
import json, random, simpy
from time import process_time
servers, mean, rate, hours, runs = {told}
waits, people, begun = [], round(rate * hours), process_time()

def customer(env, desks, dice):
    came = env.now
    with desks.request() as turn:
        yield turn
        waits.append(env.now - came)
        yield env.timeout(dice.expovariate(1 / mean))

def come(env, desks, dice):
    for _ in range(people):
        yield env.timeout(dice.expovariate(rate / 60))
        env.process(customer(env, desks, dice))

for seed in range(runs):
    env, dice = simpy.Environment(), random.Random(seed)
    env.process(come(env, simpy.Resource(env, servers), dice))
    env.run()
print(json.dumps([people * runs / (process_time() - begun), sum(waits) / len(waits)]))
"""


def main() -> None:
    """Print one JSON line."""
    service = Service(MEAN, 1.0, "bench", assumed=True)
    told = Line("M/M/5", RATE, HOURS, [Stage("desks", "Quầy", SERVERS, service)])
    begun = process_time()
    [stage] = play_line(told, runs=RUNS, seed=1).stages
    # Played twice: as it is, and with one more.
    ours = 2 * RUNS * RATE * HOURS / (process_time() - begun)
    script = SIMPY.format(told=(SERVERS, MEAN, RATE, HOURS, PEER_RUNS))
    answered = subprocess.run([PEER, "-c", script], capture_output=True, check=True)
    theirs, wait = json.loads(answered.stdout)
    line(
        "urban: customers of a queue per second of processor",
        ours,
        "customers/s",
        peer="SimPy, the same queue",
        peer_value=theirs,
        goal_ratio=GOAL,
        wait=round(stage.wait, 3),
        error=round(stage.error, 3),
        erlang=round(stage.theory or 0, 3),
        peer_wait=round(wait, 3),
    )


if __name__ == "__main__":
    main()
