"""In which order sequences and pairs are learned from, and which states pairs are made of.

Everything here is drawn alike in every process and follows from numbers alone, so that two processes that hold half of
the environments each learn what one process learns that holds them all.
"""

import numpy as np


def minibatches(rng: np.random.Generator, count: int, parts: int, epochs: int) -> np.ndarray:
    """int64 [epochs * parts, count / parts]: numbers below `count`, each used once an epoch.

    A minibatch takes one of every `parts` neighbours: whatever the number of devices that `count` lies on in turn, each
    gives as much to every minibatch, and nothing has to move.
    """
    groups = count // parts
    inside = rng.permuted(np.tile(np.arange(parts), (epochs, groups, 1)), axis=2)
    return (inside + parts * np.arange(groups)[None, :, None]).swapaxes(1, 2).reshape(epochs * parts, groups)


def pair_places(rng: np.random.Generator, pairs: int, steps: int, envs: int) -> tuple[np.ndarray, np.ndarray]:
    """(times, environments) int64 [P], no place twice; the pairs go through the environments in order.

    ValueError where there are more pairs than places.
    """
    if pairs > steps * envs:
        raise ValueError(f"pairs is {pairs}, but a rollout has only {steps * envs} frames; choose at most that many.")
    number = np.arange(pairs)
    low, high = number * envs // max(pairs, 1), (number + 1) * envs // max(pairs, 1)
    drawn = low + (rng.random(pairs) * (high - low)).astype(np.int64)
    times = rng.permuted(np.tile(np.arange(steps), (envs, 1)), axis=1)
    turn = number - np.searchsorted(low, low)  # how many pairs before it have the same environments to draw from
    return times[drawn, turn], drawn
