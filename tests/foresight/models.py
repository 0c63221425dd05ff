"""Small models of our own, whose outcomes are known by hand or in closed form."""

from tinhso.foresight.rules.dynamics.compiling import compile_model
from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY
from tinhso.foresight.rules.dynamics.running import Run, ensemble, saved_times
from tinhso.foresight.rules.dynamics.xmile import read_xmile

HEAD = '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'


def xmile(variables, *, stop=4, dt=1, method="Euler", more=""):
    """Write a small XMILE model; each variable stands on a line of its own, from 5."""
    return (
        f"{HEAD}\n<header><name>Small</name></header>\n"
        f'<sim_specs method="{method}"><start>0</start><stop>{stop}</stop>'
        f"<dt>{dt}</dt></sim_specs>{more}\n<model><variables>\n"
        f"{chr(10).join(variables)}\n</variables></model></xmile>"
    )


def aux(name, equation):
    return f'<aux name="{name}"><eqn>{equation}</eqn></aux>'


def read(variables, **how):
    return read_xmile(xmile(variables, **how).encode(), "small.xmile")


def ran(model, *outputs, engine=NUMPY, members=1, seed=1, settings=None, block=1024):
    """Run a model; answer its saved times, and (n_times, n_members) for each output."""
    program = compile_model(model)
    run = Run(program, outputs, seed, settings or {})
    return saved_times(program), ensemble(run, engine, members, block=block)


def series(variables, *outputs, **how):
    """Run a small XMILE model; answer a list of numbers for each output."""
    _, kept = ran(read(variables, **how), *outputs)
    return [[float(value) for value in one[:, 0]] for one in kept]
