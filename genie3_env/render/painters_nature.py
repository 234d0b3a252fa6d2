"""Painters of what grows, lies and flows. Each makes side, top and bottom [3, 16, 16, 4]."""

import numpy as np

from genie3_env.render.painting import PART, SIDE, everywhere, grain, noise, paint, pebbles


def grass(rng):
    top_tone = grain(rng, 0.42)
    top = paint((98, 138, 64), top_tone)
    tufts = rng.random((SIDE, SIDE))
    top[tufts > 0.93, :3] *= np.array([1.22, 1.16, 1.0])
    top[tufts < 0.08, :3] *= 0.80
    side = dirt(rng)[0]
    fringe = 3 + (rng.random(SIDE) * 3.5).astype(int)
    turf = paint((93, 132, 60), grain(rng, 0.4))
    hangs = PART[:, None] >= SIDE - fringe[None, :]
    side = np.where(hangs[..., None], turf, side)
    side[(PART[:, None] == SIDE - fringe[None, :] - 1), :3] *= 0.74  # the shade under the turf
    return np.stack([side, top, dirt(rng)[0]])


def dirt(rng):
    texture = paint((124, 92, 62), grain(rng, 0.45))
    stones = rng.random((SIDE, SIDE)) > 0.965
    texture[stones, :3] = (150, 132, 112)
    return everywhere(texture)


def sand(rng):
    return everywhere(paint((216, 198, 142), grain(rng, 0.16)))


def leaf(rng, colour=(66, 132, 48)):
    tone = grain(rng, 0.5) * np.where(rng.random((SIDE, SIDE)) < 0.22, 0.60, 1.05)
    texture = paint(colour, tone)
    texture[rng.random((SIDE, SIDE)) > 0.94, :3] *= np.array([1.35, 1.22, 1.0])
    return everywhere(texture)


def red_leaf(rng):
    return leaf(rng, (186, 74, 34))


def yellow_leaf(rng):
    return leaf(rng, (206, 146, 42))


def water(rng):
    return everywhere(paint((44, 108, 168), 1.0 + 0.22 * (noise(rng, 4) - 0.5)))


def moss(rng):
    tone = pebbles(rng, 13, 0.26) * grain(rng, 0.14)
    mossy = (noise(rng, 4) + 0.5 * noise(rng, 8) > 0.72)[..., None]
    return everywhere(paint(np.where(mossy, (92, 132, 62), (130, 130, 124)), tone))


def hay(rng):
    straws = 0.74 + 0.46 * rng.random((SIDE // 2, SIDE)).repeat(2, axis=0)
    side = straws * grain(rng, 0.12)
    side[(3, 12), :] *= 0.62  # two cords
    end = grain(rng, 0.3) * (0.78 + 0.4 * rng.random((SIDE, SIDE)))
    return np.stack([paint((204, 170, 92), tone) for tone in (side, end, end)])


def blossom(rng):
    texture = paint((206, 112, 146), grain(rng, 0.4))
    petals = paint((246, 186, 208), grain(rng, 0.2))
    leaves = paint((84, 128, 58), grain(rng, 0.3))
    kind = rng.random((SIDE, SIDE, 1))
    return everywhere(np.where(kind > 0.6, petals, np.where(kind < 0.12, leaves, texture)))


def gravel(rng):
    return everywhere(paint((168, 156, 136), pebbles(rng, 16, 0.34, joint=0.72) * grain(rng, 0.18)))


def wood(rng):
    streaks = 0.78 + 0.40 * rng.random(SIDE)[None, :] * np.ones((SIDE, 1))
    side = paint((112, 80, 48), streaks * grain(rng, 0.22))
    dx, dy = np.abs(PART - 7.5)[None, :], np.abs(PART - 7.5)[:, None]
    ring = np.maximum(dx, dy)
    end = paint((168, 128, 80), np.where(ring > 7.0, 0.60, 0.88 + 0.14 * (ring.astype(int) % 2)) * grain(rng, 0.10))
    return np.stack([side, end, end])


def snow(rng):
    texture = paint((232, 238, 246), grain(rng, 0.10))
    texture[rng.random((SIDE, SIDE)) > 0.96, :3] = 255
    return everywhere(texture)


def ice(rng):
    crack = np.abs(noise(rng, 4) + 0.5 * noise(rng, 8) - 0.75)
    tone = np.clip(1.12 - 0.5 * (crack < 0.05), 0.0, 1.12) * grain(rng, 0.10)
    texture = paint((150, 200, 232), tone)
    texture[crack < 0.03, :3] = (226, 242, 252)
    return everywhere(texture)


def cactus(rng):
    ribs = np.array([0.72, 0.92, 1.12, 0.96])[PART % 4][None, :] * np.ones((SIDE, 1))
    side = paint((64, 130, 66), ribs * grain(rng, 0.16))
    side[1::4, 2::4, :3] = (232, 226, 178)  # thorns
    top = paint((84, 150, 80), grain(rng, 0.2))
    return np.stack([side, top, top])


def palm(rng):
    fronds = np.where((PART[:, None] + 2 * PART[None, :]) % 5 == 0, 0.66, 1.0)
    texture = paint((78, 148, 60), fronds * grain(rng, 0.34))
    texture[rng.random((SIDE, SIDE)) > 0.95, :3] *= np.array([1.3, 1.2, 1.0])
    return everywhere(texture)


def bamboo(rng):
    tone = np.array([0.70, 1.0, 1.14, 0.92])[PART % 4][None, :] * np.ones((SIDE, 1))
    tone[(5, 13), :] *= 0.62  # knots
    side = paint((142, 166, 78), tone * grain(rng, 0.10))
    end = paint((190, 190, 120), pebbles(rng, 16, 0.1))
    return np.stack([side, end, end])


def mushroom(rng):
    spots = pebbles(rng, 9, 0.0, joint=0.0) > 0.92
    top = paint(np.where(spots[..., None], (242, 236, 222), (196, 44, 40)), grain(rng, 0.14))
    gills = np.where(PART % 2 == 0, 0.80, 1.0)[None, :] * np.ones((SIDE, 1))
    return np.stack([top, top, paint((226, 210, 182), gills * grain(rng, 0.08))])


def crystal(rng):
    facet = np.where((PART[:, None] + PART[None, :]) % 8 < 4, 1.16, 0.84)
    facet = facet * np.where((PART[:, None] - PART[None, :]) % 8 < 4, 1.08, 0.92)
    texture = paint((164, 96, 226), facet * grain(rng, 0.10))
    texture[..., 3] = 130
    texture[rng.random((SIDE, SIDE)) > 0.97, :3] = (248, 232, 255)
    return everywhere(texture)


def obsidian(rng):
    tone = grain(rng, 0.30)
    texture = paint((46, 40, 58), tone)
    gleam = np.abs(noise(rng, 4) - 0.5) < 0.04
    texture[gleam, :3] = (112, 98, 138)
    return everywhere(texture)


def ash(rng):
    texture = paint((86, 80, 80), grain(rng, 0.34))
    texture[rng.random((SIDE, SIDE)) > 0.96, :3] = (48, 44, 46)
    texture[rng.random((SIDE, SIDE)) > 0.985, :3] = (196, 92, 48)  # embers
    return everywhere(texture)


def canopy(rng):
    tone = grain(rng, 0.5) * np.where(rng.random((SIDE, SIDE)) < 0.28, 0.55, 1.05)
    texture = paint((34, 104, 52), tone)
    texture[rng.random((SIDE, SIDE)) > 0.95, :3] *= np.array([1.5, 1.3, 1.0])
    return everywhere(texture)


def ore(rng):
    texture = paint((118, 116, 118), pebbles(rng, 12, 0.22, joint=0.62) * grain(rng, 0.14))
    veins = noise(rng, 8) + 0.4 * rng.random((SIDE, SIDE)) > 0.98
    texture[veins, :3] = (236, 176, 62)
    return everywhere(texture)


def acid(rng):
    texture = paint((96, 214, 38), 1.0 + 0.5 * (noise(rng, 4) - 0.5))
    bubbles = rng.random((SIDE, SIDE)) > 0.94
    texture[bubbles, :3] = (206, 255, 120)
    texture[..., 3] = 120
    return everywhere(texture)


def undergrowth(rng):
    tone = grain(rng, 0.46)
    top = paint((70, 112, 46), tone)
    specks = rng.random((SIDE, SIDE))
    top[specks > 0.93, :3] = (126, 156, 70)
    top[specks < 0.10, :3] = (72, 62, 40)
    side = paint((82, 66, 44), grain(rng, 0.4))
    side[12:, :, :3] = top[12:, :, :3]
    return np.stack([side, top, dirt(rng)[0]])


PAINTERS = {
    "grass": grass,
    "dirt": dirt,
    "wood": wood,
    "sand": sand,
    "leaf": leaf,
    "red_leaf": red_leaf,
    "yellow_leaf": yellow_leaf,
    "water": water,
    "moss": moss,
    "hay": hay,
    "blossom": blossom,
    "gravel": gravel,
    "snow": snow,
    "ice": ice,
    "cactus": cactus,
    "palm": palm,
    "bamboo": bamboo,
    "mushroom": mushroom,
    "crystal": crystal,
    "obsidian": obsidian,
    "ash": ash,
    "canopy": canopy,
    "ore": ore,
    "acid": acid,
    "undergrowth": undergrowth,
}
