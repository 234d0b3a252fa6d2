"""Rollouts hold what the pools showed, at the right place, whatever the threads do, across borders and restarts."""

import copy
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax import distributions
from sima_jax.learner.act import Decision
from sima_jax.learner.collect import Collector
from sima_jax.types import Observation
from tests.sima_jax.learner.counting_pool import TERMINATED, TRUNCATED, CountingPool, instruction_of, picture
from tests.sima_jax.toy_agent import CONFIG, TOKENS

# Two environments in each half; most episodes end within a rollout, one outlasts several.
PLANS = (
    [[(2, TERMINATED), (3, TRUNCATED)], [(50, TERMINATED)]],
    [[(1, TRUNCATED)], [(4, TRUNCATED), (2, TERMINATED)]],
)
ENVS, STEPS = 4, 6
PER_STEP = (
    "image",
    "instruction",
    "resets",
    "previous_actions",
    "actions",
    "log_probs",
    "values",
    "rewards",
    "continues",
    "privileged",
    "truncation_values",
)


class CountingActor:
    """Remembers how many pictures of the episode it has seen. Value: 100 * step in the picture + that number.

    What is known of a picture must be what it shows, or the value is none. Each decision is its counter, as
    log-probability and as actions.
    """

    def __init__(self):
        self.keys: list[jax.Array] = []
        self.counters: list[int] = []

    def acting_params(self, params: Any) -> Any:
        return params

    def encode_for_training(self, params: Any, step: Any) -> jax.Array:
        return jnp.zeros((2, 1))

    def act(
        self, params, language, envs, image, instruction, told, resets, previous, known, memory, key, counter
    ) -> Decision:
        self.keys.append(key)
        self.counters.append(int(counter))
        memory = np.asarray(memory) * (1.0 - resets)[:, None] + 1.0
        shown = np.where((image[:, 0, 0] == known).all(-1), image[:, 0, 0, 2], np.nan)
        values = 100.0 * shown + memory[:, 0]
        count = jnp.full(len(values), counter, jnp.float32)
        actions = jnp.broadcast_to(count[:, None], (len(values), 8))
        arrays = {"values": jnp.asarray(values), "memory": jnp.asarray(memory)}
        return Decision(actions=actions, log_probs=count + 0.01 * envs, **arrays, latent=jnp.asarray(told)[:, None])

    def initial_memory(self, batch: int) -> jax.Array:
        return jnp.zeros((batch, 1))

    def no_actions(self, batch: int) -> np.ndarray:
        return np.zeros((batch, 8), np.float32)


# A train state of which nothing but the parameters is asked.
KNOWN: Any = SimpleNamespace(params=None, step=0)


def pools(plans=PLANS, pauses: int | None = None) -> tuple[CountingPool, CountingPool]:
    draws = [None, None] if pauses is None else [np.random.default_rng((pauses, half)) for half in range(2)]
    return CountingPool(plans[0], 0, draws[0]), CountingPool(plans[1], len(plans[0]), draws[1])


def collector(
    actor: Any = None, halves=None, steps: int = STEPS, pairs: int = 0, seed: int = 7, **settings
) -> Collector:
    return Collector(actor or CountingActor(), halves or pools(), steps, pairs, seed, **settings)


def collect(made: Collector, state: Any = KNOWN, pairs: int = 0, **settings) -> Any:
    """One rollout with its pictures and pairs, copied: the collector writes over them."""
    rollout, frames, _, _ = made.collect(state, **settings)
    steps, count = len(rollout.rewards), len(rollout.memory)
    image = frames.sequences(np.arange(ENVS * count), steps // count)
    return copied(rollout, image, frames.pairs(np.arange(pairs)))


def copied(rollout: Any, image: np.ndarray, pairs: Any) -> Any:
    arrays = {name: getattr(rollout, name) for name in rollout.__dataclass_fields__}
    return SimpleNamespace(**jax.tree.map(np.array, arrays | {"image": image, "pairs": vars(pairs)}))


def told(plan: list[tuple[int, int]], env: int, steps: int):
    """(env, episode, step) of the first `steps` pictures of one environment."""
    episode = step = 0
    for _ in range(steps):
        yield env, episode, step
        step += 1
        if step == plan[episode % len(plan)][0]:
            episode, step = episode + 1, 0


def same(one: list[Any], other: list[Any]) -> None:
    for a, b in zip(jax.tree.leaves([*map(vars, one)]), jax.tree.leaves([*map(vars, other)]), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.fixture(scope="module")
def state(params):
    return SimpleNamespace(params=params, step=0)


def test_every_cell_holds_what_the_pool_showed():
    with collector() as made:
        rollout = collect(made)
    for env, plan in enumerate([*PLANS[0], *PLANS[1]]):
        for t, (_, episode, step) in enumerate(told(plan, env, STEPS)):
            assert np.array_equal(rollout.image[t, env], picture(env, episode, step)), (t, env)
            assert rollout.instruction[t, env] == instruction_of(env, episode)
            assert rollout.privileged[t, env].tolist() == [env, episode, step]


def test_one_environment_worked_by_hand():
    # Episodes of 2 steps (terminated), then 3 (truncated), then 2 again, of which the rollout sees one step.
    with collector() as made:
        rollout, _, episodes, _ = made.collect(KNOWN)
        assert rollout.rewards[:, 0].tolist() == [1, 2, 1, 2, 3, 1]
        assert rollout.continues[:, 0].tolist() == [1, 0, 1, 1, 0, 1]
        # An episode begins one step after the one before has ended.
        assert rollout.resets[:, 0].tolist() == [1, 0, 1, 0, 0, 1]
        # 100 * step + pictures seen in this episode.
        assert rollout.values[:, 0].tolist() == [1, 102, 1, 102, 203, 1]
        # The clock cut the second episode off at step 3, the fourth picture of it that was seen.
        assert rollout.truncation_values[:, 0].tolist() == [0, 0, 0, 0, 304, 0]
        # What follows is step 1 of the third episode, its second picture.
        assert rollout.bootstrap[0] == 102
        assert rollout.memory[0, :, 0].tolist() == [0, 0, 0, 0]
        # Environment 2 is cut off after every step: step 1 and two pictures each time.
        assert rollout.truncation_values[:, 2].tolist() == [102] * 6
        # Episodes in the order in which they ended: at t = 0, 1, ..., the first half's before the second's.
        assert episodes.length == [1, 2, 1, 1, 1, 4, 3, 1, 1, 2]
        assert episodes.episode_return == [1, 3, 1, 1, 1, 10, 6, 1, 1, 3]
        assert episodes.success == [False, True, False, False, False, False, False, False, False, True]
        assert episodes.outcome == [TRUNCATED if not won else TERMINATED for won in episodes.success]

        rollout, _, episodes, _ = made.collect(KNOWN)
        # It goes on with step 2 of the third episode (2 long), then 3 and 2 again.
        assert rollout.resets[:, 0].tolist() == [0, 1, 0, 0, 1, 0]
        assert rollout.rewards[:, 0].tolist() == [2, 1, 2, 3, 1, 2]
        assert rollout.values[:, 0].tolist() == [102, 1, 102, 203, 1, 102]
        # Memory before the first step: the pictures seen of the episodes under way (or just ended).
        assert rollout.memory[0, :, 0].tolist() == [1, 6, 1, 2]
        assert (episodes.length[0], episodes.episode_return[0]) == (2, 3)  # begun in the rollout before


def test_pools_are_told_the_sampled_actions_in_order():
    halves = pools()
    with collector(halves=halves) as made:
        rollout = collect(made)
    for pool, columns in zip(halves, (slice(0, 2), slice(2, 4)), strict=True):
        np.testing.assert_array_equal(np.stack(pool.told), rollout.actions[:, columns])
    seeds = [*(halves[0].reset_seed or ()), *(halves[1].reset_seed or ())]
    assert len(set(seeds)) == ENVS  # each environment has a random stream of its own


def test_each_action_is_seen_by_the_next_step_as_the_environment_took_it():
    with collector() as made:
        rollouts = collect(made), collect(made)
    actions, previous = (
        np.concatenate([getattr(one, name) for one in rollouts]) for name in ("actions", "previous_actions")
    )
    assert not previous[0].any()
    assert actions.max() > 1.0  # some were cut
    np.testing.assert_array_equal(previous[1:], np.clip(actions[:-1], -1.0, 1.0))


def test_two_rollouts_are_one_long_one():
    with collector(steps=3) as made, collector(steps=6) as long:
        first, second, whole = collect(made), collect(made), collect(long)
    for name in PER_STEP:
        np.testing.assert_array_equal(
            np.concatenate([getattr(first, name), getattr(second, name)]), getattr(whole, name)
        )
    np.testing.assert_array_equal(second.bootstrap, whole.bootstrap)


def test_no_two_decisions_share_their_noise():
    # Not even those of two rollouts with one policy. A bootstrap's action is thrown away, so its counter may be any.
    with collector() as made:
        rollouts = [collect(made), collect(made)]
    counters = [float(noise) for rollout in rollouts for noise in rollout.log_probs.reshape(-1)]
    assert len(set(counters)) == 2 * STEPS * ENVS  # counter and environment, in one number


def test_acting_noise_is_not_what_the_parameters_were_drawn_from():
    # split(key) gives fold_in(key, 0) and fold_in(key, 1), which the seed's own key would give to the first decisions.
    actor = CountingActor()
    with collector(actor, seed=5) as made:
        collect(made)
    used = [jax.random.fold_in(key, counter) for key, counter in zip(actor.keys, actor.counters, strict=True)]
    acting = {jax.random.key_data(key).tobytes() for key in used}
    born = {jax.random.key_data(key).tobytes() for key in jax.random.split(jax.random.key(5))}
    assert not acting & born


def test_nothing_is_written_while_the_update_still_reads():
    class Learning:
        """A state that is not computed before it has read the rollout for the last time."""

        params, step = None, 0

        def block_until_ready(self):
            self.read = np.array(rollout.rewards)

    with collector() as made:
        rollout, *_ = made.collect(KNOWN)
        collected, learning = np.array(rollout.rewards), Learning()
        collect(made, learning)
    np.testing.assert_array_equal(learning.read, collected)
    assert not np.array_equal(rollout.rewards, collected)


def test_the_learner_sees_what_the_actor_decided(programs, state):
    # The network, run over a whole rollout from the memory before it, finds the values and log-probabilities of the
    # steps one by one: memory and resets are right inside of rollouts and from one to the next.
    agent, params = programs.objective.agent, state.params
    with collector(programs) as made:
        for _ in range(3):
            r = collect(made, state)
            seen = Observation(
                image=r.image,
                tokens=jnp.asarray(TOKENS),
                instruction=r.instruction,
                resets=r.resets,
                previous_actions=r.previous_actions,
                privileged=r.privileged,
            )
            output = jax.jit(agent.apply)(params, seen, r.memory[0])
            np.testing.assert_allclose(output.value, r.values, atol=1e-5)
            log_probs = distributions.log_prob(jnp.asarray(r.actions), output.mean, output.log_std)
            np.testing.assert_allclose(log_probs, r.log_probs, atol=1e-4)


def test_a_truncation_is_valued_with_its_own_memory_and_last_picture(programs, state):
    # Environment 3: 4 steps, then the clock. Five pictures in one go give the value of the fifth.
    with collector(programs) as made:
        r = collect(made, state)
    seen = Observation(
        image=jnp.stack([picture(3, 0, step) for step in range(5)])[:, None],
        tokens=jnp.asarray(TOKENS),
        instruction=jnp.full((5, 1), instruction_of(3, 0)),
        resets=jnp.array([[1.0], [0.0], [0.0], [0.0], [0.0]]),
        previous_actions=jnp.clip(jnp.concatenate([jnp.zeros((1, 1, 8)), r.actions[:4, 3:4]]), -1.0, 1.0),
        privileged=jnp.array([[[3.0, 0.0, step]] for step in range(5)]),
    )
    output = programs.objective.agent.apply(state.params, seen, jnp.zeros((1, CONFIG.memory_width)))
    np.testing.assert_allclose(r.truncation_values[3, 3], output.value[4, 0], atol=1e-5)
    assert r.truncation_values[4:, 3].tolist() == [0.0, 0.0]  # the next episode terminates
    np.testing.assert_allclose(r.values[:4, 3], output.value[:4, 0], atol=1e-5)


def test_a_fresh_collector_goes_on_from_the_saved_state(programs, state):
    with collector(programs, pairs=5) as made:
        collect(made, state)
        saved = copy.deepcopy(made.state_dict())
        expected = [collect(made, state, 5) for _ in range(2)]
        episodes = made.collect(state)[2]
    with collector(programs, pairs=5) as fresh:
        fresh.load_state_dict(saved)
        same(expected, [collect(fresh, state, 5) for _ in range(2)])
        assert fresh.collect(state)[2] == episodes


def test_pauses_of_the_simulation_change_nothing(programs, state):
    with collector(programs, pairs=5) as made:
        expected = [collect(made, state, 5) for _ in range(2)]
    for pauses in (1, 2):
        with collector(programs, pools(pauses=pauses), pairs=5) as slow:
            same(expected, [collect(slow, state, 5) for _ in range(2)])


def test_acting_is_compiled_once_for_each_size(programs, state):
    # At birth, after a step and after loading, the memory must lie where the compiled function expects it.
    before = programs.act._cache_size()
    one = [[(50, TERMINATED)]] * 5  # a size that nothing else acts for
    with collector(programs, pools((one, one))) as made:
        made.collect(state)
        made.load_state_dict(copy.deepcopy(made.state_dict()))
        made.collect(state)
    assert programs.act._cache_size() == before + 1


def test_pairs_are_frames_of_the_rollout_in_another_skin():
    with collector(pairs=ENVS * STEPS) as made:
        rollout = collect(made, pairs=ENVS * STEPS)
    pairs = SimpleNamespace(**rollout.pairs)
    # As many as there are frames: each is there once.
    shown = {image.tobytes() for image in rollout.image.reshape(-1, *rollout.image.shape[2:])}
    assert {image.tobytes() for image in pairs.image} == shown
    for image, other, row in zip(pairs.image, pairs.other, pairs.instruction, strict=True):
        env, episode, step = image[0, 0].tolist()
        assert row == instruction_of(env, episode)
        skin = int(other[-1, -1, 0])
        assert skin > 0 and np.array_equal(other, picture(env, episode, step, skin))


def test_pairs_are_drawn_anew_in_every_rollout():
    with collector(halves=pools(([[(50, TERMINATED)]], [[(50, TERMINATED)]])), pairs=4) as made:
        drawn = [np.asarray(made.collect(KNOWN)[1].pairs(np.arange(4)).image) for _ in range(2)]
    where = [(images[:, 0, 0, 0], images[:, 0, 0, 2] % STEPS) for images in drawn]
    assert not np.array_equal(where[0], where[1])


def test_more_pairs_than_frames_are_refused():
    with pytest.raises(ValueError, match=r"pairs is 25, but a rollout has only 24 frames"):
        collector(pairs=25)


def test_what_goes_wrong_in_a_simulation_is_raised():
    class Broken(CountingPool):
        def step(self, actions):
            raise RuntimeError("the floor is gone")

    halves = Broken(PLANS[0]), CountingPool(PLANS[1], 2)
    with collector(halves=halves) as made, pytest.raises(RuntimeError, match="the floor is gone"):
        collect(made)


def test_pictures_rendered_again_are_those_that_were_seen():
    with collector(pairs=6, sequences=2) as made, collector(pairs=6, sequences=2, rerender=True) as again:
        for _ in range(2):
            same([collect(made, pairs=6)], [collect(again, pairs=6)])


def test_sequences_are_cut_environment_after_environment_with_the_memory_that_acting_had():
    # Sequences 0, 1: steps 0 to 2 and 3 to 5 of environment 0; 2, 3: of environment 1; and so on.
    with collector() as made, collector(sequences=2) as cut:
        whole, halves = collect(made), collect(cut)
    assert halves.image.shape == (3, 8, *whole.image.shape[2:])
    for sequence in range(8):
        env, part = divmod(sequence, 2)
        np.testing.assert_array_equal(halves.image[:, sequence], whole.image[3 * part : 3 * part + 3, env])
    assert halves.memory[:, :, 0].tolist() == [[0, 0, 0, 0], [1, 3, 1, 3]]
    with pytest.raises(ValueError, match="rollout_steps is 6; it must be a multiple of sequences = 4"):
        collector(sequences=4)


def test_some_environments_do_not_hear_the_instruction_of_a_rollout():
    with collector(untold=0.5) as made, collector() as always:
        told = [collect(made, keep_latents=True) for _ in range(8)]
        heard = collect(always)
    assert (heard.told == 1.0).all()
    for rollout in told:  # the same for all steps, and what the agent is given
        assert (rollout.told == rollout.told[:1]).all()
        np.testing.assert_array_equal(rollout.latent[..., 0], rollout.told)
    assert 0.2 < np.mean([rollout.told for rollout in told]) < 0.8


def test_latents_are_kept_where_they_are_asked_for():
    with collector() as made:
        assert made.collect(KNOWN)[0].latent is None
        latent: Any = made.collect(KNOWN, keep_latents=True)[0].latent
        assert latent.shape == (STEPS, ENVS, 1)
