"""The short ordeal of callbacks (G7)."""

from torture import callbacks


def test_no_dong_is_between_gateway_and_ledger():
    [figure] = callbacks.measure(short=True)

    assert figure.reached, figure.line()
    assert figure.n == callbacks.SHORT
    assert figure.counts["paid"] > 50
    assert figure.counts["SignatureWrong"] > 100
    assert figure.counts["took_vnd"] > 0
