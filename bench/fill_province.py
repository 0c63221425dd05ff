"""Fill a database with the dossiers of a province: a year's, most of them ended.

All are synthetic and flagged so. Of one in 33 somebody must still do something; the
others were returned, one in twelve of them late. Ids, codes, dates and rows are of the
shape that submissions write.
"""

import psycopg

# Everything hangs on the number of the dossier, so that two fills are alike.
PEOPLE = """
INSERT INTO people_personrow (id, full_name, sort_name, personal_number, gender,
    ethnicity, nationality, phone, email, residence, is_synthetic)
SELECT md5('person' || i)::uuid, ho || ' ' || dem || ' ' || ten,
    lower(ten || ' ' || ho || ' ' || dem), '0220' || lpad(i::text, 8, '0'),
    '', '', 'Việt Nam', '', '', 'Tổ ' || i %% 90, true
FROM generate_series(1, %(people)s) AS i,
LATERAL (SELECT
    (ARRAY['Nguyễn','Trần','Lê','Phạm','Hoàng','Vũ','Đặng','Bùi','Đỗ','Ngô'])[1+i%%10]
        AS ho,
    (ARRAY['Văn','Thị','Minh','Quang','Ngọc','Thu','Đức'])[1+i%%7] AS dem,
    (ARRAY['An','Bình','Chi','Dũng','Hà','Hải','Hạnh','Hương','Khoa','Lan','Linh'])[1+i%%11]
        AS ten) AS names
"""
DOSSIERS = """
INSERT INTO procedures_dossierrow (id, code, owner_id, applicant_name,
    organization_id, procedure_id, calendar_id, channel, fee, answers, status, step,
    came_from, submitted_at, received_at, ended_at, original_due_at, due_at,
    stopped_at, result_data, idempotency_key, content_digest, revision, is_synthetic,
    search, resolved_at)
SELECT id, code, owner_id, (SELECT full_name FROM people_personrow p
        WHERE p.id = owner_id), organization_id, procedure_id, calendar_id, channel, 0,
    jsonb_build_object('requester_name', 'A', 'child_name', 'B', 'note', note),
    status, step, '', at, at + interval '10 minutes',
    CASE WHEN is_open THEN NULL ELSE due_at + late END, due_at, due_at, NULL,
    '{}', 'fill-' || i, md5(i::text), CASE WHEN is_open THEN 3 ELSE 7 END, true,
    (SELECT lower(unaccent(full_name)) FROM people_personrow p WHERE p.id = owner_id)
        || ' ' || lower(code), CASE WHEN is_open THEN NULL ELSE due_at + late END
FROM (
    SELECT i, is_open, at, units.id AS organization_id, procedure_id, calendar_id,
        md5('dossier' || i)::uuid AS id, md5('person' || 1 + i %% %(people)s)::uuid
            AS owner_id,
        units.code || '-' || to_char(at, 'YYMMDD') || '-' || lpad(i::text, 7, '0')
            AS code,
        (ARRAY['online', 'online', 'counter'])[1 + i %% 3] AS channel,
        repeat(md5(i::text), 8) AS note,
        CASE WHEN is_open THEN at + interval '1 day' * (1 + i %% 40)
            ELSE at + interval '1 day' * (1 + i %% 5) END AS due_at,
        CASE WHEN i %% 12 = 0 THEN interval '1 day' ELSE interval '-2 hours' END
            AS late,
        CASE WHEN is_open THEN (ARRAY[1, 4, 4])[1 + i %% 3] ELSE 10 END AS status,
        CASE WHEN is_open THEN (ARRAY['intake', 'assess', 'assess'])[1 + i %% 3]
            ELSE 'returned' END AS step
    FROM generate_series(1, %(dossiers)s) AS i
    CROSS JOIN LATERAL (SELECT i %% 33 = 0 AS is_open) AS open
    CROSS JOIN LATERAL (SELECT %(now)s::timestamptz - CASE WHEN is_open
        THEN interval '1 hour' * (i %% 400) ELSE interval '1 minute'
        * (30000 + i::bigint * 7919 %% 480000) END AS at) AS moment
    JOIN LATERAL (SELECT id, code FROM (SELECT id, code, row_number() OVER (ORDER BY
        code) - 1 AS n, count(*) OVER () AS c FROM people_organizationrow
        WHERE level = 'commune' AND receives AND valid_to IS NULL) AS u
        WHERE n = i %% c) AS units ON true
    JOIN LATERAL (SELECT id AS procedure_id FROM (SELECT id, row_number() OVER (ORDER BY
        code) - 1 AS n, count(*) OVER () AS c FROM procedures_procedureversion) AS v
        WHERE n = i %% c) AS versions ON true
    CROSS JOIN (SELECT id AS calendar_id FROM procedures_calendarversion
        WHERE key = 'default' ORDER BY number DESC LIMIT 1) AS calendar
) AS made
"""
MOVES = """
INSERT INTO procedures_moverow (id, dossier_id, at, action, step, status, actor_name,
    note)
SELECT md5(d.id::text || n)::uuid, d.id, d.submitted_at + interval '5 minutes' * n,
    (ARRAY['submit', 'receive', 'draft_result', 'return_result'])[n],
    (ARRAY['intake', 'assess', 'assess', 'returned'])[n],
    (ARRAY[1, 4, 4, 10])[n], d.applicant_name, ''
FROM procedures_dossierrow d
CROSS JOIN LATERAL generate_series(1, CASE WHEN d.ended_at IS NULL THEN 2 ELSE 4 END)
    AS n
WHERE d.idempotency_key LIKE 'fill-%%'
"""
TASKS = """
INSERT INTO procedures_taskrow (id, dossier_id, step, role, organization_id,
    assignee_name, opened_at, due_at, closed_at, outcome)
SELECT md5(d.id::text || 'task' || n)::uuid, d.id,
    CASE WHEN n = 1 THEN 'intake' ELSE 'assess' END,
    CASE WHEN n = 1 THEN 'clerk' ELSE 'case_officer' END, d.organization_id, '',
    d.submitted_at, d.due_at,
    CASE WHEN n = open_at THEN NULL ELSE d.submitted_at + interval '1 hour' END,
    CASE WHEN n = open_at THEN '' ELSE 'receive' END
FROM procedures_dossierrow d
CROSS JOIN LATERAL (SELECT CASE WHEN d.ended_at IS NOT NULL THEN 0
    WHEN d.step = 'intake' THEN 1 ELSE 2 END AS open_at) AS place
CROSS JOIN LATERAL generate_series(1, CASE WHEN d.step = 'intake' THEN 1 ELSE 2 END)
    AS n
WHERE d.idempotency_key LIKE 'fill-%%'
"""


def fill(url: str, *, dossiers: int, now: str) -> None:
    """Write that many dossiers with their people, moves and tasks; then analyze."""
    values = {"dossiers": dossiers, "people": max(50, dossiers // 5), "now": now}
    with psycopg.connect(url, autocommit=True) as connection:
        # Nothing of it must survive a power cut; and the rows are right by making.
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET session_replication_role = replica")
        for statement in (PEOPLE, DOSSIERS, MOVES, TASKS):
            connection.execute(statement, values)
        connection.execute("VACUUM ANALYZE")
