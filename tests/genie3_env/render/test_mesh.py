"""Mesh: which quads come of a few voxels, that they cover the open faces and nothing else, bytes that repeat."""

import dataclasses
import math

import numpy as np
import pytest

from genie3_env import WorldBuilder
from genie3_env.materials import SURFACE, Surface, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.render.bank import build_scene_bank
from genie3_env.render.frame import new_scratch, see_quads
from genie3_env.render.light import surroundings
from genie3_env.render.mesh import build_scene, merge_faces
from genie3_env.render.scene import SURFACE_GROUND
from tests.genie3_env.render.ray_caster import agreement, plain_scene
from tests.toy_world import toy_world


@pytest.fixture(scope="module")
def castle():
    spec = WorldSpec(theme="castle", size="small", hour="night", moat="lava")
    return WorldBuilder().generate(spec=spec, num_worlds=1, seed=3)[0]


@pytest.fixture(scope="module", params=["toy", "castle"])
def world(request):
    return toy_world() if request.param == "toy" else request.getfixturevalue("castle")


def unit_faces(scene) -> list[tuple[int, ...]]:
    """(face, plane, u, v, surface class) of every metre of the scene's quads but the far ground's, sorted."""
    found = []
    for first, end, face, plane in scene.groups.astype(int):
        for quad in range(first, end):
            surface = int(scene.surfaces[quad, 0])
            if surface != SURFACE_GROUND:
                u0, v0, u1, v1 = scene.quads[quad].astype(int)
                found += [(face, plane, u, v, surface) for u in range(u0, u1) for v in range(v0, v1)]
    return sorted(found)


def test_stone_on_a_meadow():
    # A meadow of 4 x 4 voxels with a stone on (1, 1). On the plane z = 1 rows grow along x, then along y:
    #   y 3  b d c c
    #     2  b d c c
    #     1  b . c c     a first; then b, c from the row y = 1; what is left is d.
    #     0  a a a a
    voxels = np.zeros((4, 4, 4), np.uint8)
    voxels[:, :, 0] = material("grass")
    voxels[1, 1, 1] = material("stone")
    merged = merge_faces(surroundings(voxels, 1), SURFACE)
    opaque = int(Surface.OPAQUE)
    assert merged[:, :7].tolist() == [
        [0, 2, 1, 1, 2, 2, opaque],
        [1, 1, 1, 1, 2, 2, opaque],
        [2, 2, 1, 1, 2, 2, opaque],
        [3, 1, 1, 1, 2, 2, opaque],
        [4, 1, 0, 0, 4, 1, opaque],
        [4, 1, 0, 1, 1, 4, opaque],
        [4, 1, 2, 1, 4, 4, opaque],
        [4, 1, 1, 2, 2, 4, opaque],
        [4, 2, 1, 1, 2, 2, opaque],
    ]
    # 16 luxels a face: the sides have 4 x 1 faces, then 4, 3, 6, 2 faces of grass come before the last.
    assert merged[:, 7].tolist() == [0, 16, 32, 48, 64, 128, 176, 272, 304]


def test_materials_merge_but_surfaces_do_not():
    voxels = np.zeros((4, 1, 2), np.uint8)
    voxels[:, 0, 0] = [material(name) for name in ("grass", "stone", "lava", "water")]
    top = merge_faces(surroundings(voxels, 1), SURFACE)
    assert [(row[2], row[4], row[6]) for row in top if row[0] == 4] == [
        (0, 2, Surface.OPAQUE),
        (2, 3, Surface.LAVA),
        (3, 4, Surface.WATER),
    ]


def test_quads_cover_the_open_faces_once(world):
    scene = build_scene(world)
    assert unit_faces(scene) == unit_faces(plain_scene(world))
    assert len(scene.quads) < 0.5 * len(plain_scene(world).quads)


def test_luxels_lie_one_quad_after_another_and_know_their_materials(world):
    scene = build_scene(world)
    u0, v0, u1, v1 = scene.quads[:-4].T
    ends = np.cumsum((u1 - u0) * (v1 - v0) * 16).astype(int)
    assert scene.surfaces[1:-4, 1].tolist() == ends[:-1].tolist()
    assert len(scene.luxels) == ends[-1] + 16  # and those of the far ground
    for first, end, face, plane in scene.groups[:-1].astype(int):
        axis, behind = face >> 1, plane - (1 - (face & 1))
        for quad in range(first, end):
            u, v = scene.quads[quad, :2].astype(int)
            voxel = np.insert([u, v], axis, behind)
            assert scene.luxels[scene.surfaces[quad, 1]] >> 24 == world.voxels[tuple(voxel)]


def test_same_surfaces_as_the_ray_caster(world):
    bank = build_scene_bank([world])
    rng = np.random.default_rng(2)
    scratch = new_scratch(bank, 180, 320)
    quads = np.empty((180, 320), np.int32)
    size, right, total = world.voxels.shape, 0, 0
    while total < 600_000:
        x, y = rng.uniform(0.5, size[0] - 0.5), rng.uniform(0.5, size[1] - 0.5)
        z = rng.uniform(world.ground_m + 0.2, size[2] - 0.5)
        if world.voxels[int(x), int(y), int(z)]:
            continue
        view = (x, y, z, rng.uniform(0, 2 * math.pi), rng.uniform(-1.2, 0.6))
        see_quads(bank, scratch, 0, *view, 0.0, quads)
        same, compared = agreement(bank, 0, world, view, quads)
        right, total = right + same, total + compared
    assert right == total


def test_threads_and_repetition_change_no_byte(castle):
    worlds = [toy_world("day"), castle, toy_world("dusk")]
    one, two, again = (build_scene_bank(worlds, workers) for workers in (1, 2, 2))
    for other in (two, again):
        for name in ("quads", "surfaces", "faces", "luxels", "world_skins", "flag_light", "textures", "skies"):
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name


def test_unknown_hours_are_refused():
    with pytest.raises(ValueError, match=r"Unknown hour 'noon'; known hours: day, dusk, night"):
        build_scene(dataclasses.replace(toy_world(), hour="noon"))
