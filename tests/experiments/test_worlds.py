"""The worlds of an experiment: their themes and difficulties, and how the curriculum goes through them."""

import pytest

from experiments.config_keys import SettingsError
from experiments.configs.castle import get_config
from experiments.settings import Settings
from experiments.worlds import held_out_worlds, set_curriculum, training_halves, training_worlds
from genie3_env.prompt.splits import themes_of


def settings(**overrides) -> Settings:
    """Those of the castle with two worlds to learn in and two to be judged in; a__b stands for a.b."""
    few = {"worlds.num_train": 2, "worlds.num_eval": 2, "image.height": 18, "image.width": 32}
    config = get_config()
    config.update_from_flattened_dict(few | {key.replace("__", "."): value for key, value in overrides.items()})
    return Settings.from_config(config.to_dict())


def test_no_world_is_both_trained_and_judged_in():
    train, judged = training_worlds(settings()), held_out_worlds(settings())
    assert len({world.digest for world in train + judged}) == 4
    assert {world.spec for world in train + judged} == {train[0].spec}


def test_themes_to_train_in_and_themes_held_out():
    several = settings(worlds__split_themes=True, worlds__num_train=12, prompt="a small place by night, difficulty 0.4")
    train, judged = training_worlds(several), held_out_worlds(several)
    assert [world.spec.theme for world in train] == [*themes_of("train"), "castle"]
    assert [world.spec.theme for world in judged] == ["ice", "temple"]
    assert {(world.hour, world.spec.size, world.spec.difficulty) for world in train + judged} == {
        ("night", "small", 0.4)
    }


def test_the_curriculum_turns_the_difficulty():
    # Five worlds from 0.2 to 0.6: 0.2, 0.3, 0.4, 0.5, 0.6. A quarter of the way to `until` all up to 0.3 are played.
    rising = settings(curriculum__easiest=0.2, episode__difficulty=0.6, curriculum__until=0.4, worlds__num_train=5)
    worlds = training_worlds(rising)
    assert [world.spec.difficulty for world in worlds] == pytest.approx([0.2, 0.3, 0.4, 0.5, 0.6])
    assert {world.spec.difficulty for world in held_out_worlds(rising)} == {0.6}
    first, second = training_halves(rising, worlds)
    with first, second:
        for progress, played in ((None, {0}), (0.1001, {0, 1}), (0.3999, {0, 1, 2, 3}), (0.4, {0, 1, 2, 3, 4})):
            if progress is not None:  # else as it was made
                set_curriculum(rising.curriculum, first, progress)
            first.reset(seed=0)
            assert set(first.states["world"].tolist()) == played


def test_a_curriculum_that_begins_above_its_end_is_refused():
    with pytest.raises(SettingsError, match=r"curriculum\.easiest is 0\.7; it must be at most .* difficulty, 0\.6"):
        training_worlds(settings(curriculum__easiest=0.7, episode__difficulty=0.6))
