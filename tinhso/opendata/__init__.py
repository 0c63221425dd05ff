"""Open data: what the province gives to everybody, without harming anyone.

Datasets are declared in packs, frozen from snapshots of the lake through a privacy gate
into files that never change, and described as DCAT-AP 3.0.1. Agencies publish open data
for machines to read: NĐ 47/2020/NĐ-CP Đ17–21 (second-hand; its text was not seen).
"""
