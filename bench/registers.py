"""Registers: records loaded, one read as of a day, points found, a workbook taken in.

Goals: 20,000 records a second, 5 ms a read, 50,000 points a second. The peers, in the
same run: COPY of the same versions into a bare table without a constraint; the same row
by its key through the bare driver; the same points by even-odd tests of each outline;
calamine alone, which reads the same workbook and checks nothing.

`TINHSO_BENCH_ROWS` sets how many records, 100,000 unless told. Outlines are cells of a
grid with as many corners as true communes have, so that no file is needed.
"""

import gc
import json
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise
from math import cos, pi, sin
from pathlib import Path
from random import Random
from statistics import median
from tempfile import NamedTemporaryFile
from time import perf_counter
from typing import Any

from bench import apart
from bench.report import line

ROWS = int(os.environ.get("TINHSO_BENCH_ROWS", 100_000))
BOOK_ROWS = 200_000
HEAD = (
    *("Mã trường", "Tên trường", "Cấp học", "Loại hình", "Mã xã, phường", "Số lớp"),
    *("Số học sinh", "Kinh độ", "Vĩ độ", "Có hiệu lực từ"),
)
READS, POINTS, PLAIN_POINTS = 500, 200_000, 400
CORNERS = 600  # of an outline
HOLDS = date(2025, 7, 1)
BARE = """
CREATE TEMP TABLE bare AS SELECT * FROM registries_versionrow WITH NO DATA
"""


def main(words: list[str]) -> None:
    """Print one JSON line a figure."""
    if words == ["--measure"]:
        _measure()
    else:
        apart.measure("bench.registers")


def _measure() -> None:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    _load()
    _read()
    _points()
    _workbook()


def _load() -> None:
    from tinhso.kernel import clock  # noqa: PLC0415 - as above
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.registries import actions  # noqa: PLC0415

    lines = list(_lines())
    # They are not ours to sweep, as little as what a server has loaded.
    gc.freeze()
    started = perf_counter()
    change = actions.load_records(
        key="schools",
        lines=lines,
        source="bench",
        on=HOLDS,
        actor=SYSTEM,
        at=clock.now(),
        is_synthetic=True,
    )
    rate = ROWS / (perf_counter() - started)
    assert (change.count_added, change.faults) == (ROWS, 0)
    line(
        "registers: records loaded, checked and kept",
        rate,
        "records/s",
        peer="COPY of the same versions",
        peer_value=_copied(),
        goal=20_000,
    )


def _lines() -> Iterator[Any]:
    from tinhso.registries.types import Line  # noqa: PLC0415 - as above

    random = Random(1)
    for number in range(ROWS):
        place = [107 + random.random() / 2, 21 + random.random() / 5]
        values = {
            "code": f"T{number:06}",
            "name": f"Trường Tiểu học số {number}",
            "stage": "primary",
            "ownership": "public",
            "commune": "06688",
            "classes": number % 30,
            "pupils": number % 900,
        }
        yield Line(number, values, {"type": "Point", "coordinates": place})


def _copied() -> float:
    """Copy the versions that were written into a bare table; rows a second."""
    from django.db import connection  # noqa: PLC0415 - as above

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registries_versionrow")
        rows = [
            tuple(json.dumps(v) if isinstance(v, dict) else v for v in row)
            for row in cursor.fetchall()
        ]
        cursor.execute(BARE)
        started = perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return len(rows) / (perf_counter() - started)


def _read() -> None:
    from django.db import connection  # noqa: PLC0415 - as above

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.registries import queries  # noqa: PLC0415

    random = Random(2)
    names = [f"T{random.randrange(ROWS):06}" for _ in range(READS)]
    on, known = HOLDS + timedelta(days=30), clock.now()

    def ours(name: str) -> None:
        queries.get_record(
            key="schools", identifier=name, on=on, actor=SYSTEM, known_at=known
        )

    def bare(name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT v.* FROM registries_versionrow v JOIN registries_recordrow r"
                " ON r.id = v.record_id WHERE r.register_id = 'schools' AND"
                " r.identifier = %s AND v.valid_from <= %s",
                [name, on],
            )
            cursor.fetchall()

    line(
        "registers: a record on a day, as known at a moment",
        _middle(ours, names),
        "ms",
        peer="the same row through the driver",
        peer_value=_middle(bare, names),
        goal=5,
    )


def _middle(read: Any, names: Sequence[str]) -> float:
    taken = []
    for name in names:
        started = perf_counter()
        read(name)
        taken.append((perf_counter() - started) * 1000)
    return median(taken)


def _points() -> None:
    import numpy as np  # noqa: PLC0415 - as above

    from tinhso.places.providers.outlines import Outlines  # noqa: PLC0415

    shapes = {str(number): _outline(number) for number in range(54)}
    outlines = Outlines.of(shapes)
    points = np.random.default_rng(3).uniform((0, 0), (9, 6), (POINTS, 2))
    started = perf_counter()
    found = outlines.holding(points)
    rate = POINTS / (perf_counter() - started)
    some = [(float(x), float(y)) for x, y in points[:PLAIN_POINTS]]
    started = perf_counter()
    plain = [_plainly(shapes, point) for point in some]
    peer = PLAIN_POINTS / (perf_counter() - started)
    assert found[:PLAIN_POINTS] == plain
    line(
        "registers: points found in 54 outlines",
        rate,
        "points/s",
        peer="even-odd tests of each outline",
        peer_value=peer,
        goal=50_000,
    )


def _workbook() -> None:
    """Take in the longest workbook there may be, as its page does; nothing is wrong."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - as above

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.registries import actions  # noqa: PLC0415

    content = _book()
    started = perf_counter()
    change = actions.take_workbook(
        key="schools",
        content=content,
        name="a.xlsx",
        source="bench",
        on=HOLDS,
        actor=SYSTEM,
        at=clock.now(),
    )
    ours = perf_counter() - started
    # The most this process ever held, reading by calamine not included.
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (change.rows, change.faults) == (BOOK_ROWS, 0)
    started = perf_counter()
    CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    line(
        f"registers: a workbook of {BOOK_ROWS} rows checked and kept",
        ours,
        "s",
        peer="calamine alone",
        peer_value=perf_counter() - started,
        peak_memory_mb=round(memory / 1024),
    )


def _book() -> bytes:
    import xlsxwriter  # noqa: PLC0415 - as above

    with NamedTemporaryFile(suffix=".xlsx") as file:
        with xlsxwriter.Workbook(file.name, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEAD)
            for n in range(1, BOOK_ROWS + 1):
                place = (f"107,{n % 100_000:05}", "20,95", "01/07/2025")
                what = ("Tiểu học", "Công lập", "06688", n % 30, n % 900)
                sheet.write_row(n, 0, (f"B{n:06}", f"Trường số {n}", *what, *place))
        return Path(file.name).read_bytes()


def _outline(number: int) -> dict[str, Any]:
    """Draw a ragged outline within a cell of the grid."""
    x, y = number % 9 + 0.5, number // 9 + 0.5
    random = Random(number)
    ring = []
    for corner in range(CORNERS):
        turn, reach = 2 * pi * corner / CORNERS, 0.40 + 0.08 * random.random()
        ring.append([x + reach * cos(turn), y + reach * sin(turn)])
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _plainly(shapes: dict[str, Any], point: tuple[float, float]) -> str:
    for code, shape in shapes.items():
        if _holds(shape["coordinates"][0], point):
            return code
    return ""


def _holds(ring: Sequence[Sequence[float]], point: tuple[float, float]) -> bool:
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


if __name__ == "__main__":
    main(sys.argv[1:])
