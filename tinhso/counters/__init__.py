"""Appointments and queue tickets at the one-stop desks of the units that receive.

A unit publishes slots, citizens book them; at the desk numbers are issued and called.
Booking in advance is a right of NĐ 61/2018/NĐ-CP as carried on by NĐ 118/2025/NĐ-CP
only as far as its text was seen (it was not); hours, quotas and priority groups are
therefore rows of the unit, and none of them is law.
"""
