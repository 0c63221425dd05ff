"""What happened, as open tables that are only added to: facts for figures.

Apache Iceberg v2: files of columns below `TINHSO_HOME/lake`, their catalogue in the
platform's PostgreSQL. Rooms declare datasets and hand rows in with the act that made
them; each row is in its table exactly once. Nothing here names a person. Open formats
for data that machines read: NĐ 47/2020/NĐ-CP Đ4 (second-hand; its text was not seen).
"""
