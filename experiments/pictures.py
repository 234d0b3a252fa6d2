"""The project's pictures: `python -m experiments.pictures --out=docs/pictures`, some seconds after compilation.

Renders each of CASTLES at 1280x720 and a montage of them, and a montage of THEMES with their prompts, as JPEG files.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from genie3_env import WorldBuilder
from genie3_env.render.bank import SceneBank, build_scene_bank
from genie3_env.render.frame import new_scratch, render_view

HEIGHT, WIDTH = 720, 1280
COLUMNS = 2  # of the montage of castles
THEME_COLUMNS, THEME_HEIGHT, THEME_WIDTH = 4, 270, 480  # of the other one, and of its tiles
CAPTION_HEIGHT, CAPTION_SIZE = 22, 13
JPEG_QUALITY = 88
THEMES_QUALITY = 78


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


CASTLES = (
    View("castle_day", "a large medieval castle with lava moat by day", 0, 12, 94.5, 92.5, 21.0, -2.30, -0.20),
    View("courtyard", "a small medieval castle with lava moat by day", 0, 9, 39.5, 37.5, 9.62, 4.16, 0.12),
    View("castle_night", "a small medieval castle with lava moat at night", 0, 7, 58.0, 59.0, 16.5, -2.42, -0.10),
    View("moat", "a large medieval castle with lava moat at dusk", 0, 2, 54.2, 84.5, 11.4, 3.36, -0.20),
)
# One view of each theme, and of two prompts that put several things together.
THEMES = (
    View("castle", "a large medieval castle with lava moat by day", 0, 12, 94.5, 92.5, 21.0, -2.30, -0.20),
    View("rooftops", "a cyberpunk rooftop race track at night", 0, 2, -6.0, 14.0, 34.0, 0.51, -0.35),
    View("forest", "a forest with mushrooms by day", 0, 2, 70.0, 104.0, 27.0, 4.30, -0.30),
    View("desert", "a desert with a pyramid and a lake by day", 0, 2, 70.0, 10.0, 18.0, 2.36, -0.14),
    View("ice", "a glacier with two igloos by day", 0, 1, 13.5, -3.0, 22.0, 1.09, -0.24),
    View("volcano", "a volcano at dusk", 0, 1, 2.0, -14.0, 24.0, 0.97, -0.04),
    View("temple", "a jungle temple by day", 0, 3, 18.0, 60.0, 22.0, -0.75, -0.20),
    View("islands", "sky islands by day", 0, 2, 44.0, 94.0, 28.0, -1.49, -0.23),
    View("station", "a space station with a rocket", 0, 0, -8.0, 6.0, 24.0, 0.52, -0.16),
    View("harbour", "a harbour by day", 0, 3, 20.0, -10.0, 20.0, 1.11, -0.22),
    View("village", "a village with a windmill by day", 0, 3, 24.0, -8.0, 20.0, 1.17, -0.26),
    View("mine", "a mine with crystals at night", 0, 3, 53.5, 32.5, 9.8, 3.14, 0.01),
    View("maze", "a hedge maze", 0, 0, 34.0, -10.0, 21.0, 1.63, -0.37),
    View("track", "a race track by day", 0, 1, 24.0, 78.0, 17.0, -0.85, -0.36),
    View("snowy_village", "a snowy village at night", 0, 0, -4.0, -6.0, 22.0, 0.81, -0.23),
    View(
        "icy_temple",
        "an icy temple at dusk with a broken bridge over acid and three blue flags",
        *(0, 0, 66.0, 70.0, 20.0, -2.28, -0.15),
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"), help="the folder to write to")
    parser.add_argument("--each", action="store_true", help="also a picture of each theme, 1280x720")
    arguments = parser.parse_args(argv)
    out = arguments.out
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path in save_pictures(CASTLES, out):
            print(path)
        print(save_themes(THEMES, out, each=arguments.each))
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


def save_themes(views: Sequence[View], out: Path, *, each: bool) -> Path:
    """Writes themes.jpg into the folder `out`, a montage of views with their prompts; returns its path.

    each: also writes every view at 1280x720, as theme_NAME.jpg.
    """
    tiles = []
    for view in views:
        bank = bank_of(view)
        tiles.append(captioned(picture(bank, view, THEME_HEIGHT, THEME_WIDTH), view.prompt))
        if each:
            save_jpeg(picture(bank, view, HEIGHT, WIDTH), out / f"theme_{view.name}.jpg")
    return save_jpeg(montage(tiles, THEME_COLUMNS), out / "themes.jpg", THEMES_QUALITY)


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


def captioned(tile: np.ndarray, text: str) -> np.ndarray:
    """A picture uint8 [H, W, 3] with its lowest CAPTION_HEIGHT rows darkened and a line of text on them."""
    darkened = tile.copy()
    darkened[-CAPTION_HEIGHT:] //= 4
    image = Image.fromarray(darkened)
    at = tile.shape[1] // 2, tile.shape[0] - CAPTION_HEIGHT // 2
    font = ImageFont.load_default(CAPTION_SIZE)
    ImageDraw.Draw(image).text(at, text, fill=(255, 255, 255), font=font, anchor="mm")
    return np.asarray(image)


def montage(tiles: Sequence[np.ndarray], columns: int = COLUMNS) -> np.ndarray:
    """Pictures uint8 [H, W, 3] side by side, `columns` in a row; places left over stay black."""
    height, width, _ = tiles[0].shape
    sheet = np.zeros((-(-len(tiles) // columns) * height, columns * width, 3), np.uint8)
    for i, tile in enumerate(tiles):
        top, left = i // columns * height, i % columns * width
        sheet[top : top + height, left : left + width] = tile
    return sheet


def save_jpeg(pixels: np.ndarray, path: Path, quality: int = JPEG_QUALITY) -> Path:
    """Writes uint8 [H, W, 3]; returns the path."""
    Image.fromarray(pixels).save(path, quality=quality, optimize=True)
    return path


if __name__ == "__main__":
    sys.exit(main())
