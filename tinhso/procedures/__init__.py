"""Procedures: catalogue, forms, dossiers, workflow and deadlines of the one-stop shop.

Named after CPSV-AP. Legal sources: NĐ 61/2018/NĐ-CP with NĐ 107/2021 for dossiers
received to 30/06/2025, NĐ 118/2025/NĐ-CP with NĐ 367/2025 after that; TT
01/2018/TT-VPCP for codes and forms. The inner folders hold pure rules:

    catalogue/  from pack content to procedures, search words
    forms/      reading answers, conditions, checks, JSON Schema
    workflow/   the state machine and its BPMN drawing
    deadlines/  working time and due dates
    dossiers/   codes, completion, the officer's clock
"""
