"""Collecting rollouts: while one half of the environments simulates, the agent thinks for the other.

T: time, B: all environments, b: environments of one half.

Both pools play in the same worlds: either can render the states of the other.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import jax
import numpy as np

from sima_jax.learner.act import Decision, acting_key
from sima_jax.learner.episodes import Episodes, Seconds
from sima_jax.learner.frames import Frames, RenderedFrames, StoredFrames
from sima_jax.learner.order import pair_places
from sima_jax.learner.pool import Pool
from sima_jax.processes import gather
from sima_jax.types import ContrastivePairs, Rollout, TrainState

_TOLD = 1  # which of a rollout's random streams decides who hears the instruction


class Actor(Protocol):
    """The compiled functions that acting needs (see programs.py)."""

    def acting_params(self, params: Any) -> Any: ...
    @property
    def encode_for_training(self) -> Callable[[Any, Any], jax.Array]: ...
    @property
    def act(self) -> Callable[..., Decision]: ...
    def initial_memory(self, batch: int) -> jax.Array: ...
    def no_actions(self, batch: int) -> np.ndarray: ...


@dataclass
class _Half:
    """One half of the environments, with what must be remembered between steps."""

    pool: Pool
    columns: slice
    envs: np.ndarray  # int32 [b] their numbers among those of all processes
    memory: Any
    resets: np.ndarray
    previous_actions: np.ndarray
    returns: np.ndarray
    lengths: np.ndarray
    running: Future | None = None


@dataclass
class _Mind:
    """What decides in one rollout: parameters, the instruction table as it is read, the key of the noise."""

    params: Any
    language: Any
    key: jax.Array


class Collector:
    """Fills rollouts of T steps from two pools. A context manager: it owns two simulation threads."""

    def __init__(
        self,
        actor: Actor,
        halves: tuple[Pool, Pool],
        rollout_steps: int,
        pairs: int,
        seed: int,
        *,
        sequences: int = 1,
        rerender: bool = False,
        untold: float = 0.0,
    ):
        """pairs: contrastive pairs per rollout of all processes; seed: decides the acting noise, the episodes and the
        choice of pairs; sequences: see PPOConfig.
        rerender: keep states and render them again instead of keeping pictures.
        untold: share of the environments whose instruction is kept from the agent in a rollout.

        ValueError where a rollout has fewer frames than pairs, or cannot be cut into the sequences.
        """
        if rollout_steps % sequences:
            raise ValueError(f"rollout_steps is {rollout_steps}; it must be a multiple of sequences = {sequences}.")
        self._actor = actor
        self._steps, self._sequences = rollout_steps, sequences
        self._pairs = pairs
        self._seed = seed
        self._key = acting_key(seed)
        self._rerender, self._untold = rerender, untold
        self._rollouts = 0  # ever collected: no two share their noise, whatever the policy
        local = sum(pool.num_envs for pool in halves)
        self._all_envs, first_env = local * jax.process_count(), local * jax.process_index()
        pair_places(np.random.default_rng(0), pairs, rollout_steps, self._all_envs)  # whether there are so many
        self._threads = ThreadPoolExecutor(max_workers=len(halves), thread_name_prefix="simulation")
        self._halves: list[_Half] = []
        first = 0
        for pool in halves:
            count = pool.num_envs
            envs = first_env + first + np.arange(count, dtype=np.int32)
            pool.reset(seed=[env_seed(seed, env) for env in envs.tolist()])
            self._halves.append(
                _Half(
                    pool=pool,
                    columns=slice(first, first + count),
                    envs=envs,
                    memory=actor.initial_memory(count),
                    resets=np.ones(count, np.float32),
                    previous_actions=actor.no_actions(count),
                    returns=np.zeros(count, np.float64),
                    lengths=np.zeros(count, np.int64),
                )
            )
            first += count
        image = None if rerender else halves[0].observe()["image"].shape[1:]
        action_dim, memory = self._halves[0].previous_actions.shape[1], self._halves[0].memory.shape[1]
        self._buffers = _buffers(rollout_steps, first, image, action_dim, halves[0])
        self._memories = np.zeros((sequences, first, memory), np.float32)
        self._latents: np.ndarray | None = None

    @property
    def num_envs(self) -> int:
        return self._halves[-1].columns.stop

    @property
    def host_bytes(self) -> int:
        """What the rollout takes of the host's memory; the last one's latents are in it where they were kept."""
        latents = () if self._latents is None else (self._latents,)
        return sum(array.nbytes for array in (*self._buffers.values(), self._memories, *latents))

    def recorded(self, env: int) -> tuple[np.ndarray, np.ndarray]:
        """States [T] and actions [T, A] of one environment in the last rollout, copies."""
        return self._buffers["states"][:, env].copy(), self._buffers["actions"][:, env].copy()

    def collect(self, state: TrainState, *, keep_latents: bool = False) -> tuple[Rollout, Frames, Episodes, Seconds]:
        """T steps of every environment with the policy of `state`.

        The rollout's arrays are written anew by the next call, which first waits until its `state` is computed: hand
        it the state that was learned from this rollout, or copy what is to stay.
        keep_latents: also what the agent saw in each picture, for an update that leaves the vision as it is.
        """
        # The update may still be reading the last rollout: JAX returns before it is done, and does not copy at once.
        jax.block_until_ready(state)
        mind = _Mind(self._actor.acting_params(state.params), None, self._key)
        mind.language = self._actor.encode_for_training(mind.params, np.int32(state.step))
        buffers, episodes, seconds = self._buffers, Episodes(), Seconds()
        self._latents = None
        told = np.random.default_rng((self._seed, self._rollouts, _TOLD)).random(self._all_envs) >= self._untold
        for half in self._halves:
            buffers["told"][:, half.columns] = told[half.envs]
        for t in range(self._steps):
            for half in self._halves:
                if half.running is not None:
                    self._finish(half, t - 1, mind, episodes, seconds)
                actions = self._decide(half, t, mind, keep_latents, seconds)
                half.running = self._threads.submit(_timed_step, half.pool, actions)
        bootstrap = np.zeros(self.num_envs, np.float32)
        for half in self._halves:
            self._finish(half, self._steps - 1, mind, episodes, seconds)
            seen, privileged = half.pool.observe(), half.pool.privileged
            bootstrap[half.columns] = self._act(half, seen, privileged, half.resets, mind, 0, seconds).values
        arrays: dict[str, Any] = {name: buffers[name] for name in buffers if name not in ("states", "image")}
        arrays |= {"bootstrap": bootstrap, "memory": self._memories, "latent": self._latents}
        frames = self._frames(seconds)
        self._rollouts += 1
        return Rollout(**arrays), frames, episodes, seconds

    def _decide(self, half: _Half, t: int, mind: _Mind, keep_latents: bool, seconds: Seconds) -> np.ndarray:
        """Look, write down what is seen and decided at step t, and give the actions [b, A]."""
        seen, privileged = half.pool.observe(), half.pool.privileged
        buffers, columns = self._buffers, half.columns
        if not self._rerender:
            buffers["image"][t, columns] = seen["image"]
        buffers["instruction"][t, columns] = seen["instruction_id"]
        buffers["resets"][t, columns] = half.resets
        buffers["previous_actions"][t, columns] = half.previous_actions
        buffers["privileged"][t, columns] = privileged
        buffers["states"][t, columns] = half.pool.states
        if t % (self._steps // self._sequences) == 0:
            self._memories[t * self._sequences // self._steps, columns] = half.memory
        counter = self._rollouts * self._steps + t
        decision = self._act(half, seen, privileged, half.resets, mind, counter, seconds)
        if keep_latents:
            latent = np.asarray(decision.latent)
            if self._latents is None:
                self._latents = np.zeros((self._steps, self.num_envs, latent.shape[1]), np.float32)
            self._latents[t, columns] = latent
        actions = np.asarray(decision.actions)
        buffers["actions"][t, columns] = actions
        buffers["log_probs"][t, columns] = decision.log_probs
        buffers["values"][t, columns] = decision.values
        half.memory = decision.memory
        half.previous_actions = np.clip(actions, -1.0, 1.0)
        return actions

    def _act(
        self,
        half: _Half,
        seen: dict,
        privileged: np.ndarray,
        resets: np.ndarray,
        mind: _Mind,
        counter: int,
        seconds: Seconds,
    ) -> Decision:
        """What the agent makes of `seen` with the half's memory, which stays as it is."""
        began = time.perf_counter()
        decision = self._actor.act(
            mind.params,
            mind.language,
            half.envs,
            seen["image"],
            seen["instruction_id"],
            self._buffers["told"][0, half.columns],
            resets,
            half.previous_actions,
            privileged,
            half.memory,
            mind.key,
            np.int32(counter),
        )
        decision = jax.block_until_ready(decision)
        seconds.inference += time.perf_counter() - began
        return decision

    def _finish(self, half: _Half, t: int, mind: _Mind, episodes: Episodes, seconds: Seconds) -> None:
        """Wait for the half's step t and write down what came of it."""
        began = time.perf_counter()
        assert half.running is not None
        (_, rewards, terminated, truncated, info), busy = half.running.result()
        half.running = None
        seconds.waiting += time.perf_counter() - began
        seconds.simulation += busy
        done = terminated | truncated
        buffers, columns = self._buffers, half.columns
        buffers["rewards"][t, columns] = rewards
        buffers["continues"][t, columns] = ~done
        buffers["truncation_values"][t, columns] = 0.0
        half.returns += rewards
        half.lengths += 1
        if truncated.any():
            values = self._last_values(half, truncated, info, mind, seconds)
            buffers["truncation_values"][t, columns] = np.where(truncated & ~terminated, values, 0.0)
        if done.any():
            final = info["final_info"]
            for i in np.flatnonzero(done):
                episodes.success.append(bool(final["success"][i]))
                episodes.outcome.append(int(final["outcome"][i]))
                episodes.episode_return.append(float(half.returns[i]))
                episodes.length.append(int(half.lengths[i]))
            half.returns[done] = 0.0
            half.lengths[done] = 0
        half.resets = done.astype(np.float32)

    def _last_values(self, half: _Half, truncated: np.ndarray, info: dict, mind: _Mind, seconds: Seconds) -> np.ndarray:
        """Values [b] of the last observations of the episodes that the clock cut off."""
        seen = half.pool.observe()
        image = np.array(seen["image"])
        instruction = np.array(seen["instruction_id"])
        for i in np.flatnonzero(truncated):
            last = info["final_obs"][i]
            image[i] = last["image"]
            instruction[i] = last["instruction_id"]
        seen = {"image": image, "instruction_id": instruction}
        privileged = info["final_info"]["privileged"]
        goes_on = np.zeros_like(half.resets)
        return np.asarray(self._act(half, seen, privileged, goes_on, mind, 0, seconds).values)

    def _frames(self, seconds: Seconds) -> Frames:
        """The rollout's pictures, with pairs: states drawn from it, each also in another skin of its world."""
        began = time.perf_counter()
        buffers, pool = self._buffers, self._halves[0].pool
        rng = np.random.default_rng((self._seed, self._rollouts))
        t, env = pair_places(rng, self._pairs, self._steps, self._all_envs)
        draws = rng.random(self._pairs)
        # All processes draw alike, and each keeps the pairs of its own environments.
        first = self._halves[0].envs[0]
        own = (env >= first) & (env < first + self.num_envs)
        t, env = t[own], env[own] - first
        states, instruction = buffers["states"][t, env], buffers["instruction"][t, env]
        skins = pool.other_skins(states, draws[own])
        if self._rerender:
            return RenderedFrames(pool, buffers["states"], states, skins, instruction)
        image = buffers["image"][t, env]
        pairs: Any = image, pool.render_states(states, skins) if len(states) else image, instruction
        rendering = time.perf_counter() - began
        seconds.waiting += rendering
        seconds.simulation += rendering
        return StoredFrames(buffers["image"], ContrastivePairs(*pairs))

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next rollout depends on beside the train state, as arrays and plain values.

        Of the environments of all processes, in their order: another number of processes can go on from it.
        """
        halves = [
            {
                "states": half.pool.state_dict()["states"],
                "memory": np.asarray(half.memory),
                "resets": half.resets,
                "previous_actions": half.previous_actions,
                "returns": half.returns,
                "lengths": half.lengths,
            }
            for half in self._halves
        ]
        own = {name: np.concatenate([half[name] for half in halves]) for name in halves[0]}
        pool = {name: value for name, value in self._halves[0].pool.state_dict().items() if name != "states"}
        return {"envs": gather(own), "pool": pool, "rollouts": self._rollouts}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on exactly where `state_dict` was taken. ValueError where it holds another number of environments."""
        kept = saved["envs"]
        if len(kept["states"]) != self._all_envs:
            raise ValueError(f"The saved run has {len(kept['states'])} environments; this one has {self._all_envs}.")
        for half in self._halves:
            own = {name: np.array(array[half.envs]) for name, array in kept.items()}
            half.pool.load_state_dict(saved["pool"] | {"states": own["states"]})
            half.memory = jax.device_put(own["memory"], half.memory.sharding)
            for name in ("resets", "previous_actions", "returns", "lengths"):
                setattr(half, name, own[name])
        self._rollouts = int(saved["rollouts"])

    def close(self) -> None:
        """End the simulation threads; the pools stay open."""
        self._threads.shutdown()

    def __enter__(self) -> "Collector":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _timed_step(pool: Pool, actions: np.ndarray) -> tuple[tuple, float]:
    began = time.perf_counter()
    return pool.step(actions), time.perf_counter() - began


def env_seed(seed: int, env: int) -> int:
    """Seed of the random stream of environment number `env` of all processes."""
    return int(np.random.SeedSequence([seed, env]).generate_state(1, np.uint64)[0])


def _buffers(
    steps: int, envs: int, image_shape: tuple[int, ...] | None, action_dim: int, pool: Pool
) -> dict[str, np.ndarray]:
    """Room for a rollout; for its pictures only where image_shape is given."""

    def zeros(*tail: int, dtype: Any = np.float32) -> np.ndarray:
        return np.zeros((steps, envs, *tail), dtype)

    # Frames stay uint8 until they are inside the update: 4x less to move.
    image = {} if image_shape is None else {"image": zeros(*image_shape, dtype=np.uint8)}
    return image | {
        "instruction": zeros(dtype=np.int32),
        "told": zeros(),
        "resets": zeros(),
        "previous_actions": zeros(action_dim),
        "actions": zeros(action_dim),
        "log_probs": zeros(),
        "values": zeros(),
        "rewards": zeros(),
        "continues": zeros(),
        "privileged": zeros(pool.privileged.shape[1]),
        "truncation_values": zeros(),
        "states": zeros(dtype=pool.states.dtype),
    }
