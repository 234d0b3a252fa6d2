"""What is wrong with a configuration is said before anything is built."""

import dataclasses

import pytest

from experiments.config_keys import SettingsError, flat_keys, unknown_key
from experiments.configs.castle import get_config
from experiments.settings import CurriculumSettings, Settings


def settings(**overrides) -> Settings:
    """The castle's settings with some keys replaced; a__b stands for a.b."""
    config = get_config()
    config.update_from_flattened_dict({key.replace("__", "."): value for key, value in overrides.items()})
    return Settings.from_config(config.to_dict())


def test_derived_numbers_follow_from_the_configuration():
    # One rollout is 8 environments x 16 steps = 128 steps; 1,000 steps hold 7 of them (896), the rest is left out.
    small = settings(num_envs=8, rollout_steps=16, total_timesteps=1000, auxiliary__pairs=64)
    assert small.steps_per_update == 128
    assert small.total_updates == 7
    assert small.optimizer.total_updates == 7


def test_the_curriculum_ends_where_it_says():
    # 9 draws until half of the training is done: 9 ** (1 - 0 / 0.5) = 9, 9 ** (1 - 0.25 / 0.5) = 3, 9 ** 0 = 1.
    curriculum = CurriculumSettings(max_steps=10, spawn_draws=9, until=0.5, far_draws=3, easiest=0.2)
    assert [curriculum.spawns_at(progress) for progress in (0.0, 0.25, 0.49)] == [(9, False), (3, False), (1, False)]
    assert curriculum.spawns_at(0.5) == curriculum.spawns_at(0.9) == (3, True)
    # From 0.2 to 0.6 by then: half of the way at 0.25.
    assert [curriculum.hardest_at(progress, 0.6) for progress in (0.0, 0.25, 0.5, 1.0)] == [0.2, 0.4, 0.6, 0.6]
    at_once = dataclasses.replace(curriculum, until=0.0, easiest=None)
    assert at_once.spawns_at(0.0) == (3, True) and at_once.hardest_at(0.0, 0.6) == 0.6


def test_nested_configuration_becomes_flat_keys():
    assert flat_keys({"a": 1, "b": {"c": 2, "d": {"e": None}}}) == {"a": 1, "b.c": 2, "b.d.e": None}


def test_no_pairs_are_collected_without_the_contrastive_loss():
    assert settings(auxiliary__contrastive_weight=0.0).auxiliary.pairs == 0


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("num_env", "num_envs"), ("ppo.epoch", "ppo.epochs"), ("ppo.learning_rate", "optimizer.learning_rate")],
)
def test_a_misspelt_key_says_what_was_meant(wrong, meant):
    assert f"did you mean '{meant}'?" in unknown_key(wrong, flat_keys(get_config().to_dict()))


def test_a_key_like_no_other_lists_the_known_ones():
    assert "Known keys: a, b." in unknown_key("zzz", ["a", "b"])


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"num_envs": 7}, "num_envs is 7; it must be even"),
        ({"num_envs": 0}, "num_envs is 0; it must be at least 1"),
        ({"num_envs": 66}, "num_envs is 66; it must be a multiple of ppo.minibatches = 8"),
        ({"mesh__data": 3}, "num_envs is 64; it must be a multiple of mesh.data = 3"),
        ({"total_timesteps": 4095}, "total_timesteps is 4095; it must be at least one rollout"),
        ({"image__width": 100}, "image is '100x36'; it must be 16:9, for example 64x36"),
        ({"image__height": 9, "image__width": 17}, "image is '17x9'; it must be 16:9"),
        (
            {"auxiliary__pairs": 5000, "auxiliary__queue_size": 5000},
            "auxiliary.pairs is 5000; it must be at most num_envs",
        ),
        ({"auxiliary__pairs": 6}, "auxiliary.pairs is 6; it must be a multiple of ppo.minibatches = 8"),
        ({"episode__difficulty": 1.5}, "episode.difficulty is 1.5; it must be from 0 to 1"),
        ({"episode__max_steps": 0}, "episode.max_steps is 0; it must be at least 1"),
        ({"curriculum__max_steps": 0}, "curriculum.max_steps is 0; it must be at least 1"),
        ({"curriculum__spawn_draws": 0}, "curriculum.spawn_draws is 0; it must be at least 1"),
        ({"curriculum__far_draws": 0}, "curriculum.far_draws is 0; it must be at least 1"),
        ({"curriculum__easiest": -0.1}, "curriculum.easiest is -0.1; it must be from 0 to 1, or None"),
        ({"curriculum__until": 1.5}, "curriculum.until is 1.5; it must be from 0 to 1"),
        ({"reward__collision": float("inf")}, "reward.collision is inf; it must be finite"),
        ({"reward__burnt": float("nan")}, "reward.burnt is nan; it must be finite"),
        ({"ppo__discount": 1.0}, "ppo.discount is 1.0; it must be in [0, 1)"),
        ({"agent": "sima_tinny"}, "did you mean 'sima_tiny'?"),
        ({"prompt": " "}, "prompt is ' '; it must be a sentence"),
        ({"eval__episodes": 0}, "eval.episodes is 0; it must be at least 1"),
        ({"checkpoint__keep": 0}, "checkpoint.keep is 0; it must be at least 1"),
        ({"worlds__seed": -1}, "worlds.seed is -1; it must be at least 0"),
    ],
)
def test_an_impossible_value_is_refused(overrides, message):
    with pytest.raises(SettingsError) as refusal:
        settings(**overrides)
    assert message in str(refusal.value)
    assert refusal.value.exit_code == 2


def test_values_of_another_type_are_refused():
    config = get_config().to_dict() | {"num_envs": True}
    with pytest.raises(SettingsError, match="num_envs is True; it must be a whole number"):
        Settings.from_config(config)


def test_missing_and_unknown_keys_are_named():
    config = get_config().to_dict()
    del config["ppo"]["clip"]
    with pytest.raises(SettingsError, match=r"ppo\.clip is missing"):
        Settings.from_config(config)
    config["ppo"] |= {"clip": 0.2, "klip": 0.2}
    with pytest.raises(SettingsError, match=r"'ppo\.klip'; did you mean 'ppo\.clip'"):
        Settings.from_config(config)
    with pytest.raises(SettingsError, match="ppo is 3; it must be a group"):
        Settings.from_config(config | {"ppo": 3})
