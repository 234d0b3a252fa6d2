"""WorldBuilder: a sentence, or an explicit spec, becomes worlds."""

import difflib
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from genie3_env.checks import check_count
from genie3_env.prompt.parse import parse
from genie3_env.prompt.spec import WorldSpec
from genie3_env.world import World
from genie3_env.worldgen.layout import CannotLayOut, lay_out
from genie3_env.worldgen.themes import THEMES

ATTEMPTS = 20


class WorldBuilder:
    """Makes worlds; holds nothing."""

    def generate(
        self,
        prompt: str | None = None,
        *,
        num_worlds: int = 1,
        seed: int = 0,
        spec: WorldSpec | None = None,
        workers: int | None = None,
    ) -> list[World]:
        """`num_worlds` different worlds as the prompt, or the spec, asks.

        World i depends on (spec, seed, i) alone: more worlds begin with the same ones, and workers change nothing.
        workers: threads; None: one.
        ValueError where the prompt or the spec asks for what cannot be.
        """
        if (prompt is None) == (spec is None):
            raise ValueError(
                "Give either a prompt or a spec: generate('a castle') or generate(spec=WorldSpec('castle'))."
            )
        check_count("num_worlds", num_worlds, 0)
        check_count("seed", seed, 0)
        check_count("workers", 1 if workers is None else workers, 1)
        wanted = spec or parse(prompt or "").spec
        _check_theme(wanted.theme)
        if wanted.task != "reach_flag":
            raise ValueError(f"Worlds with the task {wanted.task!r} cannot be made yet; leave it out: reach_flag.")
        seeds = [world_seed(seed, index) for index in range(num_worlds)]
        with ThreadPoolExecutor(workers or 1, "worldgen") as threads:
            return list(threads.map(lambda own: build_world(wanted, own), seeds))


def world_seed(seed: int, index: int) -> int:
    """The seed of the world `index` of those generated from `seed`: World.seed, less than 2**63."""
    return int(np.random.SeedSequence([seed, index]).generate_state(1, np.uint64)[0] >> np.uint64(1))


def build_world(spec: WorldSpec, seed: int) -> World:
    """The world that `spec` and its own seed (World.seed) decide; ValueError where no draft takes the task."""
    reasons = []
    for attempt in range(ATTEMPTS):
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, attempt])))
        try:
            draft = THEMES[spec.theme](spec, rng)
            layout = lay_out(draft, spec, rng)
        except (ValueError, CannotLayOut) as failure:  # another draft may be larger
            reasons.append(str(failure))
            continue
        return World(
            spec=spec,
            seed=seed,
            hour=draft.hour,
            weather=draft.weather,
            ground=draft.ground,
            ground_m=draft.ground_m,
            landmarks=draft.landmarks,
            num_goals=len(spec.flag_colours),
            voxels=draft.voxels,
            flag_positions_m=layout.terrain.cells[layout.flags] + (0.5, 0.5, 0.0),
            flag_colours=layout.colours,
            cell_index=layout.terrain.cell_index,
            cells=layout.terrain.cells,
            flag_distances_m=layout.distances_m,
            spawns=layout.spawns,
        )
    raise ValueError(f"No world came of {ATTEMPTS} attempts at {spec}. Most often: {max(reasons, key=reasons.count)}")


def _check_theme(name: str) -> None:
    if name not in THEMES:
        close = difflib.get_close_matches(str(name), THEMES, 1)
        hint = f" did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"Unknown theme {name!r};{hint} known themes: {', '.join(THEMES)}.")
