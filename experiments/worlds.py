"""The worlds of an experiment, and the pools that play them."""

import dataclasses
import os
from collections.abc import Sequence

from experiments.reward import make_reward
from experiments.settings import Settings, SettingsError
from genie3_env.pool import WorldPool
from genie3_env.prompt.parse import Understanding, parse
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
    """The worlds to learn in."""
    return _worlds(settings, settings.worlds.num_train, TRAIN_WORLDS)


def held_out_worlds(settings: Settings) -> list[World]:
    """Other worlds of the same prompt, to be judged in."""
    return _worlds(settings, settings.worlds.num_eval, EVAL_WORLDS)


def _worlds(settings: Settings, count: int, kind: int) -> list[World]:
    return WorldBuilder().generate(
        spec=understand(settings).spec,
        num_worlds=count,
        seed=2 * settings.worlds.seed + kind,
        workers=os.cpu_count(),
    )


def training_halves(settings: Settings, worlds: Sequence[World]) -> tuple[WorldPool, WorldPool]:
    """Two pools of half the environments each: one simulates while the agent thinks for the other.

    Each takes half of the processors; the others are the agent's.
    """
    first = _training_pool(settings, worlds, None)
    return first, _training_pool(settings, None, first)


def _training_pool(settings: Settings, worlds: Sequence[World] | None, share: WorldPool | None) -> WorldPool:
    spawn_draws, spawn_farthest = settings.curriculum.spawns_at(0.0)
    return WorldPool(
        worlds,
        settings.num_envs // 2,
        height=settings.image.height,
        width=settings.image.width,
        threads=max(1, (os.cpu_count() or 2) // 2),
        split="train",
        max_episode_steps=settings.curriculum.max_steps,
        spawn_draws=spawn_draws,
        spawn_farthest=spawn_farthest,
        action_repeat=settings.episode.action_repeat,
        reward_fn=make_reward(settings.reward),
        seed=settings.seed,
        share=share,
    )


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
