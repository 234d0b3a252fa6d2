"""Frames per second of the renderer on one core: `python -m experiments.bench.render`, a minute after compilation.

Castles are seen from where a body can stand, with a flag in view. For each pose the best of several rounds counts; the
figure is the median over the poses. Where ViZDoom is installed and knows the size (`pip install -e .[bench]`), its
software renderer plays my_way_home in the same rounds, alternating with ours. The last line is one JSON object.
"""

import argparse
import json
import math
import os
import random
import statistics
import sys
import tempfile
import time

import numpy as np

from genie3_env import WorldBuilder
from genie3_env.render.bank import SceneBank, build_scene_bank
from genie3_env.render.frame import FLAG_PIXEL, new_scratch, render_batch, see_quads
from genie3_env.render.frames import new_frames
from genie3_env.types import EYE_HEIGHT_M, SIM_STATE
from genie3_env.world import World

SIZES = ((720, 1280), (180, 320), (72, 128), (36, 64))  # height, width
PIXELS_AT_ONCE = 64 * 36 * 64  # small frames are rendered several in one call, as a pool does
VIZDOOM_SECONDS = 0.5  # of each round


def main() -> None:
    parser = argparse.ArgumentParser(description="Frames per second of the renderer on one core.")
    parser.add_argument("--prompt", default="a medieval castle with lava moat")
    parser.add_argument("--worlds", type=int, default=4)
    parser.add_argument("--poses", type=int, default=64, help="over all worlds")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for name in ("worlds", "poses", "rounds"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} must be at least 1, not {getattr(options, name)}")
    pin_to_one_core()
    worlds = WorldBuilder().generate(options.prompt, num_worlds=options.worlds, seed=options.seed)
    bank = build_scene_bank(worlds, workers=1)
    poses = flags_in_view(worlds, bank, options.poses, np.random.default_rng(options.seed))
    result = {}
    for height, width in SIZES:
        figures = measure(bank, poses, height, width, options.rounds)
        result[f"{width}x{height}"] = figures
        print(f"{width}x{height}: " + ", ".join(f"{name} {value}" for name, value in figures.items()), flush=True)
    print(json.dumps({"bench": "render", "worlds": options.worlds, "poses": options.poses, "sizes": result}))


def pin_to_one_core() -> None:
    """Holds this process, and the peer that it starts, to one core (Linux)."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def flags_in_view(worlds: list[World], bank: SceneBank, count: int, rng: np.random.Generator) -> np.ndarray:
    """States [count] (types.SIM_STATE) of bodies that stand somewhere and see a flag, as many in each world."""
    scratch = new_scratch(bank, 36, 64)
    quads = np.empty((36, 64), np.int32)
    states = np.zeros(count, SIM_STATE)
    states["hour"] = states["weather"] = states["liquid"] = -1  # as the worlds were made
    for i in range(count):
        index = i % len(worlds)
        world = worlds[index]
        while True:
            foot = world.cells[rng.integers(len(world.cells))] + (0.5, 0.5, 0.0)
            flag = world.flag_positions_m[rng.integers(len(world.flag_positions_m))]
            yaw = math.atan2(flag[1] - foot[1], flag[0] - foot[0]) + rng.uniform(-0.6, 0.6)
            pitch = rng.uniform(-0.5, 0.4)
            x, y, z = foot
            see_quads(bank, scratch, index, x, y, z + EYE_HEIGHT_M, yaw, pitch, 0.0, quads)
            if (quads == FLAG_PIXEL).any():
                break
        states["position_m"][i], states["yaw_rad"][i], states["pitch_rad"][i] = foot, yaw, pitch
        states["world"][i], states["step"][i] = index, rng.integers(300)
    return states


def measure(bank: SceneBank, poses: np.ndarray, height: int, width: int, rounds: int) -> dict[str, float | None]:
    """Figures of one size: frames per second at the median pose, the slowest tenth, copies of a frame, the peer."""
    together = max(1, PIXELS_AT_ONCE // (height * width))
    scratch = new_scratch(bank, height, width)
    frames = new_frames(together, height, width)
    copy = np.empty_like(frames.images)
    skins = np.full(together, -1, np.int32)
    batches = [np.repeat(poses[i : i + 1], together) for i in range(len(poses))]
    render_batch(bank, scratch, batches[0], skins, 0, together, frames)
    best, best_copy, peer_rates = np.full(len(poses), math.inf), math.inf, []
    with Peer(height, width) as peer:
        for _ in range(rounds):
            for i, batch in enumerate(batches):
                start = time.perf_counter()
                render_batch(bank, scratch, batch, skins, 0, together, frames)
                best[i] = min(best[i], (time.perf_counter() - start) / together)
                start = time.perf_counter()
                np.copyto(copy, frames.images)
                best_copy = min(best_copy, (time.perf_counter() - start) / together)
            if peer.game is not None:
                peer_rates.append(peer.frames_per_second(VIZDOOM_SECONDS))
    rate = 1.0 / float(np.median(best))
    peer_rate = statistics.median(peer_rates) if peer_rates else None
    return {
        "frames_per_s": round(rate, 1),
        "milliseconds": round(1e3 / rate, 4),
        "slowest_tenth_frames_per_s": round(1.0 / float(np.quantile(best, 0.9)), 1),
        "copies_per_s": round(1.0 / best_copy, 1),
        "share_of_copy": round(rate * best_copy, 5),
        "vizdoom_frames_per_s": peer_rate and round(peer_rate, 1),
        "times_vizdoom": peer_rate and round(rate / peer_rate, 2),
    }


class Peer:
    """ViZDoom's my_way_home at one size, RGB24, random actions; `game` is None where it cannot be had."""

    def __init__(self, height: int, width: int):
        self.game = None
        try:
            import vizdoom  # pyright: ignore[reportMissingImports] - an extra
        except ImportError:
            print("ViZDoom is not installed: no comparison. Try: pip install -e .[bench]", file=sys.stderr)
            return
        resolution = getattr(vizdoom.ScreenResolution, f"RES_{width}X{height}", None)
        if resolution is None:
            return
        self._folder = tempfile.TemporaryDirectory()  # the game writes a file of settings
        self.game = vizdoom.DoomGame()
        self.game.set_doom_config_path(os.path.join(self._folder.name, "vizdoom.ini"))
        self.game.load_config(os.path.join(vizdoom.scenarios_path, "my_way_home.cfg"))
        self.game.set_screen_resolution(resolution)
        self.game.set_screen_format(vizdoom.ScreenFormat.RGB24)
        self.game.set_render_hud(False)
        self.game.set_window_visible(False)
        self.game.set_seed(1)
        self.game.init()
        buttons = self.game.get_available_buttons_size()
        self._actions = [[float(i == j) for j in range(buttons)] for i in range(buttons)]
        self._random = random.Random(1)

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_) -> None:
        if self.game is not None:
            self.game.close()
            self._folder.cleanup()

    def frames_per_second(self, seconds: float) -> float:
        """Plays for about that long: one action, one picture."""
        assert self.game is not None
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            if self.game.is_episode_finished():
                self.game.new_episode()
            self.game.get_state().screen_buffer  # noqa: B018 - reading it is what fetches the picture
            self.game.make_action(self._random.choice(self._actions))
            count += 1
        return count / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
