"""Film: recorded episodes, painted large, with the instruction, the keys pressed and the outcome written on them."""

import functools
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from experiments.episodes import Episode, EvaluationResult
from genie3_env.render.bank import build_scene_bank
from genie3_env.render.frame import Renderer
from genie3_env.tasks.instructions import Instruction
from genie3_env.types import ACTION_NAMES, Outcome
from genie3_env.world import World

HEIGHT, WIDTH = 360, 640
MAX_EPISODES = 8
MAX_FRAMES = 75  # of one episode: of a longer one the end is shown
STEPS_PER_FRAME = 2
FRAME_MS = 80  # at 0.1 s a step: two and a half times as fast as life
LAST_FRAME_MS = 1200

INK = (245, 245, 240)
SHADE = (10, 12, 16, 150)
KEY_UP = (60, 64, 72, 170)
KEY_DOWN = (255, 196, 60, 235)
GOOD, BAD = (70, 220, 110), (255, 90, 70)
SAID_OF = {
    Outcome.RUNNING: ("", INK),
    Outcome.SUCCESS: ("reached", GOOD),
    Outcome.WRONG_FLAG: ("wrong flag", BAD),
    Outcome.BURNT: ("burnt", BAD),
    Outcome.TIMEOUT: ("out of time", BAD),
}
KEY, GAP = 26, 4  # pixels of a key cap at the film's size

Film = list[tuple[Image.Image, int]]  # frames and how long each is shown, in milliseconds


def evaluation_film(
    result: EvaluationResult, worlds: Sequence[World], table: Sequence[Instruction], *, threads: int = 2
) -> Film:
    """A few of the evaluation's episodes, taken at even distances and not chosen by how they went."""
    chosen = sample_episodes(result.episodes, MAX_EPISODES)
    shown = sorted({episode.world for episode in chosen})
    place = {world: index for index, world in enumerate(shown)}
    frames: Film = []
    bank = build_scene_bank([worlds[world] for world in shown], workers=threads)
    with Renderer(bank, HEIGHT, WIDTH, threads) as renderer:
        for episode in chosen:
            steps = shown_steps(episode)
            states = result.states[steps, episode.env]
            states["world"] = place[episode.world]
            images = renderer.render(states)
            text = table[episode.told_row].text
            for image, step in zip(images, steps, strict=True):
                ends = step == steps[-1]
                outcome = episode.outcome if ends else Outcome.RUNNING
                picture = annotate(image, text, result.actions[step, episode.env], outcome)
                frames.append((picture, LAST_FRAME_MS if ends else FRAME_MS))
    return frames


def training_film(
    states: np.ndarray, actions: np.ndarray, worlds: Sequence[World], table: Sequence[Instruction]
) -> Film:
    """What one environment went through in a rollout: SIM_STATE [T], actions [T, A]; episodes may end in it."""
    height, width = HEIGHT // 2, WIDTH // 2
    shown, place = np.unique(states["world"], return_inverse=True)
    states = states.copy()
    states["world"] = place
    frames: Film = []
    bank = build_scene_bank([worlds[world] for world in shown], workers=1)
    with Renderer(bank, height, width) as renderer:
        for t in range(0, len(states), STEPS_PER_FRAME):
            image = renderer.render(states[t : t + 1])[0]
            text = table[states["instruction"][t]].text
            frames.append((annotate(image, text, np.clip(actions[t], -1.0, 1.0), Outcome.RUNNING), FRAME_MS))
    return frames


def montage(images: np.ndarray) -> np.ndarray:
    """uint8 [N, H, W, 3] side by side in rows of four, the last row filled up with black."""
    across = min(4, len(images))
    rows = -(-len(images) // across)
    padded = np.zeros((rows * across, *images.shape[1:]), np.uint8)
    padded[: len(images)] = images
    height, width = images.shape[1:3]
    grid = padded.reshape(rows, across, height, width, 3).transpose(0, 2, 1, 3, 4)
    return grid.reshape(rows * height, across * width, 3)


def sample_episodes(episodes: Sequence[Episode], count: int) -> list[Episode]:
    """At most `count` episodes of different worlds where there are so many, spread over the list."""
    by_world: dict[int, Episode] = {}
    for episode in episodes:
        by_world.setdefault(episode.world, episode)
    different = list(by_world.values())
    count = min(count, len(different))
    return [different[k * len(different) // count] for k in range(count)]


def shown_steps(episode: Episode) -> np.ndarray:
    """Which steps of the record are shown: every second one, the last one always."""
    steps = np.arange(episode.last - 1, episode.first - 1, -STEPS_PER_FRAME)[:MAX_FRAMES]
    return steps[::-1]


def annotate(image: np.ndarray, instruction: str, action: np.ndarray, outcome: Outcome) -> Image.Image:
    """image uint8 [H, W, 3] with the sentence above, the keys and the mouse below, and how the episode ended."""
    picture = Image.fromarray(image)
    draw = ImageDraw.Draw(picture, "RGBA")
    width, height = picture.size
    scale = width / WIDTH
    pressed: dict[str, float] = dict(zip(ACTION_NAMES, action.tolist(), strict=True))
    _sentence(draw, instruction, scale, width)
    _keys(draw, pressed, scale, height)
    _mouse(draw, pressed, scale, width, height)
    said, colour = SAID_OF[outcome]
    if said:
        _banner(draw, said, colour, scale, width, height)
    return picture


def _sentence(draw: ImageDraw.ImageDraw, text: str, scale: float, width: int) -> None:
    font = _font(round(20 * scale))
    draw.rectangle((0, 0, width, round(36 * scale)), fill=SHADE)
    draw.text((width / 2, 18 * scale), f"“{text}”", INK, font, anchor="mm")


def _keys(draw: ImageDraw.ImageDraw, pressed: dict[str, float], scale: float, height: int) -> None:
    """W over A S D, then the space bar for jumping and E for the interaction."""
    size, gap = KEY * scale, GAP * scale
    pitch = size + gap
    left, top = 12 * scale, height - 12 * scale - 2 * pitch
    low = top + pitch
    _key(draw, "W", pressed["w"], (left + pitch, top, size, size), scale)
    for index, name in enumerate("asd"):
        _key(draw, name.upper(), pressed[name], (left + index * pitch, low, size, size), scale)
    beside = left + 3 * pitch + gap
    _key(draw, "jump", float(pressed["jump"] > 0.0), (beside, low, 2.4 * size, size), scale)
    _key(draw, "E", float(pressed["interact"] > 0.0), (beside, top, size, size), scale)


def _key(
    draw: ImageDraw.ImageDraw, name: str, pressed: float, box: tuple[float, float, float, float], scale: float
) -> None:
    """A key cap; box: left, top, width, height. How far it is pressed is how brightly it shines."""
    left, top, width, height = box
    share = min(1.0, max(0.0, pressed))
    fill = tuple(round(up + share * (down - up)) for up, down in zip(KEY_UP, KEY_DOWN, strict=True))
    draw.rounded_rectangle((left, top, left + width, top + height), radius=5 * scale, fill=fill, outline=INK)
    ink = (20, 20, 20) if share > 0.5 else INK
    draw.text((left + width / 2, top + height / 2), name, ink, _font(round(14 * scale)), anchor="mm")


def _mouse(draw: ImageDraw.ImageDraw, pressed: dict[str, float], scale: float, width: int, height: int) -> None:
    """A circle, and in it where the mouse moves to: right turns right, up looks up."""
    radius = 27 * scale
    x, y = width - 14 * scale - radius, height - 14 * scale - radius
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=KEY_UP, outline=INK)
    dx, dy = (max(-1.0, min(1.0, pressed[name])) for name in ("mouse_dx", "mouse_dy"))
    tip = (x + 0.8 * radius * dx, y - 0.8 * radius * dy)
    draw.line((x, y, *tip), fill=KEY_DOWN, width=max(1, round(3 * scale)))
    dot = 4 * scale
    draw.ellipse((tip[0] - dot, tip[1] - dot, tip[0] + dot, tip[1] + dot), fill=KEY_DOWN)


def _banner(
    draw: ImageDraw.ImageDraw, said: str, colour: tuple[int, int, int], scale: float, width: int, height: int
) -> None:
    font = _font(round(40 * scale))
    x, y = width / 2, height / 2
    left, top, right, bottom = draw.textbbox((x, y), said, font, anchor="mm")
    room = 14 * scale
    box = (left - room, top - room, right + room, bottom + room)
    draw.rounded_rectangle(box, radius=10 * scale, fill=SHADE, outline=colour, width=max(1, round(2 * scale)))
    draw.text((x, y), said, colour, font, anchor="mm")


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)  # it comes with pillow: the film looks the same everywhere


def save_film(frames: Iterable[tuple[Image.Image, int]], path: Path) -> None:
    """Write an endless animated WebP, or a GIF where the name ends so. The file appears whole or not at all."""
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_bytes(film_bytes(list(frames), "GIF" if path.suffix.lower() == ".gif" else "WEBP"))
    unfinished.replace(path)


def film_bytes(frames: Film, kind: str) -> bytes:
    """The film as a file of kind "WEBP" or "GIF"."""
    if not frames:
        raise ValueError("A film needs at least one frame; got none.")
    pictures, durations = [frame for frame, _ in frames], [duration for _, duration in frames]
    options = {"quality": 40, "method": 2} if kind == "WEBP" else {"optimize": False}
    with io.BytesIO() as file:
        pictures[0].save(file, kind, save_all=True, append_images=pictures[1:], duration=durations, loop=0, **options)
        return file.getvalue()
