"""Verifies receipts, results and the journal of Tỉnh Số without Tỉnh Số."""
