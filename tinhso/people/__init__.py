"""Persons, organizations (agencies, businesses) and the posts that join them.

Agency codes follow QĐ 20/2020/QĐ-TTg (`H49.22`); personal numbers follow Luật Căn
cước 2023. Named after the W3C Organization Ontology.
"""
