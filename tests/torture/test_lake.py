"""Each act is in the lake once and soon, though the worker is killed (G26)."""

from torture import lake


def test_an_act_that_is_missing_twice_there_or_unknown_is_found():
    assert lake.judged(["a", "b"], ["a", "b"])["acts"] == 2
    assert lake.judged(["a", "b"], ["a"])["missing"] == 1
    assert lake.judged(["a", "b"], ["a", "b", "b"])["doubled"] == 1
    assert lake.judged(["a"], ["a", "c"])["unknown"] == 1


def test_each_act_is_in_the_lake_once_though_the_worker_is_killed():
    [figure] = lake.measure(short=True)

    wrong = (*lake.WRONG, "set_aside", "wrong_then")
    assert [figure.counts[name] for name in wrong] == [0] * 5
    assert figure.counts["made_anew"] >= figure.counts["acts"]
    assert figure.counts["acts"] >= lake.SHORT.timed + lake.SHORT.kills
    # A machine that does other things, too, is slower than the goal of the long run.
    assert figure.counts["slowest_s"] <= 4 * lake.VISIBLE_SECONDS
