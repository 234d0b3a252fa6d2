"""Castles: a curtain wall with towers and gates around a courtyard with a keep, behind a moat with bridges.

The plan is drawn first (castle_plan), then painted from the ground up.
"""

import numpy as np

from genie3_env.materials import AIR, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas, covers, features, waters
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import GROUND, Setting, finish
from genie3_env.worldgen.site import NoRoom, Site
from genie3_env.worldgen.themes.castle_plan import BERM, Plan, draw_plan

RELIEF = {"flat": 0.0, "hilly": 1.0, "mountainous": 2.6}  # how high hills are
OWN = ("tower", "gate", "bridge", "broken_bridge")  # things that the castle itself sees to
FURNITURE = (("well", features.well, 4, 4), ("stall", features.stall, 4, 3), ("stall", features.stall, 4, 3))


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One castle as `spec` asks; what the spec leaves open is drawn from rng.

    ValueError where the spec asks for more towers or gates than a wall can carry.
    """
    plan = draw_plan(spec, rng)
    voxels = canvas.new_grid(plan.shape, GROUND)
    beyond = canvas.beyond_rectangle(voxels, plan.centre, plan.half)
    _country(voxels, beyond, plan, rng)
    _fortify(voxels, beyond, plan)
    taken = _furnish_courtyard(voxels, beyond, plan, rng)
    if plan.trees:
        _plant(voxels, beyond, plan, rng)
    site = _site(voxels, beyond, taken, plan, spec, rng)
    _add_waters(site, beyond, plan)
    furnish(site, {}, done=OWN if plan.moat != "none" or spec.river not in (None, "none") else ("tower", "gate"))
    covers.lay_ground(voxels, site.cover)
    return finish(site, Setting(plan.hour, spec.weather or "clear", ()), _places(voxels, beyond, plan), hilly=False)


def _site(
    voxels: np.ndarray, beyond: np.ndarray, taken: np.ndarray, plan: Plan, spec: WorldSpec, rng: np.random.Generator
) -> Site:
    """The castle's land as a site for what the spec asks for beside the castle."""
    top = canvas.surface_height(voxels)
    walls = (beyond > -plan.thickness - 2) & (beyond <= plan.far_bank + 1)
    edge = np.ones_like(walls)
    edge[2:-2, 2:-2] = False
    planted = top > GROUND + 3  # hills are lower
    x, y = canvas.plane_coordinates(voxels)
    roads = np.zeros_like(walls)
    for gate in plan.gates:
        along = abs(x - gate.x) if gate.side in ("north", "south") else abs(y - gate.y)
        ahead = (x - gate.x) * canvas.FORWARD[gate.side][0] + (y - gate.y) * canvas.FORWARD[gate.side][1]
        roads |= (along <= 3) & (ahead >= 0)
    inside = beyond <= -plan.thickness
    site = Site(
        voxels=voxels,
        ground=GROUND,
        top=np.where(inside, GROUND, top),
        taken=walls | edge | planted | roads | (inside & taken),
        spec=spec,
        stone=plan.stone,
        rng=rng,
        cover=spec.ground or "grass",
    )
    for place in plan.towers:
        site.mark("tower", *place, GROUND)
    for index, gate in enumerate(plan.gates):
        site.mark("gate", gate.x, gate.y, GROUND)
        if plan.moat != "none":
            site.mark("broken_bridge" if 0 < index <= plan.broken_bridges else "bridge", *gate.at(BERM + 3, 0), GROUND)
    return site


def _add_waters(site: Site, beyond: np.ndarray, plan: Plan) -> None:
    """A river that passes the castle on one side, a lake before it, where the spec asks for them."""
    spec, rng = site.spec, site.rng
    shape = site.taken.shape
    open_country = beyond > plan.far_bank + 2
    if spec.river not in (None, "none"):
        along = int(rng.integers(2))
        across, size = plan.centre[1 - along], shape[1 - along]
        room = max(across, size - across) - plan.half[1 - along] - plan.far_bank
        middle = size - room // 2 - 1 if across < size // 2 else room // 2 + 1
        at = np.arange(shape[1 - along])
        band = np.broadcast_to(abs(at - middle) <= 2, (shape[along], len(at)))
        mask = (band if along == 0 else band.T) & open_country
        water = waters.Water("river", spec.river, mask.copy(), along)
        site.taken &= ~mask
        waters.fill(site, water)
        roads = [gate.y - 1 if along == 1 else gate.x - 1 for gate in plan.gates]
        waters.lay_bridges(site, water, max(1, spec.count("bridge", 2)), spec.count("broken_bridge", 0), roads)
    if spec.lake not in (None, "none"):
        spot = site.spot(11, 11, slope=2, where=open_country)
        if spot is None:
            raise NoRoom("There is no room for a lake beside this castle; ask for fewer things.")
        mask = waters.lake_mask(shape, (spot[0] + 5, spot[1] + 5), 5.0, rng)
        mask &= open_country & ~site.taken
        site.voxels[:, :, GROUND:][mask] = AIR
        waters.fill(site, waters.Water("lake", spec.lake, mask))


def _country(voxels: np.ndarray, beyond: np.ndarray, plan: Plan, rng: np.random.Generator) -> None:
    """Gentle hills outside, roads to the bridges."""
    x, y = canvas.plane_coordinates(voxels)
    edge = np.minimum(np.minimum(x, voxels.shape[0] - 1 - x), np.minimum(y, voxels.shape[1] - 1 - y))
    roads = np.zeros(voxels.shape[:2], bool)
    for gate in plan.gates:
        roads |= features.road(voxels, gate, 1, GROUND)
    noise = canvas.smooth_noise(rng, voxels.shape[:2], 9)
    # A slope of one voxel in two keeps every hill walkable.
    room = np.minimum(edge - 2, beyond - plan.far_bank - 2)
    scale = RELIEF[plan.relief] * (np.clip((x - voxels.shape[0] / 2) / 8, 0, 1) if plan.level_half else 1.0)
    height = np.where(roads, 0, np.minimum(np.round(noise * 4.5 * scale - 1.2), room // 2)).astype(int)
    for layer in range(1, 1 + max(3, int(height.max()))):
        mask = height >= layer
        canvas.columns(voxels, mask, GROUND + layer - 2, GROUND + layer - 1, "dirt")
        canvas.columns(voxels, mask, GROUND + layer - 1, GROUND + layer, "grass")


def _fortify(voxels: np.ndarray, beyond: np.ndarray, plan: Plan) -> None:
    if plan.moat != "none":
        features.moat(voxels, beyond, BERM + 1, plan.moat_width, GROUND, plan.moat)
    canvas.columns(voxels, (beyond > 0) & (beyond <= BERM), GROUND - 1, GROUND, "cobble")
    features.curtain_wall(voxels, beyond, plan.thickness, GROUND, plan.wall_height, plan.stone)
    for place in plan.towers:
        features.tower(
            voxels,
            place,
            plan.tower_radius,
            GROUND,
            plan.tower_height,
            plan.stone,
            round_=plan.round_towers,
            roofed=plan.roofed,
        )
    x, y = canvas.plane_coordinates(voxels)
    clear = np.ones(voxels.shape[:2], bool)
    for gate in plan.gates:
        clear &= np.maximum(abs(x - gate.x), abs(y - gate.y)) > 6
    for place in plan.towers:
        clear &= np.maximum(abs(x - place[0]), abs(y - place[1])) > plan.tower_radius + 2
    features.adorn_wall(voxels, beyond, plan.centre, clear, GROUND, plan.wall_height, plan.stone)
    for gate in plan.gates:
        features.gatehouse(voxels, gate, plan.thickness, GROUND, plan.wall_height, plan.stone)
    if plan.moat != "none":
        for index, gate in enumerate(plan.gates):
            gap = waters.GAP if 0 < index <= plan.broken_bridges else 0
            features.bridge(voxels, gate, BERM, BERM + plan.moat_width + 2, GROUND, gap)


def _furnish_courtyard(voxels: np.ndarray, beyond: np.ndarray, plan: Plan, rng: np.random.Generator) -> np.ndarray:
    """Paving, keep, stairs, inner walls and what stands about; returns bool [X, Y] which columns are taken."""
    yard = beyond <= -plan.thickness
    x, y = canvas.plane_coordinates(voxels)
    paving = np.where((x + y) % 2 == 0, material(plan.stone.floor), material("stone"))
    lawn = canvas.smooth_noise(rng, voxels.shape[:2], 6) > 0.55
    floor = voxels[:, :, GROUND - 1]
    floor[yard & ~lawn] = paving[yard & ~lawn]
    taken = ~(beyond <= -plan.thickness - 3)
    for gate in plan.gates:  # a free way straight in from every gate
        for inwards in range(plan.thickness, plan.thickness + 7):
            for sideways in range(-4, 5):
                at = gate.at(-inwards, sideways)
                if 0 <= at[0] < taken.shape[0] and 0 <= at[1] < taken.shape[1]:
                    taken[at] = True
    _place_keep(voxels, taken, plan, rng)
    _stairs_to_wall(voxels, taken, plan, rng)
    _inner_walls(voxels, taken, plan, rng)
    for name, paint, width, depth in FURNITURE:
        spot = _free_spot(taken, width, depth, rng) if name not in plan.asked else None
        if spot is not None:
            paint(voxels, *spot, GROUND)
    for _ in range(int(rng.integers(2, 5))):
        spot = _free_spot(taken, 2, 1, rng) if "haystack" not in plan.asked else None
        if spot is not None:
            canvas.box(voxels, (*spot, GROUND), (spot[0] + 2, spot[1] + 1, GROUND + 1), "hay")
    for _ in range(int(rng.integers(3, 7))):
        spot = _free_spot(taken, 1, 1, rng) if "torch" not in plan.asked else None
        if spot is not None:
            features.torch_post(voxels, *spot, GROUND)
    return taken


def _free_spot(
    taken: np.ndarray, width: int, depth: int, rng: np.random.Generator, margin: int = 2
) -> tuple[int, int] | None:
    """Low corner of a free width x depth rectangle, then taken with a margin all round; None if there is none."""
    for _ in range(30):
        x = int(rng.integers(margin, taken.shape[0] - width - margin))
        y = int(rng.integers(margin, taken.shape[1] - depth - margin))
        if not taken[x : x + width, y : y + depth].any():
            taken[x - margin : x + width + margin, y - margin : y + depth + margin] = True
            return x, y
    return None


def _place_keep(voxels: np.ndarray, taken: np.ndarray, plan: Plan, rng: np.random.Generator) -> None:
    half = int(rng.integers(4, 6)) + (min(plan.half) > 15) + (min(plan.half) > 20)
    height = plan.wall_height + int(rng.integers(6, 10))
    door = str(rng.choice(list(canvas.FORWARD)))
    roofed = bool(rng.random() < 0.5)
    height = min(height, plan.shape[2] - GROUND - (half + 4 if roofed else 6))
    spot = _free_spot(taken, 2 * half + 1, 2 * half + 1, rng, margin=4)
    if spot is None:
        return
    centre = spot[0] + half, spot[1] + half
    features.keep(voxels, centre, half, GROUND, height, door, plan.stone, roofed=roofed)


def _stairs_to_wall(voxels: np.ndarray, taken: np.ndarray, plan: Plan, rng: np.random.Generator) -> None:
    """One flight up the inner face of a wall without a gate nearby."""
    inside = plan.half[0] - plan.thickness, plan.half[1] - plan.thickness
    start = int(rng.integers(-4, 1))
    for side in rng.permutation(list(canvas.FORWARD)):
        dx, dy = canvas.FORWARD[str(side)]
        foot = (
            plan.centre[0] + dx * inside[0] + (0 if dx else start - plan.wall_height // 2),
            plan.centre[1] + dy * inside[1] + (0 if dy else start - plan.wall_height // 2),
        )
        direction = (0, 1) if dx else (1, 0)
        end = foot[0] + direction[0] * plan.wall_height, foot[1] + direction[1] * plan.wall_height
        near = [min(max(abs(p[0] - g.x), abs(p[1] - g.y)) for p in (foot, end)) for g in plan.gates]
        if min(near) < 7:
            continue
        features.stairs(voxels, foot, direction, (-dx, -dy), GROUND, plan.wall_height)
        low = min(foot[0], end[0]) - 2, min(foot[1], end[1]) - 2
        high = max(foot[0], end[0]) + 3, max(foot[1], end[1]) + 3
        taken[low[0] : high[0], low[1] : high[1]] = True
        return


def _inner_walls(voxels: np.ndarray, taken: np.ndarray, plan: Plan, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(1, 4))):
        length = int(rng.integers(4, 8))
        width, depth = (length, 1) if rng.random() < 0.5 else (1, length)
        spot = _free_spot(taken, width, depth, rng)
        if spot is not None:
            high = GROUND + int(rng.integers(3, 5))
            canvas.box(voxels, (*spot, GROUND), (spot[0] + width, spot[1] + depth, high), plan.stone.wall)
            canvas.box(voxels, (*spot, high - 1), (spot[0] + width, spot[1] + depth, high), plan.stone.trim)


def _plant(voxels: np.ndarray, beyond: np.ndarray, plan: Plan, rng: np.random.Generator) -> None:
    """Trees outside, clear of roads and banks."""
    top = canvas.surface_height(voxels)
    grass, leaves = material("grass"), rng.random((8, 5, 5, 5)) < 0.9
    for k in range(plan.shape[0] // 2):
        x, y = int(rng.integers(4, plan.shape[0] - 4)), int(rng.integers(4, plan.shape[1] - 4))
        trunk, conifer = int(rng.integers(3, 6)), bool(rng.random() < 0.35)
        z = int(top[x, y])
        outside = beyond[x, y] > plan.far_bank + 3
        if not outside or voxels[x, y, z - 1] != grass or _near_road(plan, x, y) or z + trunk + 5 >= plan.shape[2]:
            continue
        if (voxels[x - 2 : x + 3, y - 2 : y + 3, z + 1 : z + 3] != AIR).any():
            continue
        if conifer:
            features.pine(voxels, x, y, z, trunk)
        else:
            features.tree(voxels, x, y, z, trunk, leaves[k % 8], "blossom" if k % 6 == 0 else "leaf")


def _near_road(plan: Plan, x: int, y: int) -> bool:
    return any(abs((x - g.x) if g.side in ("north", "south") else (y - g.y)) <= 4 for g in plan.gates)


def _places(voxels: np.ndarray, beyond: np.ndarray, plan: Plan) -> dict[str, np.ndarray]:
    def on_ground(mask: np.ndarray) -> np.ndarray:
        mask = mask & (voxels[:, :, GROUND] == AIR) & (voxels[:, :, GROUND - 1] != AIR)
        x, y = np.nonzero(mask)
        return np.stack([x, y, np.full(len(x), GROUND)], 1).astype(np.int32)

    columns = np.argwhere(beyond > plan.far_bank)
    heights = canvas.surface_height(voxels)[beyond > plan.far_bank]
    walk = (beyond < 0) & (beyond > -plan.thickness)
    x, y = np.nonzero(walk)
    gates = np.array([[g.x, g.y, GROUND] for g in plan.gates], np.int32).reshape(-1, 3)
    return {
        "outer": np.concatenate([columns, heights[:, None]], 1).astype(np.int32),
        "inner": on_ground(beyond <= -plan.thickness - 1),
        "high": np.stack([x, y, np.full(len(x), GROUND + plan.wall_height)], 1).astype(np.int32),
        "home": gates,
        "entrance": gates,
    }
