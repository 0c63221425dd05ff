"""Every read is told to its person (G19)."""

import pytest

from torture import readers


@pytest.mark.slow
def test_every_read_is_one_line_that_its_person_sees_in_time():
    [figure] = readers.measure(short=True)

    assert figure.reached, figure.counts
    assert figure.n >= 40
