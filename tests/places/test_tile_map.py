"""Each commune has a tile of its own, near its neighbors."""

from datetime import date
from itertools import combinations
from math import cos, hypot, radians

import pytest

from tinhso.places import queries, rules

TODAY = date(2026, 6, 16)


def test_few_units_keep_their_order():
    tiles = rules.tile_map(
        (
            rules.Center("west", 21.0, 106.0),
            rules.Center("east", 21.0, 108.0),
            rules.Center("north", 22.0, 107.0),
        )
    )

    assert tiles["west"].x < tiles["north"].x < tiles["east"].x
    assert tiles["north"].y < tiles["west"].y


def test_no_units_make_no_tiles():
    assert rules.tile_map(()) == {}


def test_units_at_the_same_place_get_different_tiles():
    same = tuple(rules.Center(str(n), 21.0, 107.0) for n in range(7))

    assert len(set(rules.tile_map(same).values())) == 7


def test_the_order_of_the_input_does_not_matter():
    centers = tuple(rules.Center(str(n), 21 + n % 3, 107 + n % 5) for n in range(15))

    assert rules.tile_map(centers) == rules.tile_map(centers[::-1])


@pytest.mark.usefixtures("quang_ninh")
def test_the_54_communes_have_54_tiles_near_their_places():
    tiles = queries.hexagons(on=TODAY)
    pairs = list(combinations(tiles, 2))
    true = [distance(a.unit, b.unit) for a, b in pairs]
    shown = [hypot(a.x - b.x, a.y - b.y) for a, b in pairs]

    assert len({(tile.column, tile.row) for tile in tiles}) == 54
    # Distances on the tile map grow as true distances do.
    assert correlation(true, shown) > 0.95


def distance(a, b):
    shrink = cos(radians(21.2))
    return hypot((a.longitude - b.longitude) * shrink, a.latitude - b.latitude)


def correlation(left, right):
    n = len(left)
    mean_l, mean_r = sum(left) / n, sum(right) / n
    joint = sum((a - mean_l) * (b - mean_r) for a, b in zip(left, right, strict=True))
    spread = sum((a - mean_l) ** 2 for a in left) * sum(
        (b - mean_r) ** 2 for b in right
    )
    return joint / spread**0.5
