"""Bytes counted before anything is made are those that XLA counts in the compiled gradient step."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AbstractMesh, NamedSharding
from jax.sharding import PartitionSpec as P

from experiments import footprint
from experiments.agent import build_programs, make_objective
from experiments.settings import Settings
from genie3_env.tasks.instructions import instruction_table
from genie3_env.types import SIM_STATE
from sima_jax.config import TowerConfig
from tests.experiments.castle_settings import settings_of
from tests.experiments.gradient_step import arguments

# XLA on a CPU multiplies bfloat16 as float32, and keeps what it widened.
ON_CPU = {"attention": "cpu", "value_bytes": 4}


def counted(settings: Settings, **how) -> footprint.DeviceBytes:
    objective, tokens = make_objective(settings, instruction_table())
    tokens = tokens[:, tokens.any(axis=0)]
    return footprint.device_bytes(settings, objective, footprint.shape_of_state(settings, objective), tokens, **how)


def compiled(settings: Settings):
    """XLA's memory_analysis of the gradient step; nothing is made and nothing runs."""
    programs = build_programs(settings, instruction_table())
    return programs._learn.lower(*arguments(settings, programs)).compile().memory_analysis()


@pytest.mark.parametrize("devices", [1, 8])
def test_a_shallow_agent_needs_what_xla_says(devices):
    settings = settings_of("full", agent_depth=2, **{"mesh.data": devices})
    found, expected = counted(settings, **ON_CPU), compiled(settings)
    assert found.arguments == pytest.approx(expected.argument_size_in_bytes, rel=0.01)
    assert found.temporaries == pytest.approx(expected.temp_size_in_bytes, rel=0.15)


def test_the_small_agent_needs_what_xla_says():
    # All of its gradient steps are one computation: the pictures of eight minibatches, and once more side by side.
    settings = settings_of("tiny")
    assert footprint.minibatch_of(settings).together == 8
    found, expected = counted(settings, **ON_CPU), compiled(settings)
    assert found.arguments == pytest.approx(expected.argument_size_in_bytes, rel=0.01)
    assert found.temporaries == pytest.approx(expected.temp_size_in_bytes, rel=0.15)


def test_the_full_agent_needs_what_xla_says():
    settings = settings_of("full", **{"mesh.data": 4, "mesh.model": 2})
    found, expected = counted(settings, **ON_CPU), compiled(settings)
    assert found.arguments == pytest.approx(expected.argument_size_in_bytes, rel=0.01)


@pytest.mark.parametrize(
    ("devices", "depth", "said"), [(1, 2, 7.306e9), (1, None, 15.777e9), (8, 2, 1.220e9), (8, None, 2.284e9)]
)
def test_the_compiler_for_tpus_needs_about_as_much(devices, depth, said):
    # What XLA said of one v6e chip and of eight v5e chips (libtpu 0.0.52; it compiles without a chip) of the step as
    # castle.py:full has it.
    found = counted(settings_of("full", agent_depth=depth, **{"mesh.data": devices}), attention="tpu")
    assert found.temporaries == pytest.approx(said, rel=0.15)


def test_what_a_layer_needs_by_hand():
    # 2 sequences of 3 tokens, 8 wide, of 2 bytes each: 96 for each C, and 192 for an F of 16.
    tower = TowerConfig(width=8, depth=5, mlp=16, heads=2)
    assert footprint.tower_kept(tower, 2, 3, 2) == 5 * 96
    # In the MLP 9 C + 3 F = 864 + 576; in attention 11 C and one float of 4 bytes for each of 2 * 2 * 3 rows.
    assert footprint.layer_working(tower, 2, 3, 2, 1, "gpu") == 1440
    assert 11 * 96 + footprint.attention_bytes(tower, 2, 3, 2, "gpu") == 1056 + 48
    # All for all: 2 * 2 * 3 * 3 = 36 weights, 18 bytes each; and the four and their gradients once more.
    assert footprint.attention_bytes(tower, 2, 3, 2, "cpu") == 8 * 96 + 36 * 18
    # A TPU's lanes: 3 tokens become 128, a head of 4 becomes 128 wide.
    assert footprint.attention_bytes(tower, 2, 3, 2, "tpu") == 2 * 2 * 128 * (8 * 128 * 2 + 2 * 128 * 4)


def test_layers_parameters_are_counted():
    # qkv 4 * 12 + 12, out 4 * 4 + 4, MLP 4 * 8 + 8 + 8 * 4 + 4, norms 4 * 4: 172.
    assert footprint.layer_parameters(TowerConfig(width=4, depth=1, mlp=8, heads=2)) == 172


def test_what_lies_along_an_axis_is_divided_by_it():
    mesh: AbstractMesh = AbstractMesh((4, 2), ("data", "model"))
    arrays = [jax.ShapeDtypeStruct((8, 6), jnp.float32), jax.ShapeDtypeStruct((3,), jnp.int32)]
    places = [NamedSharding(mesh, P("data", "model")), NamedSharding(mesh, P())]
    assert footprint.tree_bytes(arrays, places) == 2 * 3 * 4 + 3 * 4
    assert footprint.tree_bytes(arrays, None) == 8 * 6 * 4 + 3 * 4


def test_more_devices_and_smaller_minibatches_need_less():
    one, two = (counted(settings_of("full", **{"mesh.data": data}), attention="gpu") for data in (1, 2))
    less = counted(settings_of("full", **{"ppo.minibatches": 512}), attention="gpu")
    assert two.total < 0.6 * one.total
    assert less.activations < 0.6 * one.activations and less.parameters == one.parameters
    assert one.acting_copy == 0
    several = counted(settings_of("full", **{"mesh.data": 2}), attention="gpu", processes=2)
    assert several.acting_copy == one.parameters  # whole on each device


def test_the_host_by_hand():
    settings = settings_of(
        "tiny",
        num_envs=2,
        rollout_steps=4,
        total_timesteps=8,
        **{"ppo.minibatches": 1, "auxiliary.contrastive_weight": 0.0},
    )
    # A step: 9 numbers, two actions of 8 and 48 guesses, 4 bytes each; the state; a picture of 36 * 64 * 3 bytes.
    picture = 36 * 64 * 3
    step = 4 * (9 + 16 + 48) + SIM_STATE.itemsize + picture
    found = footprint.host_bytes(settings, 1, world_bytes=10.0)
    assert found.rollout == 4 * 2 * step + 1 * 2 * 256 * 4  # and the memory before the one sequence of each
    assert found.in_flight == 2 * picture + 3 * 8 * picture  # both pools; three minibatches of 8 pictures
    assert found.worlds == 2560 and found.latents == 0


def test_states_instead_of_pictures_keep_the_rollout_small():
    # 64 x 512 steps at 1280x720: 90.6 GB of pictures, or less than 100 MB without them.
    kept = footprint.host_bytes(settings_of("full"), 1, 0.0)
    stored = footprint.host_bytes(settings_of("full", **{"rollout.frames": "store"}), 1, 0.0)
    assert kept.rollout < 100e6
    assert stored.rollout - kept.rollout == (64 * 512 + 2 * 2048) * 1280 * 720 * 3


def test_any_other_agent_is_counted_by_jax():
    settings = settings_of("tiny")
    objective, tokens = make_objective(settings, instruction_table())
    params = footprint.shape_of_state(settings, objective).params
    # 512, 256 and 128 pictures, 16, 8 and 4 of pairs, and the same sentences.
    kept = [
        footprint.kept_by_jax(
            replace(settings, ppo=replace(settings.ppo, minibatches=parts)), objective, params, np.asarray(tokens)
        )
        for parts in (8, 16, 32)
    ]
    assert kept[0] - kept[1] == 2 * (kept[1] - kept[2]) > 0
