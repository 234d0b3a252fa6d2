"""The pictures of a rollout, brought when they are learned from: kept, or rendered again from the simulator's states.

T: time, B: environments of this process, S: steps of a sequence, Q: sequences, m: some of them, P: contrastive pairs.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from sima_jax.types import ContrastivePairs

AHEAD = 2  # batches that are made while one is learned from


class Frames(Protocol):
    """The pictures of one rollout."""

    def sequences(self, numbers: np.ndarray, steps: int) -> np.ndarray:
        """uint8 [S, m, H, W, 3] of the sequences `numbers` [m], each of S = `steps` steps; see `places_of`."""
        ...

    def pairs(self, numbers: np.ndarray) -> ContrastivePairs:
        """The contrastive pairs of some numbers, 0 to P - 1."""
        ...


class Renderer(Protocol):
    """What draws states: a pool."""

    def render_states(self, states: np.ndarray, skins: np.ndarray | None = None) -> np.ndarray: ...


@dataclass(frozen=True)
class StoredFrames:
    """All pictures, as they were seen. image: uint8 [T, B, H, W, 3]."""

    image: np.ndarray
    all_pairs: ContrastivePairs

    def sequences(self, numbers: np.ndarray, steps: int) -> np.ndarray:
        return self.image[places_of(numbers, steps, len(self.image))]

    def pairs(self, numbers: np.ndarray) -> ContrastivePairs:
        kept: Any = self.all_pairs
        return ContrastivePairs(kept.image[numbers], kept.other[numbers], kept.instruction[numbers])


@dataclass(frozen=True)
class RenderedFrames:
    """States instead of pictures: some hundred bytes each instead of 2.8 MB at 1280x720.

    states: [T, B]. pair_states [P], pair_skins int32 [P], pair_instruction int32 [P]: of the contrastive pairs.
    """

    renderer: Renderer
    states: np.ndarray
    pair_states: np.ndarray
    pair_skins: np.ndarray
    pair_instruction: np.ndarray

    def sequences(self, numbers: np.ndarray, steps: int) -> np.ndarray:
        states = self.states[places_of(numbers, steps, len(self.states))]
        images = self.renderer.render_states(np.ascontiguousarray(states).reshape(-1))
        return images.reshape(*states.shape, *images.shape[1:])

    def pairs(self, numbers: np.ndarray) -> ContrastivePairs:
        states, skins = self.pair_states[numbers], self.pair_skins[numbers]
        arrays: Any = self.renderer.render_states(states), self.renderer.render_states(states, skins)
        return ContrastivePairs(*arrays, self.pair_instruction[numbers])  # type: ignore[arg-type]: on the host


def places_of(numbers: np.ndarray, steps: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Index into [T, B]: times [S, m] and environments [1, m] of sequences; T = `length`.

    Sequences are numbered environment after environment: those of one lie side by side, as their devices do.
    """
    environments, segments = np.divmod(np.asarray(numbers), length // steps)
    return segments[None] * steps + np.arange(steps)[:, None], environments[None]


def ahead(frames: Frames, batches: list[tuple[np.ndarray, np.ndarray]], steps: int, seen: bool) -> Iterator[Any]:
    """(pictures of sequences or None, pairs) of each batch (sequences [m], pairs [p]), AHEAD of them begun early.

    seen: whether the sequences' pictures are wanted.
    """

    def bring(batch: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray | None, ContrastivePairs]:
        numbers, pairs = batch
        return frames.sequences(numbers, steps) if seen else None, frames.pairs(pairs)

    with ThreadPoolExecutor(1, thread_name_prefix="frames") as thread:
        waiting: list[Future] = [thread.submit(bring, batch) for batch in batches[:AHEAD]]
        for number in range(len(batches)):
            ready = waiting.pop(0).result()
            if number + AHEAD < len(batches):
                waiting.append(thread.submit(bring, batches[number + AHEAD]))
            yield ready
