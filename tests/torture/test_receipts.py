"""Receipts of a running platform prove themselves, and spoilt ones do not (G24)."""

from torture import receipts


def test_receipts_prove_themselves_and_nothing_has_no_code():
    [figure] = receipts.measure(short=True)

    assert figure.counts["receipts"] == receipts.SHORT.receipts
    assert figure.reached, figure.line()
