"""The project's pictures: `python -m experiments.pictures --out=docs/pictures`, some seconds after compilation.

Renders each of VIEWS at 1280x720, and a montage of all, as JPEG files.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from genie3_env import WorldBuilder
from genie3_env.render.bank import SceneBank, build_scene_bank
from genie3_env.render.frame import new_scratch, render_view

HEIGHT, WIDTH = 720, 1280
COLUMNS = 2  # of the montage
JPEG_QUALITY = 88


class View(NamedTuple):
    """What an eye sees in world number `world` of those made from a prompt and a seed. Metres and radians."""

    name: str
    prompt: str
    seed: int
    world: int
    x_m: float
    y_m: float
    z_m: float
    yaw_rad: float
    pitch_rad: float
    time_s: float = 1.0


VIEWS = (
    View("castle_day", "a large medieval castle with lava moat by day", 0, 12, 94.5, 92.5, 21.0, -2.30, -0.20),
    View("courtyard", "a small medieval castle with lava moat by day", 0, 9, 39.5, 37.5, 9.62, 4.16, 0.12),
    View("castle_night", "a small medieval castle with lava moat at night", 0, 7, 58.0, 59.0, 16.5, -2.42, -0.10),
    View("moat", "a large medieval castle with lava moat at dusk", 0, 2, 54.2, 84.5, 11.4, 3.36, -0.20),
)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"), help="the folder to write to")
    out = parser.parse_args(argv).out
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path in save_pictures(VIEWS, out):
            print(path)
    except OSError as error:
        print(f"error: {out} cannot be written ({error.strerror}); give another --out=DIR.", file=sys.stderr)
        return 1
    return 0


def save_pictures(views: Sequence[View], out: Path) -> list[Path]:
    """Writes a picture of each view, and montage.jpg, into the folder `out`; returns their paths."""
    paths, tiles = [], []
    for view in views:
        bank = bank_of(view)
        paths.append(save_jpeg(picture(bank, view, HEIGHT, WIDTH), out / f"{view.name}.jpg"))
        tiles.append(picture(bank, view, HEIGHT // COLUMNS, WIDTH // COLUMNS))
    return [*paths, save_jpeg(montage(tiles), out / "montage.jpg")]


def bank_of(view: View) -> SceneBank:
    """A bank that holds the view's world alone."""
    worlds = WorldBuilder().generate(view.prompt, num_worlds=view.world + 1, seed=view.seed)
    return build_scene_bank(worlds[-1:])


def picture(bank: SceneBank, view: View, height: int, width: int) -> np.ndarray:
    """uint8 [height, width, 3] of the only world of a bank."""
    out = np.empty((height, width, 3), np.uint8)
    eye = (view.x_m, view.y_m, view.z_m, view.yaw_rad, view.pitch_rad)
    render_view(bank, new_scratch(bank, height, width), 0, -1, *eye, view.time_s, out)
    return out


def montage(tiles: Sequence[np.ndarray]) -> np.ndarray:
    """Pictures uint8 [H, W, 3] side by side, COLUMNS in a row; places left over stay black."""
    height, width, _ = tiles[0].shape
    sheet = np.zeros((-(-len(tiles) // COLUMNS) * height, COLUMNS * width, 3), np.uint8)
    for i, tile in enumerate(tiles):
        top, left = i // COLUMNS * height, i % COLUMNS * width
        sheet[top : top + height, left : left + width] = tile
    return sheet


def save_jpeg(pixels: np.ndarray, path: Path) -> Path:
    """Writes uint8 [H, W, 3]; returns the path."""
    Image.fromarray(pixels).save(path, quality=JPEG_QUALITY, optimize=True)
    return path


if __name__ == "__main__":
    sys.exit(main())
