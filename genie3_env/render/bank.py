"""SceneBank: the scenes of many worlds and the painter's tables in a few flat arrays, ready for kernels.

W: worlds, Q: quads, L: luxels, F: flags (each over all worlds), S: skins, K: kinds of sky, P: sprites.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from genie3_env.prompt.spec import WEATHERS
from genie3_env.render.entities import pole_and_knob
from genie3_env.render.precipitation import roof_map
from genie3_env.render.raster import SPRITE_LEVELS, SPRITE_SIZE
from genie3_env.render.scene import Scene
from genie3_env.render.setup import QUAD_PADDING
from genie3_env.render.skies import clear_kind
from genie3_env.render.sky import cloud_layer
from genie3_env.render.things import Things, bank_things
from genie3_env.world import World


class SceneBank(NamedTuple):
    """Everything that is the same in every frame.

    quads: float32 [5, Q + QUAD_PADDING] plane, u0, v0, u1, v1 in metres; sorted by world, face, plane.
    surfaces: int32 [Q, 2] surface class, first luxel.
    faces: int32 [W, 7] first quad of each of the six faces, and past the last.
    luxels: uint32 [L] see scene.Scene.
    world_skins: int32 [W] the skin that each world naturally wears.
    world_weather: int32 [W] each world's own weather, an index in prompt.spec.WEATHERS.
    world_clear: int32 [W] kind of the sky that clear weather has there, an index in skies.SKY_KINDS.
    world_flags: int32 [W + 1] first flag of each world, and past the last.
    flag_positions_m: float64 [F, 3]; flag_colours: int32 [F]; flag_light: float32 [F, 3].
    textures: uint32 [S * 4 levels * rows * 256]; skin_stride, level_stride: texels from one to the next.
    skies: float32 [S, K, SKY_ROW]; fog_m: float32 [S, K] see skins.Skins.
    sprites: uint32 [P * SPRITE_LEVELS * SPRITE_SIZE * SPRITE_SIZE] emissive alpha, 0 is cut out.
    clouds: uint8 [128 * 128] cover of the sky.
    roofs_m: int16 [sum of X * Y] see precipitation.roof_map; roof_starts: int64 [W]; roof_shapes: int64 [W, 2] X and Y.
    things: gates, lifts, coins, keys and levers.
    """

    quads: np.ndarray
    surfaces: np.ndarray
    faces: np.ndarray
    luxels: np.ndarray
    world_skins: np.ndarray
    world_weather: np.ndarray
    world_clear: np.ndarray
    world_flags: np.ndarray
    flag_positions_m: np.ndarray
    flag_colours: np.ndarray
    flag_light: np.ndarray
    textures: np.ndarray
    skin_stride: int
    level_stride: int
    skies: np.ndarray
    fog_m: np.ndarray
    sprites: np.ndarray
    clouds: np.ndarray
    roofs_m: np.ndarray
    roof_starts: np.ndarray
    roof_shapes: np.ndarray
    things: Things


def build_scene_bank(worlds: Sequence[World], workers: int = 2) -> SceneBank:
    """Meshes and lights `worlds` in `workers` threads and puts the result together."""
    from genie3_env.render.mesh import build_scene
    from genie3_env.render.skins import skin_table
    from genie3_env.render.sprites import sprite_table

    if not worlds:
        raise ValueError("build_scene_bank needs at least one world; got an empty sequence.")
    with ThreadPoolExecutor(max(1, min(workers, len(worlds)))) as threads:
        scenes = list(threads.map(build_scene, worlds))
    return bank_scenes(scenes, worlds, skin_table(), sprite_table())


def bank_scenes(scenes: Sequence[Scene], worlds: Sequence[World], skins, sprites: np.ndarray) -> SceneBank:
    """Concatenates scenes that are already built. `sprites`: uint32 [P, SPRITE_SIZE ** 2]."""
    quads, surfaces, faces = [], [], []
    first_quad = first_luxel = 0
    for scene in scenes:
        quad_rows, surface_rows, face_starts = _sorted_quads(scene)
        surface_rows[:, 1] += first_luxel
        quads.append(quad_rows)
        surfaces.append(surface_rows)
        faces.append(face_starts + first_quad)
        first_quad += len(quad_rows)
        first_luxel += len(scene.luxels)
    if first_luxel >= 2**31:
        raise ValueError(f"{len(scenes)} worlds hold {first_luxel} luxels, more than 2**31; use fewer worlds per bank.")
    things, thing_luxels = bank_things(worlds, [scene.thing_light for scene in scenes], first_luxel)
    all_quads = np.zeros((5, first_quad + QUAD_PADDING), np.float32)
    all_quads[:, :first_quad] = np.concatenate(quads).T
    _, num_levels, rows, texels = skins.textures.shape
    return SceneBank(
        quads=all_quads,
        surfaces=np.ascontiguousarray(np.concatenate(surfaces)),
        faces=np.ascontiguousarray(np.stack(faces), np.int32),
        luxels=np.concatenate([*(scene.luxels for scene in scenes), thing_luxels]),
        world_skins=np.array([scene.skin for scene in scenes], np.int32),
        world_weather=np.array([WEATHERS.index(world.weather) for world in worlds], np.int32),
        world_clear=np.array([clear_kind(world) for world in worlds], np.int32),
        world_flags=np.cumsum([0] + [len(world.flag_colours) for world in worlds], dtype=np.int32),
        flag_positions_m=np.concatenate([world.flag_positions_m for world in worlds]).astype(np.float64),
        flag_colours=np.concatenate([world.flag_colours for world in worlds]).astype(np.int32),
        flag_light=np.concatenate([scene.entity_light for scene in scenes]).astype(np.float32),
        textures=np.ascontiguousarray(skins.textures).reshape(-1),
        skin_stride=num_levels * rows * texels,
        level_stride=rows * texels,
        skies=np.ascontiguousarray(skins.sky, np.float32),
        fog_m=np.ascontiguousarray(skins.fog, np.float32),
        sprites=sprite_levels(np.concatenate([sprites, pole_and_knob()])).reshape(-1),
        clouds=cloud_layer(),
        roofs_m=np.concatenate([roof_map(world.voxels) for world in worlds]),
        roof_starts=np.cumsum([0] + [world.voxels[..., 0].size for world in worlds[:-1]], dtype=np.int64),
        roof_shapes=np.array([world.voxels.shape[:2] for world in worlds], np.int64),
        things=things,
    )


def _sorted_quads(scene: Scene) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Quads [Q, 5] of one scene by face and plane, their surfaces [Q, 2], and where each face begins [7]."""
    lengths = (scene.groups[:, 1] - scene.groups[:, 0]).astype(np.int64)
    order = np.concatenate([np.arange(first, end) for first, end in scene.groups[:, :2].astype(np.int64)])
    face = np.repeat(scene.groups[:, 2].astype(np.int64), lengths)
    plane = np.repeat(scene.groups[:, 3], lengths)
    by_plane = np.lexsort((plane, face))
    order = order[by_plane]
    rows = np.concatenate([plane[by_plane, None], scene.quads[order]], axis=1)
    starts = np.searchsorted(face[by_plane], np.arange(7))
    return rows, scene.surfaces[order].astype(np.int32), starts


def sprite_levels(sprites: np.ndarray) -> np.ndarray:
    """[P, SPRITE_LEVELS, SPRITE_SIZE ** 2]: each level averages blocks of the one before, kept at full size.

    A block is cut out where less than half of it is there; alpha (emissive) and colours average over what is.
    """
    count = len(sprites)
    bytes_ = np.ascontiguousarray(sprites, np.uint32).reshape(count, SPRITE_SIZE, SPRITE_SIZE, 1).view(np.uint8)
    there = (sprites != 0).reshape(count, SPRITE_SIZE, SPRITE_SIZE)
    levels = []
    for level in range(SPRITE_LEVELS):
        side = 1 << level
        blocks = (count, SPRITE_SIZE // side, side, SPRITE_SIZE // side, side)
        weight = there.reshape(blocks).sum(axis=(2, 4))
        total = (bytes_ * there[..., None]).reshape(*blocks, 4).sum(axis=(2, 4), dtype=np.int64)
        mean = (total // np.maximum(weight, 1)[..., None]).astype(np.uint8)
        mean[..., 3] = np.maximum(mean[..., 3], 1)  # a whole word of 0 means cut out
        mean[weight * 2 < side * side] = 0
        mean = mean.repeat(side, axis=1).repeat(side, axis=2)
        levels.append(np.ascontiguousarray(mean).view(np.uint32).reshape(count, -1))
    return np.stack(levels, axis=1)
