"""Fees: bills, payments, e-receipts, refunds, and the ledger behind them.

A bill says what is owed and why; whoever pays it gets a receipt in the same
transaction; every đồng stands twice in a ledger that is only added to. QR codes are
those of VietQR (EMVCo, merchant-presented); receipts follow NĐ 254/2026 Đ22–23,
exemptions Luật Phí và lệ phí 97/2015 Đ10.
"""
