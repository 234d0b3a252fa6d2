"""WorldBuilder: a sentence, or an explicit spec, becomes worlds."""

import dataclasses
import difflib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from genie3_env.checks import check_count
from genie3_env.prompt.parse import parse
from genie3_env.prompt.spec import SIZES, WorldSpec
from genie3_env.types import MAX_FLAGS
from genie3_env.world import World
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.coins import lay_out_coins
from genie3_env.worldgen.course import NO_COURSE, Course, add_course
from genie3_env.worldgen.layout import CannotLayOut, Layout, lay_out
from genie3_env.worldgen.proof import Ways, make_ways, prove
from genie3_env.worldgen.puzzles import KEY, lay_out_puzzle
from genie3_env.worldgen.stonework import BY_MATERIAL
from genie3_env.worldgen.themes import THEMES

ATTEMPTS = 60
GROWS_AFTER = 20  # attempts: where there was no room for what is asked, the next world is a size larger
FOOT = (0.5, 0.5, 0.0)  # of what stands on a cell, from its voxel


class WorldBuilder:
    """Makes worlds; holds nothing."""

    def generate(
        self,
        prompt: str | None = None,
        *,
        num_worlds: int = 1,
        seed: int = 0,
        spec: WorldSpec | Sequence[WorldSpec] | None = None,
        preset: str | None = None,
        workers: int | None = None,
    ) -> list[World]:
        """`num_worlds` different worlds as the prompt, or the spec, asks.

        World i depends on (its spec, seed, i) alone: more worlds begin with the same ones, and workers change nothing.
        spec: one, or several that the worlds have in turn, for example of rising difficulty or of several themes.
        preset: one of prompt.spec.PRESETS: the task and its difficulty, stronger than what the prompt or the spec says.
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
        given = parse(prompt or "").spec if spec is None else spec
        specs = [given] if isinstance(given, WorldSpec) else list(given)
        if not specs:
            raise ValueError("spec is an empty list; give at least one WorldSpec.")
        for one in specs:
            _check_theme(one.theme)
        if preset is not None:
            specs = [one.with_preset(preset) for one in specs]
        of_worlds = [specs[index % len(specs)] for index in range(num_worlds)]
        seeds = [world_seed(seed, index) for index in range(num_worlds)]
        with ThreadPoolExecutor(workers or 1, "worldgen") as threads:
            return list(threads.map(build_world, of_worlds, seeds))


def world_seed(seed: int, index: int) -> int:
    """The seed of the world `index` of those generated from `seed`: World.seed, less than 2**63."""
    return int(np.random.SeedSequence([seed, index]).generate_state(1, np.uint64)[0] >> np.uint64(1))


def build_world(spec: WorldSpec, seed: int) -> World:
    """The world that `spec` and its own seed (World.seed) decide; ValueError where no draft takes the task."""
    return proven(list(attempts(spec, seed)), spec)


def proven(made: Sequence[World | str], spec: WorldSpec) -> World:
    """The world that came of all attempts; ValueError where none did."""
    if isinstance(made[-1], World):
        return made[-1]
    raise ValueError(
        f"No world came of {len(made)} attempts at {spec.to_json()}. Most often: {max(made, key=made.count)}"
    )


def attempts(spec: WorldSpec, seed: int) -> Iterator[World | str]:
    """What comes of each attempt at a world: the world with its proof, which is the last, or why there is none."""
    for attempt in range(ATTEMPTS):
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, attempt])))
        sized = dataclasses.replace(spec, size=size_at(spec, attempt))
        try:
            draft = THEMES[spec.theme](sized, rng)
            course = NO_COURSE
            if spec.task == "parkour":
                draft, course = add_course(draft, spec, draft.stone or BY_MATERIAL["stone"], rng)
            layout = _lay_out(draft, spec, rng, course)
        except (ValueError, CannotLayOut) as failure:  # another draft may be larger
            yield str(failure)
            continue
        world = _world(spec, seed, draft, layout, course)
        proof = prove(world, _ways(layout, course), np.random.Generator(np.random.PCG64(seed)))
        if proof is not None:
            yield dataclasses.replace(world, **proof)
            return
        yield "A walker did not reach every goal."


def size_at(spec: WorldSpec, attempt: int) -> str | None:
    """The size of the world that an attempt (0 to ATTEMPTS - 1) makes, see WorldSpec.size."""
    grown = attempt // GROWS_AFTER
    if not grown:
        return spec.size
    asked = SIZES.index(spec.size) if spec.size else SIZES.index("medium")  # None: the seed's draws were of any size
    return SIZES[min(asked + grown, len(SIZES) - 1)]


def _lay_out(draft: Draft, spec: WorldSpec, rng: np.random.Generator, course: Course) -> Layout:
    if spec.task == "collect_coins":
        return lay_out_coins(draft, spec, rng)
    if spec.task == "puzzle":
        return lay_out_puzzle(draft, spec, rng)
    return lay_out(draft, spec, rng, course.leaps)


def _world(spec: WorldSpec, seed: int, draft: Draft, layout: Layout, course: Course) -> World:
    """The world without its proof."""
    cells = layout.terrain.cells
    return World(
        spec=spec,
        seed=seed,
        hour=draft.hour,
        weather=draft.weather,
        ground=draft.ground,
        ground_m=draft.ground_m,
        landmarks=draft.landmarks,
        voxels=draft.voxels,
        flag_positions_m=cells[layout.flags] + FOOT,
        flag_colours=layout.colours,
        num_goals=layout.num_goals,
        cell_index=layout.terrain.cell_index,
        cells=cells,
        flag_distances_m=layout.distances_m,
        spawns=layout.spawns,
        coin_positions_m=cells[layout.coins.cells] + FOOT,
        coin_colours=layout.coins.kinds,
        coin_distances_m=layout.coins.distances_m,
        num_coins=layout.num_coins,
        trigger_positions_m=cells[layout.triggers.cells] + FOOT,
        trigger_is_key=(layout.triggers.kinds == KEY).astype(np.uint8),
        trigger_distances_m=layout.triggers.distances_m,
        gates=draft.vault.gates
        if draft.vault is not None and len(layout.triggers.cells)
        else np.zeros((0, 6), np.int32),
        lifts=course.lifts,
    )


def _ways(layout: Layout, course: Course) -> Ways:
    """The ways to all targets, in the columns of SimBank.distances_m."""
    num_coins, num_triggers = len(layout.coins.cells), len(layout.triggers.cells)
    via = np.full((MAX_FLAGS + num_coins + num_triggers, len(layout.terrain.cells)), -1, np.int32)
    via[: len(layout.flags)] = layout.via
    if num_coins:
        via[MAX_FLAGS : MAX_FLAGS + num_coins] = layout.coins.via
    if num_triggers:
        via[MAX_FLAGS + num_coins :] = layout.triggers.via
    return make_ways(layout.terrain, via, course.leaps)


def _check_theme(name: str) -> None:
    if name not in THEMES:
        close = difflib.get_close_matches(str(name), THEMES, 1)
        hint = f" did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"Unknown theme {name!r};{hint} known themes: {', '.join(THEMES)}.")
