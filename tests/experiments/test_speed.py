"""Operations and seconds, worked by hand."""

from dataclasses import replace

import pytest

from experiments.hardware import Chip, Machine, known, pictures_per_second
from experiments.speed import Held, Speed, Work, speed_of, work_per_step
from sima_jax.costs import Flops
from tests.experiments.castle_settings import settings_of


def test_operations_of_a_step_by_hand():
    # 4 environments x 10 steps, 2 epochs of 2 minibatches, 8 pairs, 5 sentences. A look 100, a decision 10, to read 1.
    small = {"num_envs": 4, "rollout_steps": 10, "total_timesteps": 40, "ppo.minibatches": 2, "auxiliary.pairs": 8}
    settings = settings_of("tiny", **small)
    settings = replace(settings, ppo=replace(settings.ppo, epochs=2))
    acting, learning, frozen = work_per_step(settings, Flops(100.0, 10.0, 1.0), 5)
    # 11 looks and decisions in 10 steps, 5 sentences in 40: 121 + 0.125.
    assert acting == pytest.approx(121.125)
    # Three times for looks and decisions in two epochs: 660. 5 sentences in 4 gradient steps of 40: 1.5. A pair in
    # every fifth step, twice; three times one look and once the other: 0.4 * 400 = 160.
    assert learning == pytest.approx(660 + 1.5 + 160)
    # Frozen: decisions 60, sentences, and both pictures of a pair looked at once: 0.4 * 200.
    assert frozen == pytest.approx(60 + 1.5 + 80)


# One step of 64 environments needs 6.4e9 operations: 0.01 s at the peak of 1e12 with the share that is assumed.
CHIP = Chip("X", "gpu", 80.0, 1.0, 1000.0, 1, 64, 100, "", "")


def speeds(work: Work, cores: int = 64, held: Held | None = None, frames: str = "rerender") -> Speed:
    machine = Machine(replace(CHIP, host_cores=cores), 1)
    return speed_of(settings_of("full", **{"rollout.frames": frames}), work, held or Held(0.0, 0.0), machine)


def test_seconds_of_an_update_by_hand():
    assumed = known()["assumed"]
    found = speeds(Work(acting=1e9, learning=1e9, learning_frozen=0.0, counted_by=""))
    # Half of 64 environments: 32e9 operations of 1e12 a second, at the share that is assumed; twice a step, 512 steps.
    think = 0.032 / assumed["acting"] + assumed["call_seconds"]
    assert found.thinking == pytest.approx(1024 * think)
    # 32 of the cores draw one picture each of that half, at the height of 720.
    draw = 1 / pictures_per_second(720)
    assert found.drawing == pytest.approx(1024 * draw)
    assert found.collecting == pytest.approx(512 * max(2 * think, think + draw))
    # 32,768 steps in 256 gradient steps.
    assert found.computing == pytest.approx(32.768 / assumed["learning"] + 256 * assumed["call_seconds"])
    assert found.update == found.collecting + found.learning
    assert found.steps_per_second == pytest.approx(32768 / found.update)
    assert (found.updates, found.frozen_updates) == (305, 1)
    assert found.seconds == pytest.approx(304 * found.update + found.update_frozen)


def test_few_cores_make_the_agent_wait():
    work = Work(1e6, 1e6, 0.0, "")
    few, many = speeds(work, cores=1), speeds(work, cores=64)
    assert few.collecting > 10 * many.collecting
    # One core draws the 32,768 pictures, and the 2 x 2,048 of pairs, again at 700 a second.
    assert few.learning == pytest.approx((32768 + 4096) / 700)
    assert speeds(work, cores=1, frames="store").drawing_again == 0.0


def test_nothing_is_faster_than_its_memory():
    idle = Work(0.0, 0.0, 0.0, "")
    found = speeds(idle, held=Held(acting=1e9, learning=2e9))  # of 1e12 bytes a second
    call = known()["assumed"]["call_seconds"]
    assert found.thinking == pytest.approx(1024 * (0.001 + call))
    assert found.computing == pytest.approx(256 * (0.002 + call))
