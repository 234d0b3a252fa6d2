"""What the auxiliary losses claim, each learned without the other: skins do not matter, and sentences fit pictures.

A state is a pattern of 24 patches, shown in red in one skin of its world and in blue in the other. Somewhere stands a
flag, of the colour that the instruction names. Patterns and places are drawn anew for every rollout, and for the
judgement: nothing that is judged has been seen before.
"""

from dataclasses import dataclass

import jax
import numpy as np

from sima_jax.config import AuxiliaryConfig, OptimizerConfig
from sima_jax.learner.frames import StoredFrames
from sima_jax.types import ContrastivePairs, Params
from tests.sima_jax.toy_agent import ENVS, STEPS, make_programs, random_rollout

UPDATES, PAIRS, STATES = 60, 64, 64
COLOURS = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]], np.uint8)
# Row k asks for the flag of colour k.
TOKENS = np.array([[3, 4 + colour, 8, 0, 0, 0] for colour in range(len(COLOURS))], np.int32)


def draw_patterns(rng: np.random.Generator, count: int) -> np.ndarray:
    """bool [N, 3, 8]: marked or not, 24 patches of 3 x 2 pixels."""
    return rng.random((count, 3, 8)) < 0.5


def paint(patterns: np.ndarray, skins: np.ndarray) -> np.ndarray:
    """uint8 [N, 9, 16, 3] of patterns in skins 0 (red) or 1 (blue), int [N]."""
    marked = np.kron(np.where(patterns, 200, 40), np.ones((1, 3, 2)))
    images = np.full((*marked.shape, 3), 90, np.uint8)
    images[np.arange(len(images)), :, :, 2 * skins] = marked
    return images


def with_flags(rng: np.random.Generator, colours: np.ndarray) -> np.ndarray:
    """uint8 [N, 9, 16, 3]: a pattern in either skin with a flag of 2 x 2 pixels somewhere."""
    images = paint(draw_patterns(rng, len(colours)), rng.integers(0, 2, len(colours)))
    for image, colour in zip(images, colours, strict=True):
        row, column = rng.integers(0, 8), rng.integers(0, 15)
        image[row : row + 2, column : column + 2] = COLOURS[colour]
    return images


def draw_rollout(rng: np.random.Generator):
    """Nothing to win: only what is seen and read can be learned from it."""
    colours = rng.integers(0, len(COLOURS), STEPS * ENVS)
    nothing = np.zeros((STEPS, ENVS), np.float32)
    patterns, skins = draw_patterns(rng, PAIRS), rng.integers(0, 2, PAIRS)
    pairs: dict = {
        "image": paint(patterns, skins),
        "other": paint(patterns, 1 - skins),
        "instruction": rng.integers(0, len(COLOURS), PAIRS).astype(np.int32),
    }
    asked = colours.reshape(STEPS, ENVS).astype(np.int32)
    rollout = random_rollout().replace(instruction=asked, rewards=nothing, values=nothing)
    return rollout, StoredFrames(with_flags(rng, colours).reshape(STEPS, ENVS, 9, 16, 3), ContrastivePairs(**pairs))


@dataclass(frozen=True)
class Judgement:
    """retrieval: how often a state in one skin is nearest to itself in the other, of STATES states; matching: how often
    the sentence that fits a picture best names its flag, of four sentences."""

    retrieval: float
    matching: float


def judge(programs, params: Params) -> Judgement:
    rng = np.random.default_rng(12345)
    agent, language = programs.objective.agent, programs.encode(params)
    patterns, row = draw_patterns(rng, STATES), np.zeros(STATES, np.int32)
    contrast = jax.jit(agent.contrast)
    one, other = (contrast(params, paint(patterns, np.full(STATES, skin)), row, language) for skin in (0, 1))
    nearest = np.argmax(np.asarray(one) @ np.asarray(other).T, axis=1)
    colours = rng.integers(0, len(COLOURS), 200)
    seen = jax.jit(agent.match_vision)(params, with_flags(rng, colours))
    best = np.argmax(np.asarray(seen) @ np.asarray(agent.match_language(params, language)).T, axis=1)
    return Judgement(float(np.mean(nearest == np.arange(STATES))), float(np.mean(best == colours)))


def learn(*, matching: float = 0.0, contrastive: float = 0.0) -> tuple[Judgement, Judgement]:
    """Judged before and after learning with these weights of the losses."""
    auxiliary = AuxiliaryConfig(
        language_matching_weight=matching,
        contrastive_weight=contrastive,
        language_matching_stride=1,
        pairs=PAIRS,
        queue_size=256,
        target_rate=0.05,
    )
    optimizer = OptimizerConfig(learning_rate=2e-3, warmup_updates=0, total_updates=UPDATES)
    programs = make_programs(tokens=TOKENS, auxiliary=auxiliary, optimizer=optimizer)
    rng = np.random.default_rng(0)
    state = programs.init(jax.random.key(0))
    before = judge(programs, state.params)
    for _ in range(UPDATES):
        state, _ = programs.update(state, *draw_rollout(rng))
    return before, judge(programs, state.params)


def test_the_contrastive_loss_makes_skins_equal_and_does_not_teach_to_read():
    before, after = learn(contrastive=1.0)
    assert before.retrieval < 0.1
    assert after.retrieval > 0.95
    assert after.matching < 0.5  # chance is 0.25


def test_language_matching_teaches_to_read_and_does_not_make_skins_equal():
    before, after = learn(matching=1.0)
    assert before.matching < 0.5
    assert after.matching > 0.95
    assert after.retrieval < 0.5
