"""WorldPool: many environments stepped and rendered by one call, a gymnasium.vector.VectorEnv.

N: environments, W: worlds, K: rows of the instruction table, H, W: height and width of a frame in pixels.
"""

import difflib
import hashlib
import threading
from collections.abc import Callable, Sequence
from typing import Any, Self

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from genie3_env.checks import check_count, checked_actions, checked_reset_mask
from genie3_env.infos import step_info
from genie3_env.instruction_split import rows_of_split
from genie3_env.prompt.spec import TASKS
from genie3_env.render.bank import SceneBank, build_scene_bank
from genie3_env.render.frame import Renderer, check_size
from genie3_env.render.frames import new_frames, observed
from genie3_env.render.skins import other_skin
from genie3_env.sim.bank import build_bank
from genie3_env.sim.expert import advise
from genie3_env.sim.privileged import PRIVILEGED, know
from genie3_env.sim.step import (
    TIMEOUT,
    Rules,
    begin_batch,
    choose_goal,
    new_results,
)
from genie3_env.slices import Slices, processors
from genie3_env.spaces import action_space, observation_space
from genie3_env.streams import random_streams
from genie3_env.tasks.events import apply_event, read_event
from genie3_env.tasks.instructions import Instruction, instruction_table
from genie3_env.tasks.reward import RewardFn, default_reward
from genie3_env.types import ACTION_DIM, DEFAULT_ACTION_REPEAT, SIM_STATE
from genie3_env.world import World

STATE_VERSION = 5


class WorldPool(VectorEnv):
    """N environments in W worlds; same-step autoreset; results do not depend on the number of threads.

    An observation is {"image": uint8 [N, H, W, 3], "instruction": tuple of N texts, "instruction_id": int32 [N] rows of
    `instruction_table`}, and where they are asked for "depth": float32 [N, H, W], metres along the axis of the view,
    inf in the sky, and "segmentation": uint8 [N, H, W] indices in render.classes.CLASS_NAMES. These frames are
    double-buffered: those of the last step stay as they are for one step more.

    info holds arrays [N] that describe the step just made, also where it ended an episode (and the observation is
    already the next episode's): task, flag_distance, flag_distance_delta, heading (cosine of the angle between the view
    and the walkable way), heading_delta, coins_collected, collision, explored (came to a square of the world, 4 m wide,
    where it had not been in this episode), goal_seen (the goal was in view in this episode), success, double_jumps,
    outcome (types.Outcome). In a step that ended episodes it also holds final_obs (object [N]: observations of one
    environment), final_info (the arrays above, world, goal, instruction_id, steps, and privileged, float32
    [N, PRIVILEGED], of the observations in final_obs) and their masks _final_obs and _final_info.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10, "autoreset_mode": AutoresetMode.SAME_STEP}
    render_mode = "rgb_array"

    def __init__(
        self,
        worlds: Sequence[World] | None,
        num_envs: int,
        *,
        height: int = 720,
        width: int = 1280,
        threads: int | None = None,
        split: str = "train",
        max_episode_steps: int | None = 300,
        action_repeat: int = DEFAULT_ACTION_REPEAT,
        spawn_draws: int = 1,
        spawn_farthest: bool = False,
        reward_fn: RewardFn | None = None,
        seed: int = 0,
        instructions: Sequence[Instruction] | None = None,
        sequential: bool = False,
        depth: bool = False,
        segmentation: bool = False,
        share: "WorldPool | None" = None,
    ):
        """Prepare the worlds for physics and painting.

        worlds: the worlds, or None together with `share`.
        threads: how many threads step and render; None: one for each processor that this process may use.
        split: rows of the instruction table to give, "train" or "held_out".
        max_episode_steps: environment steps until an episode is truncated; None: never.
        spawn_draws: an episode begins at the nearest to its goal of so many spawns drawn at random: easier above 1.
        spawn_farthest: at the farthest of them instead: harder above 1.
        reward_fn: (obs, action, info) -> float [N], called once for all environments.
        instructions: another instruction table.
        sequential: environment i begins in world i % W and goes N worlds on with every episode, for evaluation;
            otherwise worlds are drawn at random. Either way each environment's episodes follow from the seed alone,
            whatever is done in them.
        depth, segmentation: whether observations hold these frames too.
        share: a pool whose prepared worlds are used again, at no cost of memory.
        """
        check_size(height, width)
        threads = len(processors()) if threads is None else threads
        counts = {"num_envs": num_envs, "threads": threads, "action_repeat": action_repeat, "spawn_draws": spawn_draws}
        for name, count in counts.items():
            check_count(name, count)
        if max_episode_steps is not None:
            check_count("max_episode_steps", max_episode_steps)
        if share is not None:
            if worlds is not None and tuple(worlds) != share.worlds:
                raise ValueError("worlds differ from those of the pool to share; pass worlds=None with share=pool.")
            self.worlds, self._sim_bank, self._scene_bank = share.worlds, share._sim_bank, share._scene_bank
        else:
            self.worlds = tuple(worlds or ())
            self._sim_bank = build_bank(self.worlds)
            self._scene_bank = build_scene_bank(self.worlds, workers=threads)

        self.num_envs = num_envs
        tasks = tuple(task for task in TASKS if any(world.spec.task == task for world in self.worlds))
        self.instruction_table = tuple(instruction_table(tasks) if instructions is None else instructions)
        self._texts = tuple(instruction.text for instruction in self.instruction_table)
        self._reward_fn = default_reward if reward_fn is None else reward_fn
        self._seed = seed
        rows, start = rows_of_split(self.instruction_table, split, self.worlds)
        limit = np.iinfo(np.int32).max if max_episode_steps is None else max_episode_steps
        stride = num_envs if sequential else 0
        self._rules = Rules(
            rows,
            start,
            action_repeat,
            int(limit),
            np.arange(len(self.worlds)),
            spawn_draws,
            spawn_farthest,
            world_stride=stride,
            autoreset=True,
        )

        self.single_action_space = action_space()
        self.single_observation_space = observation_space(height, width, self._texts, depth, segmentation)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)

        self._states = np.zeros(num_envs, SIM_STATE)
        self._results = new_results(self._states)
        self._begun = False
        self._depth, self._segmentation = depth, segmentation
        self._frames = [new_frames(num_envs, height, width, depth=depth, segmentation=segmentation) for _ in range(2)]
        self._shown = 0  # which of the two holds the current frames
        self._instructions: tuple[str, ...] = ()
        self._slices = Slices(num_envs, threads, self._scene_bank, height, width)
        self._renderer = Renderer(self._scene_bank, height, width, self._slices.parts)
        self._renderer_lock = threading.Lock()
        self._digest: str | None = None

    # Gymnasium's door.

    def reset(self, *, seed: int | Sequence[int] | None = None, options: dict[str, Any] | None = None):
        """Begin new episodes: (observation, info).

        seed: of all random streams (one number, or one per environment); None: they run on.
        options: {"reset_mask": bool [N]} resets some environments only.
        """
        self._check_open()
        mask = checked_reset_mask(options, self.num_envs)
        super().reset(seed=seed if isinstance(seed, int) else None)
        fresh = seed is not None or not self._begun
        if fresh:
            self._states["random"][mask] = random_streams(self._seed if seed is None else seed, self.num_envs)[mask]
        if not self._begun and not mask.all():
            raise gymnasium.error.ResetNeeded("The first reset must be of all environments; leave reset_mask out.")
        worlds = np.full(self.num_envs, -1, np.int64)
        if self._rules.world_stride:
            worlds = np.arange(self.num_envs) if fresh else self._states["world"] + self._rules.world_stride
            worlds = worlds % len(self.worlds)
        begin_batch(self._sim_bank, self._rules, self._states, worlds, mask)
        self._begun = True
        self._results = new_results(self._states)
        self._show_states()
        return self.observe(), step_info(self._sim_bank, self._results)

    def step(self, actions: np.ndarray):
        """Step all environments: (observation, rewards float32 [N], terminated, truncated bool [N], info).

        actions: float [N, 8]; inputs outside of -1..1 are held at the end of the range.
        """
        self._check_begun()
        actions = checked_actions(actions, (self.num_envs, ACTION_DIM))
        self._shown = 1 - self._shown
        self._slices.play(self._sim_bank, self._rules, actions, self._states, self._results, self._frames[self._shown])
        info = step_info(self._sim_bank, self._results)
        done = info["outcome"] != 0
        truncated = info["outcome"] == TIMEOUT
        if done.any():
            self._instructions = self._read(self._states["instruction"])
            self._add_final(info, done)
        obs = self.observe()
        rewards = np.asarray(self._reward_fn(obs, actions, info), np.float32)
        if rewards.shape != (self.num_envs,):
            raise ValueError(f"reward_fn gave shape {rewards.shape}; it must give one reward each, ({self.num_envs},).")
        return obs, rewards, done & ~truncated, truncated, info

    def render(self) -> tuple[np.ndarray, ...]:
        """The current frames, uint8 [H, W, 3] each."""
        return tuple(self._frames[self._shown].images)

    def close_extras(self, **_: Any) -> None:
        """End the threads."""
        self._slices.close()
        self._renderer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What a vector environment has not.

    def set_spawn_draws(self, spawn_draws: int, spawn_farthest: bool = False) -> None:
        """From the next episodes on, begin at another choice of spawns; see `WorldPool`."""
        check_count("spawn_draws", spawn_draws)
        self._rules = self._rules._replace(spawn_draws=spawn_draws, spawn_farthest=spawn_farthest)

    def set_hardest(self, difficulty: float) -> None:
        """From the next episodes on, begin only in worlds of at most this difficulty (WorldSpec.difficulty).

        ValueError where there is none, or where the pool is sequential and goes through all of them.
        """
        if self._rules.world_stride:
            raise ValueError(
                "A sequential pool plays every world in turn; leave set_hardest to pools that draw worlds."
            )
        difficulties = np.array([world.spec.difficulty for world in self.worlds])
        eligible = np.flatnonzero(difficulties <= difficulty)
        if not len(eligible):
            raise ValueError(
                f"No world has a difficulty of at most {difficulty}; the easiest has {difficulties.min()}."
            )
        self._rules = self._rules._replace(worlds=eligible)

    def event(self, text: str, envs: Sequence[int] | None = None) -> dict[str, Any]:
        """Let something happen in some environments (None: in all), see tasks.events; the observation afterwards.

        ValueError where the sentence changes nothing, or a world has not what it is about; then nothing has happened.
        """
        self._check_begun()
        events = read_event(text)

        def happen(states: np.ndarray, index: int) -> None:
            for one in events:
                apply_event(one, states, index, self.worlds[states["world"][index]])

        return self._changed(happen, envs)

    def instruct(self, text: str, envs: Sequence[int] | None = None) -> dict[str, Any]:
        """Give another instruction in mid-episode, a sentence of instruction_table; the observation afterwards.

        ValueError where the table has no such sentence, or a world not what it names; then nothing has changed.
        """
        self._check_begun()
        row = next((row for row in self.instruction_table if row.text == text), None)
        if row is None:
            close = difflib.get_close_matches(text, self._texts, 1, 0.0)
            raise ValueError(f"The instruction table has no sentence {text!r}; the nearest is {close[0]!r}.")
        task, colour, number = TASKS.index(row.task), row.colour, row.id
        return self._changed(
            lambda states, index: choose_goal(self._sim_bank, states, index, task, colour, number), envs
        )

    def observe(self) -> dict[str, Any]:
        """The current observation once more."""
        return {
            **observed(self._frames[self._shown]),
            "instruction": self._instructions,
            "instruction_id": self._states["instruction"].copy(),
        }

    @property
    def states(self) -> np.ndarray:
        """SIM_STATE [N], a copy: what the current observation shows."""
        return self._states.copy()

    @property
    def privileged(self) -> np.ndarray:
        """float32 [N, PRIVILEGED] what the simulator knows of the current observation; see sim.privileged.know."""
        return self._known(self._states)

    @property
    def expert_actions(self) -> np.ndarray:
        """float32 [N, 8] what an expert who knows the way would do now; see sim.expert.advise."""
        actions = np.empty((self.num_envs, ACTION_DIM), np.float32)
        advise(self._states, actions)
        return actions

    @property
    def scene_bank(self) -> SceneBank:
        """The worlds as the renderer's kernels take them."""
        return self._scene_bank

    def render_states(
        self, states: np.ndarray, skins: np.ndarray | None = None, out: np.ndarray | None = None
    ) -> np.ndarray:
        """Frames uint8 [M, H, W, 3] of any states [M] of this pool's worlds, in other skins (int32 [M]) if given."""
        with self._renderer_lock:
            return self._renderer.render(states, skins, out)

    def other_skins(self, states: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """int32 [M]: for each of the states a skin that its world does not naturally wear, by a number in [0, 1)."""
        natural = self._scene_bank.world_skins[states["world"]]
        return np.array([other_skin(int(skin), draw) for skin, draw in zip(natural, draws, strict=True)], np.int32)

    def state_dict(self) -> dict[str, Any]:
        """Everything that the future depends on beside the worlds and the actions; arrays, numbers and texts."""
        if not self._begun:
            raise gymnasium.error.ResetNeeded("Call reset() before state_dict().")
        return {
            "version": STATE_VERSION,
            "worlds": self._worlds_digest(),
            "states": self._states.view(np.uint8).reshape(self.num_envs, -1).copy(),
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on exactly where `state_dict` was taken; observe() gives the observation of then."""
        self._check_open()
        if saved["version"] != STATE_VERSION:
            raise ValueError(f"The pool state has version {saved['version']}; this code reads {STATE_VERSION}.")
        if saved["worlds"] != self._worlds_digest():
            raise ValueError("The pool state was saved in other worlds; use the same prompt or spec, number and seed.")
        states = np.ascontiguousarray(saved["states"], np.uint8)
        if states.shape != (self.num_envs, SIM_STATE.itemsize):
            raise ValueError(f"The pool state holds {len(states)} environments; this pool has {self.num_envs}.")
        self._states[:] = states.view(SIM_STATE)[:, 0]
        self._begun = True
        self._results = new_results(self._states)
        self._show_states()

    # Inside.

    def _changed(self, change: Callable[[np.ndarray, int], None], envs: Sequence[int] | None) -> dict[str, Any]:
        """The observation after `change` has been made to some states (None: to all), or to none where it raises."""
        states = self._states.copy()
        for index in range(self.num_envs) if envs is None else envs:
            change(states, index)
        self._states[:] = states
        self._show_states()
        return self.observe()

    def _add_final(self, info: dict[str, Any], done: np.ndarray) -> None:
        """Put the last observation and info of the episodes that ended into `info`."""
        after = self._results.after
        ended = np.flatnonzero(done)
        with self._renderer_lock:
            frames = self._renderer.see(after[ended], depth=self._depth, segmentation=self._segmentation)
        texts = self._read(after["instruction"][ended])
        rows = after["instruction"].copy()
        final_obs = np.full(self.num_envs, None, dtype=object)
        for k, (text, i) in enumerate(zip(texts, ended, strict=True)):
            final_obs[i] = {**observed(frames, k), "instruction": text, "instruction_id": int(rows[i])}
        privileged = np.zeros((self.num_envs, PRIVILEGED), np.float32)
        privileged[ended] = self._known(after[ended])
        episode = {"world": after["world"].copy(), "goal": after["goal"].copy(), "steps": after["step"].copy()}
        episode |= {"instruction_id": rows, "privileged": privileged}
        final_info = {name: value.copy() for name, value in info.items()} | episode
        info["final_obs"], info["_final_obs"] = final_obs, done.copy()
        info["final_info"], info["_final_info"] = final_info, done.copy()

    def _known(self, states: np.ndarray) -> np.ndarray:
        known = np.empty((len(states), PRIVILEGED), np.float32)
        know(self._sim_bank, states, known)
        return known

    def _show_states(self) -> None:
        """Paint the current states into the frames not shown, then show these."""
        self._shown = 1 - self._shown
        with self._renderer_lock:
            self._renderer.render_into(self._frames[self._shown], self._states)
        self._instructions = self._read(self._states["instruction"])

    def _read(self, rows: np.ndarray) -> tuple[str, ...]:
        return tuple([self._texts[row] for row in rows.tolist()])

    def _worlds_digest(self) -> str:
        if self._digest is None:
            self._digest = hashlib.sha256("".join(world.digest for world in self.worlds).encode()).hexdigest()
        return self._digest

    def _check_begun(self) -> None:
        self._check_open()
        if not self._begun:
            raise gymnasium.error.ResetNeeded("Nothing has begun yet; call reset() first.")

    def _check_open(self) -> None:
        if self.closed:
            raise gymnasium.error.ClosedEnvironmentError("The pool is closed; make a new one.")
