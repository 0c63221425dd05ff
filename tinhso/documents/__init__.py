"""Files, templates, documents, and the signatures on them.

Layout after NĐ 30/2020/NĐ-CP; signatures are PAdES B-LTA (ETSI EN 319 142-1) as
Luật Giao dịch điện tử 20/2023/QH15 and NĐ 23/2025/NĐ-CP ask for archived documents.
"""
