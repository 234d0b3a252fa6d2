"""Rivers: as wide as asked where they run straight, in one piece wherever they turn."""

from unittest.mock import create_autospec

import numpy as np
from scipy.ndimage import label

from genie3_env.worldgen.waters import river_mask


def test_a_river_between_equal_knots_is_a_straight_band():
    level = create_autospec(np.random.Generator, instance=True)
    level.random.side_effect = lambda size=None: 0.0 if size is None else np.zeros(size)
    # 20 columns across: all knots at 0.30 * 20 = 6. Four wide: the columns whose middles are less than 2 from 6.
    mask = river_mask((32, 20), 4, 0, False, level)
    assert np.flatnonzero(mask.all(0)).tolist() == [4, 5, 6, 7] and mask.sum() == 4 * 32
    np.testing.assert_array_equal(river_mask((20, 32), 4, 1, False, level), mask.T)


def test_rivers_run_whole_from_edge_to_edge_without_lumps():
    for seed in range(40):
        mask = river_mask((64, 64), 5, 0, False, np.random.default_rng(seed))
        assert label(mask, output=np.empty(mask.shape, np.int32)) == 1 and mask[0].any() and mask[-1].any()
        # At its steepest it crosses 1.5 * 0.40 * 64 / 16 = 2.4 columns a row: 5 * sqrt(1 + 2.4 ** 2) = 13 are wet.
        assert mask.sum(1).min() >= 4 and mask.sum(1).max() <= 14
