"""One key has one effect, however many come with it at once (G6)."""

from torture import repeats


def test_fifty_at_once_have_one_effect_and_one_answer():
    [figure] = repeats.measure(short=True)

    assert figure.counts["more_or_less_than_one_effect"] == 0
    assert figure.counts["different_answers"] == 0
    assert figure.counts["other_content_not_refused"] == 0
    assert figure.n >= 3 * repeats.AT_ONCE
