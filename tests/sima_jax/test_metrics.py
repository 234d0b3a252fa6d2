"""Metrics: lines that a killed run cannot spoil, and TensorBoard events that hold scalars, pictures and films."""

import io
import json
import sys
from types import SimpleNamespace

import numpy as np
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from sima_jax.metrics import EVENTS, LINES, MetricsWriter, keep_lines_up_to

PICTURE = np.arange(2 * 4 * 3, dtype=np.uint8).reshape(2, 4, 3)


def lines(folder):
    return [json.loads(line) for line in (folder / LINES).read_text().splitlines()]


def gif() -> bytes:
    frames = [Image.new("RGB", (4, 2), colour) for colour in ("red", "blue")]
    with io.BytesIO() as file:
        frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
        return file.getvalue()


def test_numbers_pictures_and_films_are_written(tmp_path):
    with MetricsWriter(tmp_path) as writer:
        writer.scalars(64, {"success": 0.5, "episode_return": None, "loss": float("nan")})
        assert lines(tmp_path) == [{"step": 64, "success": 0.5, "episode_return": None, "loss": None}]
        writer.image(64, "seen", PICTURE)
        writer.film(64, "film", gif(), 2, 4)
    events = EventAccumulator(str(tmp_path / EVENTS)).Reload()
    assert [(event.step, event.value) for event in events.Scalars("success")] == [(64, 0.5)]
    assert "episode_return" not in events.Tags()["scalars"]
    (seen,) = events.Images("seen")
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(seen.encoded_image_string))), PICTURE)
    (film,) = events.Images("film")
    assert getattr(Image.open(io.BytesIO(film.encoded_image_string)), "n_frames", 1) == 2


def test_a_run_that_goes_on_tells_no_step_twice(tmp_path):
    with MetricsWriter(tmp_path) as writer:
        for step in (1, 2, 3):
            writer.scalars(step, {"success": 0.1 * step})
    with MetricsWriter(tmp_path, first_step=2) as writer:
        writer.scalars(3, {"success": 0.9})
    assert [(line["step"], line["success"]) for line in lines(tmp_path)] == [(1, 0.1), (2, 0.2), (3, 0.9)]
    events = EventAccumulator(str(tmp_path / EVENTS)).Reload()
    assert [round(event.value, 3) for event in events.Scalars("success")] == [0.1, 0.2, 0.9]


def test_half_a_line_is_dropped(tmp_path):
    path = tmp_path / LINES
    path.write_text('{"step": 1}\n{"step": 2, "succ')
    keep_lines_up_to(path, 10)
    assert path.read_text() == '{"step": 1}\n'


def test_weights_and_biases_is_told_the_same(tmp_path, monkeypatch):
    told = []
    page = SimpleNamespace(log=lambda values, step: told.append((step, values)), finish=lambda: told.append("finished"))
    wandb = SimpleNamespace(init=lambda **settings: told.append(settings) or page)
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    with MetricsWriter(tmp_path, wandb_project="castles", config={"seed": 1}) as writer:
        writer.scalars(64, {"success": 0.5, "episode_return": None})
    assert (told[0]["project"], told[0]["config"]) == ("castles", {"seed": 1})
    assert told[1:] == [(64, {"success": 0.5}), "finished"]
