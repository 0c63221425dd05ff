"""Every read is told to its person (G19)."""

import pytest

from torture import readers

# It times the platform, or takes the machine to its limits.
pytestmark = pytest.mark.alone


@pytest.mark.slow
def test_every_read_is_one_line_that_its_person_sees_in_time():
    [figure] = readers.measure(short=True)

    assert figure.reached, figure.counts
    assert figure.n >= 40
