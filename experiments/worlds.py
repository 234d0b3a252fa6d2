"""The worlds of an experiment, and the pools that play them."""

import dataclasses
import itertools
import os
from collections.abc import Sequence

import numpy as np

from experiments.config_keys import SettingsError, demand
from experiments.reward import make_reward
from experiments.settings import CurriculumSettings, Settings
from genie3_env.pool import WorldPool
from genie3_env.prompt.parse import Understanding, parse
from genie3_env.prompt.spec import WorldSpec
from genie3_env.prompt.splits import themes_of
from genie3_env.world import World
from genie3_env.worldgen.builder import WorldBuilder

TRAIN_WORLDS, EVAL_WORLDS = 0, 1  # added to twice the worlds' seed: no world is both trained in and held out


def understand(settings: Settings) -> Understanding:
    """What the prompt asks for, with the settings' difficulty if they have one; SettingsError where it says nothing."""
    try:
        understood = parse(settings.prompt)
    except ValueError as error:
        raise SettingsError(f"prompt: {error}") from error
    if settings.episode.difficulty is None:
        return understood
    spec = dataclasses.replace(understood.spec, difficulty=settings.episode.difficulty)
    return dataclasses.replace(understood, spec=spec)


def remarks(understood: Understanding) -> list[str]:
    """Sentences on what the prompt asks for and does not get: words that are not known, and what cannot be."""
    words = [
        f"{word!r} (did you mean {understood.suggestions[word]!r}?)" if word in understood.suggestions else f"{word!r}"
        for word in understood.not_understood
    ]
    unknown = [f"The prompt's {', '.join(words)} changes nothing: not known, or not in this place."] if words else []
    return [*unknown, *understood.notes]


def training_worlds(settings: Settings) -> list[World]:
    """The worlds to learn in: all as difficult as those to be judged in, or from the curriculum's easiest up."""
    count, easiest = settings.worlds.num_train, settings.curriculum.easiest
    specs = _specs(settings, "train", count)
    if easiest is not None:
        hardest = specs[0].difficulty
        demand(easiest <= hardest, "curriculum.easiest", easiest, f"at most the episodes' difficulty, {hardest}")
        spread = np.linspace(easiest, hardest, count).tolist()
        specs = [dataclasses.replace(spec, difficulty=own) for spec, own in zip(specs, spread, strict=True)]
    return _worlds(settings, specs, TRAIN_WORLDS)


def held_out_worlds(settings: Settings) -> list[World]:
    """Other worlds, to be judged in."""
    return _worlds(settings, _specs(settings, "held_out", settings.worlds.num_eval), EVAL_WORLDS)


def _specs(settings: Settings, split: str, count: int) -> list[WorldSpec]:
    """What each of `count` worlds shall be: as the prompt says, or in the themes of a split in turn."""
    spec = understand(settings).spec
    if not settings.worlds.split_themes:
        return [spec] * count
    themes = itertools.islice(itertools.cycle(themes_of(split)), count)
    return [dataclasses.replace(spec, theme=theme) for theme in themes]


def _worlds(settings: Settings, specs: Sequence[WorldSpec], kind: int) -> list[World]:
    return WorldBuilder().generate(
        spec=specs,
        num_worlds=len(specs),
        seed=2 * settings.worlds.seed + kind,
        workers=os.cpu_count(),
    )


def training_halves(settings: Settings, worlds: Sequence[World], processes: int = 1) -> tuple[WorldPool, WorldPool]:
    """Two pools of half of this process's environments each: one simulates while the agent thinks for the other.

    Each takes half of the processors; the others are the agent's.
    """
    halves = 2 * processes
    demand(settings.num_envs % halves == 0, "num_envs", settings.num_envs, f"a multiple of 2 * processes = {halves}")
    first = _training_pool(settings, settings.num_envs // halves, worlds, None)
    return first, _training_pool(settings, settings.num_envs // halves, None, first)


def _training_pool(
    settings: Settings, num_envs: int, worlds: Sequence[World] | None, share: WorldPool | None
) -> WorldPool:
    pool = WorldPool(
        worlds,
        num_envs,
        height=settings.image.height,
        width=settings.image.width,
        threads=max(1, (os.cpu_count() or 2) // 2),
        split="train",
        max_episode_steps=settings.curriculum.max_steps,
        action_repeat=settings.episode.action_repeat,
        reward_fn=make_reward(settings.reward),
        seed=settings.seed,
        share=share,
    )
    set_curriculum(settings.curriculum, pool, 0.0)
    return pool


def set_curriculum(curriculum: CurriculumSettings, pool: WorldPool, progress: float) -> None:
    """Where a training pool's next episodes begin when the share `progress` of the training is done."""
    pool.set_spawn_draws(*curriculum.spawns_at(progress))
    if curriculum.easiest is not None:
        pool.set_hardest(curriculum.hardest_at(progress, max(world.spec.difficulty for world in pool.worlds)))


def evaluation_pool(settings: Settings, worlds: Sequence[World]) -> WorldPool:
    """A pool whose episodes are the same for every policy, with sentences that training never uses."""
    return WorldPool(
        worlds,
        min(settings.num_envs, settings.eval.episodes),
        height=settings.image.height,
        width=settings.image.width,
        split="held_out",
        max_episode_steps=settings.episode.max_steps,
        action_repeat=settings.episode.action_repeat,
        seed=settings.seed,
        sequential=True,
    )
