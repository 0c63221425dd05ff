"""Messages to people: in their inbox here, and by e-mail.

What must be told, and when: NĐ 61/2018/NĐ-CP, Điều 17, 19 and 20 as carried on by
NĐ 118/2025/NĐ-CP. The wording is content of packs, with its source.
"""
