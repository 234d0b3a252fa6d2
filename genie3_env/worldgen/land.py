"""Open country: relief, ground, water and weather. Themes put their things on it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from genie3_env.materials import material
from genie3_env.prompt.spec import BODIES, WorldSpec
from genie3_env.world import VOID
from genie3_env.worldgen import canvas, covers, waters
from genie3_env.worldgen.canvas import Draft, steps_from
from genie3_env.worldgen.objects import KINDS
from genie3_env.worldgen.site import NoRoom, Site
from genie3_env.worldgen.stonework import BY_MATERIAL, Stonework, stonework

GROUND = 8
SHAPES = {"small": (64, 64, 32), "medium": (80, 80, 36), "large": (96, 96, 40)}
PEAK_M = {"flat": 0, "hilly": 4, "mountainous": 16}
SNOW_LINE_M = 12
WIDE_M = 8  # things that are wider find no place on hills by chance
PLACES_TRIED = 30
EASY = 0.3  # difficulties below it keep the task within a part of the land
CLEAR_M = 2  # on every side of a place for a flag
LOT_M = 5  # one flag in each square of this side
NEAR_M, FAR_M = 15.0, 40.0  # its radius at difficulty 0, and at EASY
STEEP_M = 4  # of what a theme raises: a mountain that is not levelled
BORDER = 3  # level columns at the edge of the grid
FREE_M = 19  # half the side of a middle that is kept free


@dataclass(frozen=True)
class Country:
    """What a theme's land is like where the spec says nothing.

    ground, relief, weather: see prompt.spec. hours: chances of day, dusk and night.
    bodies: chance of each body of water; liquid: what they hold.
    headroom_m: how much more air there is above than usually.
    """

    ground: str
    relief: str = "hilly"
    weather: str = "clear"
    hours: tuple[float, float, float] = (0.7, 0.15, 0.15)
    bodies: tuple[tuple[str, float], ...] = (("river", 0.25), ("lake", 0.25))
    liquid: str = "water"
    stone: Stonework = BY_MATERIAL["stone"]
    liquid_in: str = "river"
    free_middle: bool = False
    headroom_m: int = 0
    sizes: tuple[str, ...] = ("small", "small", "small", "medium", "large")


@dataclass(frozen=True, eq=False)
class Setting:
    """What has been decided of a world beside its land. bodies: those that are there."""

    hour: str
    weather: str
    bodies: tuple[waters.Water, ...]


def open_country(
    spec: WorldSpec,
    country: Country,
    rng: np.random.Generator,
    rise: Callable[[tuple[int, int]], np.ndarray] | None = None,
) -> tuple[Site, Setting]:
    """Land as the spec asks, with its waters and their bridges. Every draw is made, whatever the spec fixes.

    rise: given X, Y: int [X, Y] by how much the theme raises its land.
    """
    size = spec.size or str(rng.choice(country.sizes))
    if spec.task == "puzzle" and country.free_middle and size == "small":  # a vault stands beside what is in the middle
        size = "medium"
    hour = str(rng.choice(["day", "dusk", "night"], p=list(country.hours)))
    shape = (*SHAPES[size][:2], SHAPES[size][2] + country.headroom_m)
    bodies = _draw_waters(spec, country, shape[:2], rng)
    wet = np.zeros(shape[:2], bool)
    for water in bodies:
        wet |= water.mask
    if country.free_middle and rise is None:  # it stays level, as what is wet does
        wet |= canvas.square(wet, (shape[0] // 2, shape[1] // 2), FREE_M)
    ground = spec.ground or country.ground
    raised = np.zeros(shape[:2], int) if rise is None else rise(shape[:2])
    kept = _keep_level(spec, wet | (raised > STEEP_M), rng)
    voxels, top = _raise_land(shape, spec.relief or country.relief, ground, wet | kept, raised, rng)
    site = Site(
        voxels=voxels,
        ground=GROUND,
        top=top,
        taken=_border(shape[:2], BORDER),
        spec=spec,
        stone=stonework(spec.material, country.stone),
        rng=rng,
        cover=ground,
    )
    site.kept |= kept
    for water in bodies:
        waters.fill(site, water)
    _cross(site, bodies)
    return site, Setting(spec.hour or hour, spec.weather or country.weather, bodies)


def finish(
    site: Site,
    setting: Setting,
    places: dict[str, np.ndarray] | None = None,
    *,
    hilly: bool = True,
    indoors: bool = False,
    flag_room: int = 3,
    beyond: tuple[str, str] | None = None,
) -> Draft:
    """The draft of a furnished site: weathered, with a level border or an edge in the air.

    places, hilly, indoors, flag_room: see Draft. beyond: materials of the endless ground outside and of what is below
    it, or twice VOID.
    """
    if site.spec.ruined and not indoors:
        covers.ruin(site.voxels, _floors(site, places or {}), site.rng)
    if site.spec.overgrown or (site.spec.ruined and indoors):  # rock stands
        covers.overgrow(site.voxels, site.ground, site.rng)
    if site.spec.foliage:
        covers.turn_leaves(site.voxels, site.spec.foliage, site.rng)
    if setting.weather == "snow":
        covers.snow_over(site.voxels)
    usual = covers.GROUND_COVER["snow" if setting.weather == "snow" else site.cover], covers.GROUND_BELOW[site.cover]
    ground, below = beyond or usual
    if ground == VOID:
        pass
    elif site.spec.edge == "floating":
        covers.float_land(site.voxels, site.ground, site.rng)
        ground = VOID
    else:
        level_border(site.voxels, site.ground, ground, below)
    none = np.zeros((0, 3), np.int32)
    inner = (places or {}).get("inner")
    if inner is None:
        inner = places_on(site, ~_border(site.taken.shape, 2))
    found = {"outer": none, "high": none, "home": none, "entrance": none} | (places or {}) | {"inner": inner}
    return Draft(
        voxels=site.voxels,
        ground_m=site.ground,
        hour=setting.hour,
        places=found,
        hilly=hilly,
        weather=setting.weather,
        ground=ground,
        indoors=indoors,
        flag_room=flag_room,
        landmarks=tuple(site.landmarks),
        vault=site.vault,
        stone=site.stone,
    )


def _floors(site: Site, places: dict[str, np.ndarray]) -> np.ndarray:
    """int64 [X, Y] the height from which on what stands is built: of roofs, of islands, or of flat ground."""
    floors = np.full(site.taken.shape, site.ground)
    x, y, z = places.get("inner", np.zeros((0, 3), int)).T
    floors[x, y] = z
    return floors


def places_on(site: Site, where: np.ndarray) -> np.ndarray:
    """int32 [n, 3] air voxels above the land of columns where [X, Y]; for an easy task only those around one of them.

    That one is drawn, but where most of the land is free and level: so flags are near, and there is room for them.
    """
    x, y = np.nonzero(where)
    places = np.stack([x, y, site.top[x, y]], 1).astype(np.int32)
    if site.spec.difficulty >= EASY or not len(places):
        return places
    reach = NEAR_M + (FAR_M - NEAR_M) * site.spec.difficulty / EASY
    middles = places[site.rng.integers(len(places), size=PLACES_TRIED), :2]
    near = ((places[None, :, :2] - middles[:, None]) ** 2).sum(2) <= reach * reach
    roomy = np.zeros_like(site.taken)
    roomy[tuple(site.spots(2 * CLEAR_M + 1, 2 * CLEAR_M + 1, margin=0, slope=1).T + CLEAR_M)] = True
    lots = x // LOT_M * site.taken.shape[1] + y // LOT_M
    rooms = [len(np.unique(lots[around & roomy[x, y]])) for around in near]
    return places[near[int(np.argmax(rooms))]]


def level_border(voxels: np.ndarray, ground: int, cover: str, below: str) -> None:
    """The outermost ring is flat, so that the endless ground outside meets it."""
    for edge in (voxels[0], voxels[-1], voxels[:, 0], voxels[:, -1]):
        canvas.box(edge[None], (0, 0, ground), (1, edge.shape[0], edge.shape[1]), "air")
        canvas.box(edge[None], (0, 0, 0), (1, edge.shape[0], ground - 1), below)
        canvas.box(edge[None], (0, 0, ground - 1), (1, edge.shape[0], ground), cover)


def _border(shape: tuple[int, ...], width: int) -> np.ndarray:
    mask = np.ones(shape[:2], bool)
    mask[width:-width, width:-width] = False
    return mask


def _draw_waters(
    spec: WorldSpec, country: Country, shape: tuple[int, int], rng: np.random.Generator
) -> tuple[waters.Water, ...]:
    chances = dict(country.bodies)
    found = []
    for body in BODIES:
        there = rng.random() < chances.get(body, 0.0)
        along = int(rng.integers(2))
        width = int(rng.integers(4, 7))
        radius = float(rng.integers(7, 11)) * shape[0] / 64.0
        centre = int(shape[0] * (0.3 + 0.4 * rng.random())), int(shape[1] * (0.3 + 0.4 * rng.random()))
        if country.free_middle:  # the lake lies in a corner
            centre, radius = (shape[0] // 8, shape[1] // 8), 0.08 * shape[0]
        half = shape[0] // 4 + int(rng.integers(-1, 3)), shape[1] // 4 + int(rng.integers(-1, 3))
        if body == "moat":
            mask, way = waters.ring_mask(shape, half, 4), None
        elif body == "river":
            mask, way = waters.river_mask(shape, width, along, country.free_middle, rng), along
        else:
            mask, way = waters.lake_mask(shape, centre, radius, rng), None
        filling = spec.filling(body, country.liquid if there else "none")
        found.append(waters.Water(body, filling, mask, way))
    there = tuple(water for water in found if water.filling != "none")
    if there or spec.liquid in (None, "none"):
        return there
    usual = found[BODIES.index(country.liquid_in)]
    return (waters.Water(usual.name, spec.liquid, usual.mask, usual.along),)


def _keep_level(spec: WorldSpec, wet: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """bool [X, Y] squares of land that stay level, for the large things that the spec asks for; none on wet [X, Y]."""
    kept = np.zeros_like(wet)
    for name, count in spec.objects:
        side = max(KINDS[name].width, KINDS[name].depth) + 2
        if side <= WIDE_M + 2 or side > min(wet.shape) - 4 * BORDER:
            continue
        for _ in range(KINDS[name].few[0] if count is None else count):
            for _ in range(PLACES_TRIED):
                x, y = (int(rng.integers(BORDER, n - side - BORDER)) for n in wet.shape)
                if not (wet | kept)[x : x + side, y : y + side].any():
                    kept[x : x + side, y : y + side] = True
                    break
    return kept


def _raise_land(
    shape: tuple[int, int, int], relief: str, ground: str, wet: np.ndarray, raised: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Voxels of bare land, and its heights int64 [X, Y]."""
    cover, below = covers.GROUND_COVER[ground], covers.GROUND_BELOW[ground]
    voxels = canvas.new_grid(shape, GROUND, cover, below)
    broad, fine = canvas.smooth_noise(rng, shape[:2], 13), canvas.smooth_noise(rng, shape[:2], 6)
    peak = min(PEAK_M[relief], shape[2] - GROUND - 10)
    # The land begins to rise here nearer to its edge, there farther from it: no straight terrace shows where it ends.
    rim = steps_from(_border(shape, BORDER)) - (8 * canvas.smooth_noise(rng, shape[:2], 9)).astype(int)
    dry = np.maximum(np.minimum(steps_from(wet) if wet.any() else rim, rim), 0)
    if relief == "mountainous":
        rise = np.maximum(0.8 * broad + 0.2 * fine - 0.5, 0.0) * 2.0 * peak * 1.4
        height = np.minimum(np.floor(rise), np.maximum(dry - 3, 0) * 2)
    else:
        rise = (0.7 * broad + 0.3 * fine) * peak * 1.3 - 0.3 * peak
        height = np.minimum(np.floor(rise), np.maximum(dry - 2, 0) // 2)
    height = np.clip(height, 0, peak).astype(np.int64)
    height = np.where(raised > 0, np.minimum(np.maximum(height, raised), np.maximum(dry - 2, 0)), height)
    for layer in range(int(height.max())):
        risen = height > layer
        canvas.columns(voxels, risen, GROUND + layer - 1, GROUND + layer, "stone" if relief == "mountainous" else below)
        canvas.columns(voxels, risen, GROUND + layer, GROUND + layer + 1, cover)
    if relief == "mountainous" and ground != "ash":
        steep = height >= 5
        x, y = np.nonzero(steep)
        bare = canvas.smooth_noise(rng, shape[:2], 5)[x, y] < 0.6
        x, y = x[bare], y[bare]
        voxels[x, y, GROUND + height[x, y] - 1] = voxels[x, y, GROUND + height[x, y] - 2]
        x, y = np.nonzero(height >= SNOW_LINE_M)
        voxels[x, y, GROUND + height[x, y] - 1] = material("snow")
    return voxels, GROUND + height


def _cross(site: Site, bodies: tuple[waters.Water, ...]) -> None:
    """Bridges over what is there: as many as the spec asks, at least one over each."""
    crossed = [water for water in bodies if water.name != "lake"] or list(bodies)
    drawn = site.draw(1, 2)
    if not crossed:
        return
    asked = dict(site.spec.objects)
    whole = max(1, site.spec.count("bridge", drawn))
    broken = site.spec.count("broken_bridge", 0)
    for index, water in enumerate(crossed):
        if index:
            waters.lay_bridges(site, water, 1, 0)
            continue
        number = whole if "bridge" in asked else max(whole, 2 if water.name == "moat" else 1)
        laid = waters.lay_bridges(site, water, number, broken)
        if laid < number + broken and ("bridge" in asked or broken):
            raise NoRoom(f"There is room for {laid} bridges over the {water.name}, not for {number + broken}.")
    site.seen_to |= {"bridge", "broken_bridge"}
