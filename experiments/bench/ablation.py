"""What each auxiliary loss is good for: `python -m experiments.bench.ablation`, about twenty minutes.

Trains the castle four times for 800,000 steps: with neither auxiliary loss, with language matching, with
the contrastive loss, and with both. Then, in held-out worlds with held-out sentences:

* skin_retrieval: of two pictures of one state in two skins (another palette or hour), how often the latent of one is
  nearest to the latent of the other among all states looked at. What the contrastive loss claims.
* colour_matching: how often the sentence that matches a picture best names the colour of the one flag that is in view.
  What language matching claims. Chance is one of five.
* success, success_in_other_skins: of episodes, as they are and painted in another skin throughout.

The last line is one JSON object. Overrides are given as to experiments.train.
"""

import contextlib
import copy
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np

from experiments.command import Options, run_command
from experiments.episodes import Policy, evaluate
from experiments.evaluate import EPISODES_SEED
from experiments.settings import Settings
from experiments.worlds import evaluation_pool, held_out_worlds
from genie3_env.pool import WorldPool
from genie3_env.render.frame import FLAG_PIXEL, new_scratch, see_quads
from genie3_env.types import EYE_HEIGHT_M
from genie3_env.world import World

TIMESTEPS = 819_200
VARIANTS = {
    "neither": (0.0, 0.0),
    "language_matching": (1.0, 0.0),
    "contrastive": (0.0, 1.0),
    "both": (1.0, 1.0),
}  # times the configuration's weights of language matching and of the contrastive loss
STATES = 512
FLAG_PIXELS = 6  # of a picture 64 wide: a flag in view is at least so large


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    argv = list(sys.argv if argv is None else argv)
    if not any("config.total_timesteps" in word for word in argv):
        argv.append(f"--config.total_timesteps={TIMESTEPS}")
    return run_command(_compare, __doc__, argv)


def _compare(options: Options) -> int:
    settings = Settings.from_config(options.config)
    worlds = held_out_worlds(settings)
    results = {}
    for name, (matching, contrastive) in VARIANTS.items():
        config = copy.deepcopy(options.config)
        config["auxiliary"]["language_matching_weight"] *= matching
        config["auxiliary"]["contrastive_weight"] *= contrastive
        results[name] = measure(Settings.from_config(config), worlds)
        print(f"{name}: {json.dumps(results[name])}", flush=True)
    print(json.dumps({"bench": "ablation", "timesteps": settings.total_timesteps, "variants": results}))
    return 0


def measure(settings: Settings, worlds: Sequence[World]) -> dict[str, float]:
    """Train with `settings`; the four figures."""
    from experiments.agent import make_policy
    from experiments.loop import advance, open_run
    from experiments.progress import Progress
    from sima_jax.metrics import MetricsWriter

    with contextlib.ExitStack() as stack:
        workdir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        run = open_run(settings, workdir, stack)
        writer = stack.enter_context(MetricsWriter(workdir))
        progress = stack.enter_context(Progress(settings.total_timesteps))
        while run.updates < settings.total_updates:
            advance(run, writer, progress)
    agent, params = run.programs.objective.agent, run.state.params
    with evaluation_pool(settings, worlds) as pool:
        policy = make_policy(settings, run.programs, params)
        play: dict[str, Any] = {"seed": settings.seed + EPISODES_SEED, "action_repeat": settings.episode.action_repeat}
        success = evaluate(policy, pool, settings.eval.episodes, **play).success
        painted = evaluate(OtherSkins(policy, pool), pool, settings.eval.episodes, **play).success
        states, colours = states_with_one_flag(pool, STATES, np.random.default_rng(settings.seed))
        language = run.programs.encode(params)
        images = pool.render_states(states)
        others = pool.render_states(
            states, pool.other_skins(states, np.random.default_rng(settings.seed).random(len(states)))
        )
        see = jax.jit(agent.see)
        latents = [np.asarray(see(params, seen, states["instruction"], language)) for seen in (images, others)]
        matches = np.asarray(jax.jit(agent.match_vision)(params, images))
        sentences = np.asarray(jax.jit(agent.match_language)(params, language))
        rows = [row for row in pool.instruction_table if row.split == "held_out"]
    best = np.argmax(matches @ sentences[[row.id for row in rows]].T, axis=1)
    named = np.array([row.colour for row in rows])[best]
    return {
        "skin_retrieval": round(retrieval(*latents), 4),
        "colour_matching": round(float(np.mean(named == colours)), 4),
        "success": round(success, 4),
        "success_in_other_skins": round(painted, 4),
    }


class OtherSkins:
    """A policy that sees every episode in one other skin of its world."""

    def __init__(self, policy: Policy, pool: WorldPool):
        self._policy, self._pool = policy, pool
        self._skins = np.zeros(pool.num_envs, np.int32)

    def reset(self, num_envs: int) -> None:
        self._policy.reset(num_envs)
        self._rng = np.random.default_rng(0)

    def __call__(self, image: np.ndarray, instruction_id: np.ndarray, resets: np.ndarray) -> np.ndarray:
        states = self._pool.states
        self._skins = np.where(resets > 0.0, self._pool.other_skins(states, self._rng.random(len(states))), self._skins)
        return self._policy(self._pool.render_states(states, self._skins), instruction_id, resets)


def retrieval(one: np.ndarray, other: np.ndarray) -> float:
    """Of latents [M, D] of M states in two skins: how often the nearest of the other skin is the same state's."""
    unit = [latent / (np.linalg.norm(latent, axis=1, keepdims=True) + 1e-8) for latent in (one, other)]
    return float(np.mean(np.argmax(unit[0] @ unit[1].T, axis=1) == np.arange(len(one))))


def states_with_one_flag(pool: WorldPool, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """SIM_STATE [M] that see one flag and no other, and its colour int32 [M]; bodies stand anywhere."""
    scratch, quads = new_scratch(pool.scene_bank, 36, 64), np.empty((36, 64), np.int32)
    states = np.repeat(pool.states[:1], count)
    colours: list[int] = []
    while len(colours) < count:
        index = int(rng.integers(len(pool.worlds)))
        world = pool.worlds[index]
        foot = world.cells[rng.integers(len(world.cells))] + (0.5, 0.5, 0.0)
        flag = int(rng.integers(len(world.flag_colours)))
        away = world.flag_positions_m[flag] - foot
        yaw = float(np.arctan2(away[1], away[0]) + rng.uniform(-0.5, 0.5))
        x, y, z = foot
        see_quads(pool.scene_bank, scratch, index, x, y, z + EYE_HEIGHT_M, yaw, 0.0, 0.0, quads)
        seen = int((quads == FLAG_PIXEL).sum())
        if seen < FLAG_PIXELS or _others_in_view(world, flag, foot, yaw):
            continue
        state = states[len(colours) : len(colours) + 1]
        state["position_m"], state["yaw_rad"], state["pitch_rad"] = foot, yaw, 0.0
        state["world"], state["step"] = index, 0
        rows = [row.id for row in pool.instruction_table if row.split == "held_out"]
        state["instruction"] = rng.choice(rows)
        colours.append(int(world.flag_colours[flag]))
    return states, np.array(colours, np.int32)


def _others_in_view(world: World, flag: int, foot: np.ndarray, yaw: float) -> bool:
    """Whether any other flag lies within the picture's 90 degrees, hidden or not."""
    away = np.delete(world.flag_positions_m, flag, axis=0)[:, :2] - foot[:2]
    angle = np.arctan2(away[:, 1], away[:, 0]) - yaw
    return bool((np.cos(angle) > np.cos(0.9)).any())


if __name__ == "__main__":
    sys.exit(main())
