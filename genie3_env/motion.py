"""Motion of lifts: where a moving platform is when. Physics and painter go by the same numbers.

A row of World.lifts (float64 [P, 9]) is one lift.
"""

from numba import njit

REST = 0.5  # of the time that the way takes: how long a lift waits at either end, before and after it turns


@njit(cache=True, nogil=True, error_model="numpy")
def lift_share(tick, period):
    """Where a lift is between its ends, 0.0 to 1.0, `tick` physics steps after the episode began."""
    turn = 2.0 * ((tick % period) / period)
    share = turn if turn < 1.0 else 2.0 - turn
    return min(max(share * (1.0 + 2.0 * REST) - REST, 0.0), 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def lift_at(lift, tick):
    """(x, y, z) of the middle of a lift's upper side."""
    share = lift_share(tick, int(lift[8]))
    return (
        lift[0] + (lift[3] - lift[0]) * share,
        lift[1] + (lift[4] - lift[1]) * share,
        lift[2] + (lift[5] - lift[2]) * share,
    )
