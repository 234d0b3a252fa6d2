"""Environments divided among threads: each steps and renders a slice of them."""

import itertools
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from genie3_env.render.bank import SceneBank
from genie3_env.render.frame import new_scratch, render_state
from genie3_env.render.frames import Frames
from genie3_env.sim.bank import SimBank
from genie3_env.sim.step import Results, Rules, step_one


class Slices:
    """Steps and renders N environments by `threads` threads, of which the calling one is the first."""

    def __init__(self, num_envs: int, threads: int, scenes: SceneBank, height: int, width: int):
        self.parts = min(threads, num_envs)
        cuts = [num_envs * part // self.parts for part in range(self.parts + 1)]
        self._scenes = scenes
        self._slices = list(itertools.pairwise(cuts))
        self._scratches = [new_scratch(scenes, height, width) for _ in self._slices]
        # The calling thread works on the first slice itself.
        more = self.parts - 1
        self._executor = ThreadPoolExecutor(more, thread_name_prefix="pool") if more else None

    def play(
        self, bank: SimBank, rules: Rules, actions: np.ndarray, states: np.ndarray, results: Results, frames: Frames
    ) -> None:
        """Step all states in place and render what they then see."""
        jobs = [
            (bank, rules, self._scenes, scratch, actions, states, results, frames, lo, hi)
            for scratch, (lo, hi) in zip(self._scratches, self._slices, strict=True)
        ]
        if self._executor is None:
            play_slice(*jobs[0])
            return
        futures = [self._executor.submit(play_slice, *job) for job in jobs[1:]]
        play_slice(*jobs[0])
        for future in futures:
            future.result()

    def close(self) -> None:
        """End the threads."""
        if self._executor is not None:
            self._executor.shutdown()


@njit(cache=True, nogil=True, error_model="numpy")
def play_slice(sim_bank, rules, scene_bank, scratch, actions, states, results, frames, lo, hi):
    """Step environments lo..hi-1 in place and render what they then see into their frames."""
    for i in range(lo, hi):
        step_one(sim_bank, rules, actions, states, results, i)
        render_state(scene_bank, scratch, states, i, -1, frames)


def processors() -> Sequence[int]:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)
