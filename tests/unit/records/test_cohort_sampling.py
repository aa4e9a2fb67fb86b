"""Drawing people so that counts come out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_cohort.sampling import Margin, allocate, cells_of, draw, draw_some, rake

cells = st.lists(st.tuples(st.floats(0, 100), st.integers(0, 50)), min_size=1, max_size=30)


@given(cells, st.integers(0, 2000))
def test_allocation_adds_up_and_stays_within_capacity(rows, total):
    shares, capacity = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = allocate(shares, capacity, total)
    assert found.sum() == min(total, capacity.sum())
    assert ((found >= 0) & (found <= capacity)).all()


def test_allocation_is_proportional():
    assert allocate(np.array([10.0, 20.0, 70.0]), np.array([1000] * 3), 100).tolist() == [10, 20, 70]


def test_what_one_cell_cannot_take_goes_to_the_others():
    assert allocate(np.array([50.0, 25.0, 25.0]), np.array([10, 100, 100]), 90).tolist() == [10, 40, 40]


def test_raking_meets_both_margins():
    first, second = np.repeat([0, 1], 3), np.tile([0, 1, 2], 2)
    size = np.array([40, 30, 20, 10, 60, 80])
    wanted = Margin(first, np.array([30.0, 70.0])), Margin(second, np.array([20.0, 30.0, 50.0]))
    found = rake(size / size.sum() * 100, size, wanted, 100)
    assert np.bincount(first, found).tolist() == pytest.approx([30, 70], abs=2)
    assert np.bincount(second, found).tolist() == pytest.approx([20, 30, 50], abs=2)
    assert found.sum() == 100


def test_a_draw_takes_its_quota_from_each_cell_and_no_person_twice():
    generator = np.random.default_rng(3)
    cell = generator.integers(0, 4, 1000)
    found = draw(generator, cell, np.array([5, 0, 100, 1]))
    assert len(set(found.tolist())) == len(found)
    assert np.bincount(cell[found], minlength=4).tolist() == [5, 0, 100, 1]


def test_chances_follow_the_weights():
    generator = np.random.default_rng(4)
    weights = np.where(np.arange(10_000) < 5000, 9.0, 1.0)
    found = draw_some(generator, 10_000, 1000, weights)
    assert (found < 5000).mean() == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize(("candidates", "number", "expected"), [(0, 5, 0), (5, 0, 0), (5, 9, 5), (5, -1, 0)])
def test_a_draw_takes_no_more_than_there_are(candidates, number, expected):
    assert len(draw_some(np.random.default_rng(1), candidates, number)) == expected


def test_cells_are_distinguished_by_all_labels():
    cell, size, labels = cells_of(np.array([0, 0, 1, 1, 0]), np.array([2, 2, 2, 0, 1]))
    assert size.tolist() == [1, 2, 1, 1]
    assert labels[0][cell].tolist() == [0, 0, 1, 1, 0]
    assert labels[1][cell].tolist() == [2, 2, 2, 0, 1]
