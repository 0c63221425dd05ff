"""Questions that both engines must answer alike, and the facts they are asked about.

`CARRIED` of `providers/carried.py` lists the words that may be used; each stands in one
of these questions, which a test sees to. `python -m bench.lake_spark` asks them of
twenty million rows.
"""

from decimal import Decimal
from math import isclose

import duckdb
from sqlglot import parse_one

from tinhso.lake.types import Column, Dataset, Kind

FACTS = Dataset(
    name="equality.facts",
    vi="Việc để so hai công cụ",
    en="Facts to compare two engines by",
    columns=(
        Column("act_id", Kind.ID, "mã", "the act"),
        Column("agency", Kind.TEXT, "cơ quan", "agency"),
        Column("name", Kind.TEXT, "tên, có dấu", "name with marks"),
        Column("channel", Kind.TEXT, "kênh", "channel", may_be_empty=True),
        Column("status", Kind.WHOLE, "trạng thái", "status"),
        Column("acted_at", Kind.MOMENT, "lúc", "moment"),
        Column("acted_on", Kind.DAY, "ngày", "day"),
        Column("days", Kind.REAL, "số ngày", "days", may_be_empty=True),
        Column("fee", Kind.WHOLE, "phí", "fee", "VND"),
        Column("is_late", Kind.YES_NO, "trễ", "late", may_be_empty=True),
    ),
    key="act_id",
    version="acted_at",
    month="acted_on",
)
# Moments around midnight in Vietnam, marks written together and apart, empty cells.
MADE = """
SELECT printf('%016x', n) AS act_id,
    printf('H49.%05d', hash(n) % 54) AS agency,
    ['Hạ Long', 'Hạ Long', 'hạ long', 'Đông Triều', 'Cô Tô ''x''', 'Ba Chẽ \\ 🌊']
        [1 + (hash(n + 1) % 6)::INT] AS name,
    CASE hash(n + 2) % 4 WHEN 0 THEN NULL WHEN 1 THEN 'online' WHEN 2 THEN 'counter'
        ELSE 'post' END AS channel,
    (1 + hash(n + 3) % 10)::BIGINT AS status,
    TIMESTAMPTZ '{year}-01-01 00:00:00.123456+07'
        + to_seconds((n * 7919 % 31536000)::BIGINT) AS acted_at,
    acted_at::DATE AS acted_on,
    CASE WHEN hash(n + 4) % 11 = 0 THEN NULL ELSE (hash(n + 5) % 300000) / 1e4 END
        AS days,
    (hash(n + 6) % 40)::BIGINT * 5000 - 20000 AS fee,
    CASE WHEN hash(n + 7) % 13 = 0 THEN NULL ELSE hash(n + 7) % 100 < 7 END AS is_late,
    n + 1 AS lake_seq, TIMESTAMPTZ '{year}-01-01 00:00:00+00' AS lake_at,
    {corrects} AS lake_corrects
FROM range({first}, {last}) AS numbers(n) {where}
"""
ONCE = """
SELECT * REPLACE (acted_at + INTERVAL 1 HOUR AS acted_at, -fee AS fee,
    TRUE AS lake_corrects) FROM ({made}) WHERE lake_seq % 100 = 1
"""
QUESTIONS = {
    "all rows": "SELECT count(*), count(days), count(channel), sum(fee), min(days),"
    " max(days), min(name), max(name) FROM equality.facts",
    "every row": "SELECT count(*), sum(fee) FROM equality.facts__all",
    "on time by month and agency": "SELECT year(acted_on) AS y, month(acted_on) AS m,"
    " agency, count(*) AS n, count(*) FILTER (WHERE NOT is_late) AS punctual,"
    " count(*) FILTER (WHERE NOT is_late) / count(*) AS ratio FROM equality.facts"
    " GROUP BY ALL ORDER BY y, m, agency",
    "one row": "SELECT act_id, agency, name, channel, status, acted_at, acted_on, days,"
    " fee, is_late FROM equality.facts WHERE act_id = '00000000000003e7'",
    "one month": "SELECT count(*), sum(days) FROM equality.facts WHERE acted_on"
    " BETWEEN DATE '2026-03-01' AND DATE '2026-03-31'",
    "exact distinct": "SELECT count(DISTINCT act_id), count(DISTINCT days),"
    " count(DISTINCT name), avg(DISTINCT status) FROM equality.facts",
    "latest after corrections": "SELECT lake_corrects, count(*), sum(fee), min(fee),"
    " max(acted_at) FROM equality.facts GROUP BY 1 ORDER BY 1",
    "empty cells": "SELECT channel, is_late, count(*), count(days), avg(days),"
    " min(days) FROM equality.facts GROUP BY channel, is_late"
    " ORDER BY channel, is_late DESC",
    "empty cells last": "SELECT DISTINCT channel FROM equality.facts ORDER BY channel",
    "empty cells compared": "SELECT count(*) FROM equality.facts a JOIN"
    " equality.facts b ON a.act_id = b.act_id WHERE a.channel IS NOT DISTINCT"
    " FROM b.channel"
    " AND (a.channel IS NULL OR a.channel IS DISTINCT FROM 'post')"
    " AND a.channel NOT IN ('online')",
    "empty cells filled": "SELECT coalesce(channel, '?') AS c, sum(coalesce(days, 0)),"
    " sum(days / nullif(status - 5, 0)) FROM equality.facts GROUP BY 1 ORDER BY 1",
    "days and zones": "SELECT acted_at::DATE AS d, extract(hour FROM acted_at) AS h,"
    " day(acted_at) AS n, count(*) FROM equality.facts"
    " WHERE acted_at >= TIMESTAMPTZ '2026-02-28 23:30:00+07'"
    " AND acted_at < TIMESTAMPTZ '2026-02-28 17:30:00+00' GROUP BY 1, 2, 3"
    " ORDER BY 1, 2",
    "days between": "SELECT date_diff('day', DATE '2026-01-01', acted_at) AS gone,"
    " min(acted_at), max(acted_at), min(make_date(year(acted_on), month(acted_on), 1))"
    " FROM equality.facts GROUP BY 1 ORDER BY gone LIMIT 40 OFFSET 3",
    "decimals": "SELECT agency, sum(0.1 * fee), sum(fee * 1.10), avg(fee * 1.10),"
    " sum(fee * 0.005) / 7, max(fee * 1.10 - 0.25) FROM equality.facts"
    " GROUP BY agency ORDER BY agency",
    "reals": "SELECT median(days), avg(days), sum(days * 1e-3), avg(fee), 7 / 2,"
    " sum(fee)::DOUBLE / 3 FROM equality.facts",
    "whole numbers": "SELECT status % 3 AS part, sum(fee // 7), sum(-fee // 7),"
    " sum(abs(fee % 11)), sum(-(fee % 11)), sum(status * 1000000 + 1)"
    " FROM equality.facts GROUP BY 1 ORDER BY 1",
    "words with marks": "SELECT name, lower(name), upper(name), length(name),"
    " substring(name, 2, 4), name || '/' || agency AS whole, count(*)"
    " FROM equality.facts GROUP BY ALL ORDER BY name, whole LIMIT 100",
    "words like": "SELECT name LIKE 'Hạ%' AS long, name LIKE '_ô%' AS co, name <> 'x',"
    " count(*) FROM equality.facts GROUP BY ALL ORDER BY 1, 2",
    "cases": "SELECT CASE WHEN days < 5 THEN 'soon' WHEN days >= 5 AND days <= 20 THEN"
    " 'later' ELSE 'never or > 20' END AS class, count(*) FROM equality.facts"
    " WHERE (status = 1 OR status > 3) AND is_late IS NOT TRUE"
    " GROUP BY class HAVING count(*) > 1 ORDER BY class",
    "sets": "SELECT agency FROM equality.facts WHERE status = 1 INTERSECT"
    " SELECT agency FROM equality.facts WHERE status = 2 EXCEPT"
    " SELECT 'H49.00007' UNION SELECT NULL ORDER BY 1",
    "all of two": "SELECT sum(n) FROM (SELECT count(*) AS n FROM equality.facts"
    " UNION ALL SELECT -count(*) FROM equality.facts__all) AS sides",
    "the first of each": "SELECT agency, act_id, fee FROM equality.facts QUALIFY"
    " row_number() OVER (PARTITION BY agency ORDER BY fee DESC, act_id) = 1"
    " ORDER BY agency",
    "ranks": "WITH per AS (SELECT agency, month(acted_on) AS m, count(*) AS n"
    " FROM equality.facts GROUP BY 1, 2) SELECT agency, m, n,"
    " rank() OVER (PARTITION BY m ORDER BY n DESC) AS place,"
    " n - lag(n) OVER (PARTITION BY agency ORDER BY m) AS more FROM per"
    " ORDER BY agency, m",
    "those who have": "SELECT count(*) FROM equality.facts a WHERE EXISTS (SELECT 1"
    " FROM equality.facts b WHERE b.act_id = a.act_id AND b.lake_corrects)",
    "a side that is missing": "SELECT a.status, b.status, a.n FROM (SELECT status,"
    " count(*) AS n FROM equality.facts GROUP BY 1) a LEFT JOIN (SELECT DISTINCT status"
    " FROM equality.facts WHERE status < 4) b ON a.status = b.status ORDER BY 1",
}


def made(first, last, *, year=2026, corrects=False):
    """Make facts; corrects: corrections of some of them instead."""
    sql = MADE.format(first=first, last=last, year=year, corrects="false", where="")
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
        asked = ONCE.format(made=sql) if corrects else sql
        return engine.sql(asked).to_arrow_table()


def words_of(sql):
    """List the words of SQL that a question uses, as sqlglot takes it apart."""
    return {type(node) for node in parse_one(sql, dialect="duckdb").walk()}


def differences(mine, others):
    """List where two answers differ; fractions may in the order of adding."""
    if len(mine) != len(others):
        return [f"{len(mine)} rows, {len(others)} rows"]
    return [
        f"{one} {other}"
        for one, other in zip(mine, others, strict=True)
        if len(one) != len(other) or not all(map(_is_same, one, other))
    ]


def _is_same(one, other):
    if isinstance(one, float) or isinstance(other, float):
        return None not in (one, other) and isclose(one, other, rel_tol=1e-9)
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return one == other
    return type(one) is type(other) and one == other
