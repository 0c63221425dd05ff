"""The page of trust says what was measured, and nothing else."""

from torture.figures import PAGE, PROMISES, Figure, page, read


def test_the_page_is_made_from_the_figures_that_are_kept():
    assert PAGE.read_text("utf-8") == page(read())


def test_a_goal_without_a_figure_stands_there_as_not_run():
    rows = page([]).splitlines()

    assert sum("| not run |" in row for row in rows) == len(PROMISES)


def test_a_goal_not_reached_stands_there_as_such_with_its_number():
    lost = Figure("G1", {"kills": 9, "lost": 2}, 9, False, "python -m torture G1")

    assert "| **no** | kills 9, lost 2 | 9 |" in page([lost])
    assert lost.line() == "G1 kills=9 lost=2 NOT REACHED"
