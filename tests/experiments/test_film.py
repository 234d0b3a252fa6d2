"""The film: what is written on its frames, and which steps it shows."""

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from experiments.episodes import Episode
from experiments.film import MAX_FRAMES, annotate, film_bytes, sample_episodes, save_film, shown_steps
from genie3_env.types import ACTION_NAMES, Outcome

GREY = np.full((360, 640, 3), 90, np.uint8)
STILL = np.zeros(8, np.float32)


def pressing(name: str, value: float = 1.0) -> np.ndarray:
    action = STILL.copy()
    action[ACTION_NAMES.index(name)] = value
    return action


def pixels(instruction="go to the red flag", action=STILL, outcome=Outcome.RUNNING, image=GREY) -> np.ndarray:
    return np.asarray(annotate(image, instruction, action, outcome))


def episode(world: int, first: int = 0, last: int = 5) -> Episode:
    return Episode(0, first, last, world, 0, 0, Outcome.SUCCESS, 10.0, 1.0)


def test_the_sentence_is_written_above_and_the_picture_stays_clear():
    frame = pixels()
    assert frame.shape == GREY.shape
    assert frame[:36].max() > 200  # light letters
    assert (frame[:36] != pixels("go to the blue flag")[:36]).any()
    assert (frame[60:260] == GREY[60:260]).all()
    assert (GREY == 90).all()  # the recorded frame itself is left alone


@pytest.mark.parametrize("name", ACTION_NAMES)
def test_every_input_shows(name):
    assert (pixels(action=pressing(name)) != pixels()).any()


def test_half_a_key_shines_half_and_a_negative_one_not_at_all():
    brightness = [pixels(action=pressing("w", value))[280:].astype(int).sum() for value in (-1.0, 0.0, 0.5, 1.0)]
    assert brightness[0] == brightness[1] < brightness[2] < brightness[3]


def test_the_end_is_announced():
    frames = [pixels(outcome=outcome)[120:240] for outcome in Outcome]
    assert (frames[0] == 90).all()
    for index in range(1, len(frames)):
        assert (frames[index] != frames[index - 1]).any()


def test_small_frames_are_annotated_too():
    small = np.full((180, 320, 3), 90, np.uint8)
    assert (pixels(image=small) != small).any()


def test_shown_steps_end_with_the_last_one():
    assert shown_steps(episode(0, 10, 17)).tolist() == [10, 12, 14, 16]
    assert shown_steps(episode(0, 10, 16)).tolist() == [11, 13, 15]
    long = shown_steps(episode(0, 0, 1000))
    assert len(long) == MAX_FRAMES
    assert long[-1] == 999


def test_sampled_episodes_are_of_different_worlds_and_spread():
    episodes = [episode(world) for world in (0, 0, 1, 2, 3, 3, 4, 5)]
    assert [one.world for one in sample_episodes(episodes, 3)] == [0, 2, 4]
    assert [one.world for one in sample_episodes(episodes, 100)] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("name", ["film.webp", "film.gif"])
def test_saved_films_hold_their_frames(tmp_path, name):
    frames = [(annotate(GREY, "go", pressing("w", k / 3), Outcome.RUNNING), 100) for k in range(4)]
    save_film(frames, tmp_path / name)
    with Image.open(tmp_path / name) as film:
        assert sum(1 for _ in ImageSequence.Iterator(film)) == 4
        assert film.size == (640, 360)
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_film_bytes_of_a_kind():
    frame = (Image.fromarray(GREY), 100)
    assert Image.open(io.BytesIO(film_bytes([frame], "GIF"))).format == "GIF"
    with pytest.raises(ValueError, match="at least one frame"):
        film_bytes([], "GIF")
