"""WorldPool in two toy worlds at 64 x 36: what a step returns, and that nothing depends on how the work is split."""

import dataclasses

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, VectorEnv

from genie3_env.pool import WorldPool
from genie3_env.prompt.spec import WorldSpec
from genie3_env.tasks.instructions import Instruction
from genie3_env.types import ACTION_NAMES, SIM_STATE, Outcome
from genie3_env.world import FLAG_COLOURS
from tests.toy_world import toy_world

TABLE = tuple(
    Instruction(row, f"{words} the {FLAG_COLOURS[colour]} flag", "reach_flag", colour, split)
    for row, (words, split, colour) in enumerate(
        (words, split, colour)
        for words, split in (("go to", "train"), ("please find", "train"), ("walk up to", "held_out"))
        for colour in range(3)
    )
)
W = ACTION_NAMES.index("w")


@pytest.fixture(scope="module")
def home():
    """The pool whose banks all others share."""
    with make(worlds=[toy_world(), toy_world("night")], share=None) as pool:
        yield pool


def make(num_envs=6, worlds=None, **settings):
    defaults = {"height": 36, "width": 64, "threads": 1, "instructions": TABLE, "max_episode_steps": 12}
    return WorldPool(worlds, num_envs, **(defaults | settings))


def random_actions(steps, num_envs=6, seed=0):
    actions = np.random.default_rng(seed).uniform(-1, 1, (steps, num_envs, 8)).astype(np.float32)
    actions[:, :, W] = np.abs(actions[:, :, W])
    return actions


def film(pool, actions, seed=0):
    """Everything that a pool returns over some steps, as bytes."""
    obs, _ = pool.reset(seed=seed)
    shown = [obs["image"].tobytes(), pool.states.tobytes()]
    for action in actions:
        obs, reward, terminated, truncated, info = pool.step(action)
        shown += [obs["image"].tobytes(), obs["instruction_id"].tobytes(), repr(obs["instruction"])]
        shown += [reward.tobytes(), terminated.tobytes(), truncated.tobytes(), pool.states.tobytes()]
        shown += [info[name].tobytes() for name in ("flag_distance", "collision", "double_jumps", "outcome")]
        shown += [last["image"].tobytes() for last in info.get("final_obs", ()) if last is not None]
    return shown


def test_it_is_a_vector_env_and_returns_what_its_spaces_promise(home):
    with make(share=home) as pool:
        assert isinstance(pool, VectorEnv) and pool.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
        obs, info = pool.reset(seed=1)
        assert obs in pool.observation_space
        assert pool.single_observation_space.sample()["image"].shape == (36, 64, 3)
        pool.action_space.seed(0)
        obs, rewards, terminated, truncated, info = pool.step(pool.action_space.sample())
        assert obs in pool.observation_space and obs["instruction_id"].dtype == np.int32
        assert (rewards.dtype, rewards.shape) == (np.float32, (6,))
        assert terminated.dtype == truncated.dtype == bool
        for name, dtype in {
            "flag_distance": np.float32,
            "flag_distance_delta": np.float32,
            "coins_collected": np.int32,
            "collision": bool,
            "success": bool,
            "double_jumps": np.int32,
            "outcome": np.int32,
        }.items():
            assert (info[name].dtype, info[name].shape) == (dtype, (6,)), name
        assert info["task"].tolist() == ["reach_flag"] * 6
        assert obs["image"].std() > 10  # something is to be seen


def test_results_do_not_depend_on_the_number_of_threads(home):
    actions = random_actions(30)
    films = []
    for threads in (1, 2, 3):
        with make(share=home, threads=threads) as pool:
            films.append(film(pool, actions))
    assert films[0] == films[1] == films[2]


def test_the_seed_decides_and_another_seed_differs(home):
    actions = random_actions(5)
    with make(share=home) as pool:
        first, again, other = (film(pool, actions, seed) for seed in (3, 3, 4))
    assert first == again != other


def test_images_of_the_last_step_stay_for_one_step_more(home):
    actions = random_actions(2)
    with make(share=home) as pool:
        pool.reset(seed=0)
        earlier = pool.step(actions[0])[0]["image"]
        kept = earlier.copy()
        later = pool.step(actions[1])[0]["image"]
        assert not np.shares_memory(earlier, later)
        np.testing.assert_array_equal(earlier, kept)


def test_same_step_autoreset_tells_how_the_episode_ended(home):
    with make(share=home, max_episode_steps=3) as pool:
        pool.reset(seed=0)
        still = np.zeros((6, 8), np.float32)
        for _ in range(2):
            info = pool.step(still)[-1]
            assert "final_obs" not in info and "final_info" not in info
        before, known = pool.states, pool.privileged
        obs, _, terminated, truncated, info = pool.step(still)
        assert truncated.all() and not terminated.any()
        assert (info["outcome"] == Outcome.TIMEOUT).all() and (pool.states["step"] == 0).all()
        last, final = info["final_obs"], info["final_info"]
        assert info["_final_obs"].all() and info["_final_info"].all()
        assert final["steps"].tolist() == [3] * 6 and (final["goal"] == before["goal"]).all()
        for i in range(6):
            assert last[i] in pool.single_observation_space
            assert last[i]["instruction"] == TABLE[before["instruction"][i]].text
        # Nobody moved: what was known before is known of the last picture, not what is known of the next episode's.
        np.testing.assert_array_equal(final["privileged"], known)
        assert not np.array_equal(known, pool.privileged)
        # The last picture is that of the state in which the episode ended; the observation shows the next episode.
        before["step"] = 3
        np.testing.assert_array_equal(last[0]["image"], pool.render_states(before)[0])
        np.testing.assert_array_equal(obs["image"], pool.render_states(pool.states))
        assert obs["instruction"] == tuple(TABLE[row].text for row in pool.states["instruction"])


def test_walking_to_the_named_flag_succeeds_and_pays_its_way(home):
    with make(1, share=home, max_episode_steps=100) as pool:
        pool.reset(seed=0)
        state = pool.states
        state["position_m"] = 2.5, 6.5, 4.0
        state["yaw_rad"], state["goal"], state["instruction"], state["world"] = -np.pi / 2, 0, 0, 0
        state["flag_distance_m"] = 4.0
        saved = pool.state_dict() | {"states": state.view(np.uint8).reshape(1, -1)}
        pool.load_state_dict(saved)
        assert pool.observe()["instruction"] == ("go to the red flag",)
        paid, done, info = 0.0, False, {}
        while not done:
            _, rewards, terminated, _, info = pool.step(np.eye(8, dtype=np.float32)[[W]])
            paid, done = paid + rewards[0], terminated[0]
        assert info["success"][0] and info["final_info"]["success"][0]
        # Four metres away at first, less than 1.2 m at the end, 10 for each metre between.
        assert 28.0 < paid <= 10 * (4.0 - info["flag_distance"][0]) + 1e-3


def test_instructions_name_the_goal_and_come_from_the_split(home):
    for split in ("train", "held_out"):
        with make(40, share=home, split=split) as pool:
            obs, _ = pool.reset(seed=0)
            states = pool.states
            rows = [TABLE[row] for row in obs["instruction_id"]]
            colours = [pool.worlds[s["world"]].flag_colours[s["goal"]] for s in states]
            assert [row.colour for row in rows] == colours and {row.split for row in rows} == {split}
            assert obs["instruction"] == tuple(row.text for row in rows)


def test_a_saved_state_goes_on_bit_for_bit(home):
    actions = random_actions(40)
    with make(share=home) as pool, make(share=home, threads=2, seed=9) as other:
        film(pool, actions[:17])
        saved = pool.state_dict()
        obs = pool.observe()
        image = obs["image"].copy()
        other.load_state_dict({name: np.copy(value) if name == "states" else value for name, value in saved.items()})
        np.testing.assert_array_equal(other.observe()["image"], image)
        assert other.observe()["instruction"] == obs["instruction"]
        for action in actions[17:]:
            one, two = pool.step(action), other.step(action)
            assert one[0]["image"].tobytes() == two[0]["image"].tobytes()
            assert all(np.array_equal(a, b) for a, b in zip(one[1:4], two[1:4], strict=True))
            assert pool.states.tobytes() == other.states.tobytes()


def test_a_state_of_other_worlds_or_another_size_is_refused(home):
    with make(share=home) as pool, make(4, share=home) as smaller:
        pool.reset()
        saved = pool.state_dict()
        with pytest.raises(ValueError, match="holds 6 environments; this pool has 4"):
            smaller.load_state_dict(saved)
        with pytest.raises(ValueError, match="other worlds"):
            pool.load_state_dict(saved | {"worlds": "0" * 64})
        with pytest.raises(ValueError, match="version 99"):
            pool.load_state_dict(saved | {"version": 99})


def test_states_render_to_what_was_seen_and_in_another_skin_to_something_else(home):
    with make(share=home) as pool:
        obs, _ = pool.reset(seed=2)
        states = pool.states
        np.testing.assert_array_equal(pool.render_states(states), obs["image"])
        out = np.empty_like(obs["image"])
        assert pool.render_states(states[::-1].copy(), out=out) is out
        np.testing.assert_array_equal(out[::-1], obs["image"])
        skins = pool.other_skins(states, np.random.default_rng(0).random(len(states)))
        assert skins.dtype == np.int32 and skins.shape == (6,)
        other = pool.render_states(states, skins)
        assert all((a != b).any() for a, b in zip(other, obs["image"], strict=True))


def test_a_pool_that_shares_has_no_worlds_of_its_own(home):
    with make(share=home) as pool:
        assert pool._sim_bank is home._sim_bank and pool._scene_bank is home._scene_bank
        assert pool.worlds is home.worlds
    with pytest.raises(ValueError, match="worlds differ"):
        make(worlds=[toy_world()], share=home)


def test_any_reward_function_takes_the_place_of_the_default(home):
    def reward_fn(obs, action, info):
        assert obs["image"].shape == (6, 36, 64, 3) and action.shape == (6, 8)
        return info["flag_distance"] + action[:, 0]

    actions = random_actions(1)
    with make(share=home, reward_fn=reward_fn) as pool:
        pool.reset(seed=0)
        _, rewards, _, _, info = pool.step(actions[0])
        np.testing.assert_array_equal(rewards, info["flag_distance"] + actions[0, :, 0])
    with make(share=home, reward_fn=lambda obs, action, info: 1.0) as pool:
        pool.reset(seed=0)
        with pytest.raises(ValueError, match=r"reward_fn gave shape \(\)"):
            pool.step(actions[0])


def test_the_default_reward_is_progress_less_collisions(home):
    with make(share=home, max_episode_steps=40) as pool:
        pool.reset(seed=0)
        for action in random_actions(40):
            _, rewards, _, _, info = pool.step(action)
            expected = 10 * info["flag_distance_delta"] - 2.0 * info["collision"]
            np.testing.assert_allclose(rewards, expected, rtol=1e-6)


def test_sequential_pools_go_through_the_worlds_whatever_is_done(home):
    def episodes(actions):
        with make(3, share=home, sequential=True, max_episode_steps=2) as pool:
            pool.reset(seed=5)
            seen = [pool.states[["world", "goal", "instruction"]].tolist()]
            for action in actions:
                done = np.logical_or(*pool.step(action)[2:4])
                if done.all():
                    seen.append(pool.states[["world", "goal", "instruction"]].tolist())
        return seen

    still = episodes(np.zeros((8, 3, 8), np.float32))
    assert [[world for world, _, _ in row] for row in still[:3]] == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    assert len(still) == 5 and still == episodes(np.full((8, 3, 8), 0.01, np.float32))


def test_of_more_spawns_the_nearest_to_the_goal_is_nearer_and_the_farthest_farther(home):
    def starts(spawn_draws, spawn_farthest=False):
        with make(share=home, spawn_draws=spawn_draws, spawn_farthest=spawn_farthest) as pool:
            return np.concatenate([pool.reset(seed=seed)[1]["flag_distance"] for seed in range(10)])

    # The toy world has four spawns: of 64 draws the nearest to the goal is among them but for 0.75 ** 64.
    anywhere, near, nearest = starts(1), starts(3), starts(64)
    far, farthest = starts(3, True), starts(64, True)
    assert nearest.mean() < near.mean() < anywhere.mean() < far.mean() < farthest.mean()
    with make(share=home) as pool:
        pool.reset(seed=0)
        pool.set_spawn_draws(64)
        later = np.concatenate([pool.reset()[1]["flag_distance"] for _ in range(10)])
        assert set(later) <= set(nearest)
        pool.set_spawn_draws(64, spawn_farthest=True)
        later = np.concatenate([pool.reset()[1]["flag_distance"] for _ in range(10)])
        assert set(later) <= set(farthest) and not set(later) & set(nearest)
        with pytest.raises(ValueError, match="spawn_draws must be a whole number of at least 1; got 0"):
            pool.set_spawn_draws(0)


def test_episodes_begin_in_worlds_that_are_not_too_hard(home):
    easy, hard = (dataclasses.replace(toy_world(), spec=WorldSpec("castle", difficulty=d)) for d in (0.2, 0.7))
    with make(20, worlds=[hard, easy], max_episode_steps=1) as pool:

        def worlds_after(steps):
            for _ in range(steps):
                pool.step(np.zeros((20, 8), np.float32))
            return set(pool.states["world"].tolist())

        pool.reset(seed=0)
        assert worlds_after(0) == {0, 1}
        pool.set_hardest(0.2)
        assert worlds_after(1) == worlds_after(3) == {1}  # each step ends all episodes
        pool.set_hardest(0.7)
        assert worlds_after(1) == {0, 1}
        with pytest.raises(ValueError, match=r"No world has a difficulty of at most 0\.1; the easiest has 0\.2"):
            pool.set_hardest(0.1)
    with make(share=home, sequential=True) as pool, pytest.raises(ValueError, match="A sequential pool plays every"):
        pool.set_hardest(1.0)


def test_some_environments_can_be_reset_alone(home):
    with make(share=home) as pool:
        pool.reset(seed=0)
        pool.step(random_actions(1)[0])
        before = pool.states
        mask = np.array([True, False, False, True, False, False])
        obs, _ = pool.reset(options={"reset_mask": mask})
        assert pool.states["step"].tolist() == [0, 1, 1, 0, 1, 1]
        assert pool.states[~mask].tobytes() == before[~mask].tobytes()
        np.testing.assert_array_equal(obs["image"], pool.render_states(pool.states))


def test_gymnasium_wrappers_work_on_it(home):
    pool = gymnasium.wrappers.vector.RecordEpisodeStatistics(make(share=home, max_episode_steps=3))
    pool.reset(seed=0)
    infos = [pool.step(action)[-1] for action in random_actions(3)]
    assert infos[-1]["episode"]["l"].tolist() == [3] * 6
    pool.close()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"num_envs": 0}, "num_envs must be a whole number of at least 1; got 0"),
        ({"threads": 0}, "threads must be"),
        ({"action_repeat": 1.5}, "action_repeat must be"),
        ({"max_episode_steps": 0}, "max_episode_steps must be"),
        ({"height": 36, "width": 36}, "width"),
        ({"height": 4320, "width": 7680}, "height"),
        ({"split": "test"}, "Unknown split 'test' of the instructions; known: held_out, train"),
        ({"instructions": TABLE[:2]}, "names a yellow flag"),
        ({"share": None}, "at least one world"),
    ],
)
def test_bad_settings_are_refused(home, settings, message):
    with pytest.raises(ValueError, match=message):
        make(**({"share": home} | settings))


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (np.zeros((5, 8), np.float32), r"shape \(5, 8\); expected \(6, 8\)"),
        (np.zeros((6, 8), np.int64), "dtype int64"),
        (np.where(np.arange(48).reshape(6, 8) == 17, np.nan, 0.0), "environment 2 are"),
    ],
)
def test_bad_actions_are_refused_and_change_nothing(home, actions, message):
    with make(share=home) as pool:
        pool.reset(seed=0)
        before = pool.states.tobytes()
        with pytest.raises(ValueError, match=message):
            pool.step(actions)
        assert pool.states.tobytes() == before


def test_depth_and_segmentation_come_where_they_are_asked_for(home):
    with make(share=home) as plain, make(share=home, depth=True, segmentation=True, max_episode_steps=3) as pool:
        expected, _ = plain.reset(seed=0)
        obs, _ = pool.reset(seed=0)
        assert "depth" not in expected and "segmentation" not in expected
        assert obs in pool.observation_space and set(obs) - set(expected) == {"depth", "segmentation"}
        np.testing.assert_array_equal(obs["image"], expected["image"])
        assert obs["depth"].shape == obs["segmentation"].shape == (6, 36, 64) and obs["depth"].dtype == np.float32
        assert (np.isinf(obs["depth"]) == (obs["segmentation"] == 0)).all() and (obs["depth"] > 0).all()
        before = obs["depth"].copy()
        for _ in range(3):
            obs, _, _, _, info = pool.step(np.tile(np.array([1, 0, 0, 0, 0.3, 0, 0, 0], np.float32), (6, 1)))
        assert obs in pool.observation_space and (obs["depth"] != before).any()
        assert info["_final_obs"].all()  # cut off after three steps
        for last in info["final_obs"]:
            assert last in pool.single_observation_space and last["depth"].shape == (36, 64)


def test_order_is_kept(home):
    pool = make(share=home)
    with pytest.raises(gymnasium.error.ResetNeeded):
        pool.step(np.zeros((6, 8), np.float32))
    pool.close()
    pool.close()
    with pytest.raises(gymnasium.error.ClosedEnvironmentError):
        pool.reset()


def test_the_state_record_is_small_and_has_no_padding():
    fields = SIM_STATE.fields or {}
    assert SIM_STATE.itemsize == sum(dtype.itemsize for dtype, *_ in fields.values()) <= 320
    assert SIM_STATE.itemsize % 8 == 0 and not SIM_STATE.hasobject
