"""Painters of what is built: masonry, metal, cloth, lights. Each makes side, top and bottom [3, 16, 16, 4]."""

import numpy as np

from genie3_env.render.painting import PART, SIDE, courses, everywhere, grain, noise, paint, pebbles


def stone(rng):
    return everywhere(paint((146, 148, 154), courses(rng, 8, 8, 0.20) * grain(rng, 0.16)))


def brick(rng):
    tone = courses(rng, 4, 8, 0.26, joint=0.60)
    colour = np.where((tone <= 0.6)[..., None], (176, 164, 150), (166, 122, 98))
    return everywhere(paint(colour, tone * grain(rng, 0.14)))


def shingles(rng, colour, spread):
    tone = np.empty((SIDE, SIDE))
    for course in range(4):
        low = course * 4
        tone[low : low + 4] = np.array([0.60, 0.92, 1.04, 1.12])[:, None]
        for tile in range(4):
            columns = (tile * 4 + 2 * (course % 2) + np.arange(4)) % SIDE
            tone[low : low + 4, columns] *= 1.0 + spread * (rng.random() - 0.5)
            tone[low : low + 4, columns[0]] *= 0.80
            tone[low, columns[1:3]] *= 1.25  # the round lower end
    return everywhere(paint(colour, tone * grain(rng, 0.12)))


def roof(rng):
    return shingles(rng, (186, 70, 52), 0.28)


def slate(rng):
    return shingles(rng, (84, 96, 120), 0.26)


def window(rng):
    texture = paint((120, 112, 104), grain(rng, 0.16))
    texture[:, (0, 15), :3] *= 0.78
    texture[2:14, 3:13] = (62, 50, 42, 0)
    glass = np.array([255.0, 206.0, 112.0]) * (0.80 + 0.26 * rng.random((SIDE, SIDE, 1)))
    panes = np.zeros((SIDE, SIDE), bool)
    for low, high in ((3, 8), (9, 13)):
        panes[low:high, 4:8] = panes[low:high, 8:12] = True
    panes[:, 8] = False
    texture[panes, :3] = glass[panes]
    texture[panes, 3] = 235
    return np.stack([texture, stone(rng)[0], stone(rng)[0]])


def torch(rng):
    dx, dy = (PART + 0.5 - 8.0)[None, :], (PART + 0.5 - 8.0)[:, None]
    heat = np.clip(1.15 - np.sqrt(dx * dx + dy * dy) / 11.0 + 0.25 * (noise(rng, 4) - 0.5), 0.0, 1.0)
    texture = np.empty((SIDE, SIDE, 4))
    texture[..., 0], texture[..., 1] = 255, 96 + 110 * heat
    texture[..., 2], texture[..., 3] = 14 + 106 * heat * heat, 255
    return everywhere(texture)


def cobble(rng):
    return everywhere(paint((138, 134, 130), pebbles(rng, 13, 0.30) * grain(rng, 0.12)))


def plank(rng):
    tone = np.empty((SIDE, SIDE))
    for board in range(4):
        low = board * 4
        tone[low : low + 4] = 1.0 + 0.2 * (rng.random() - 0.5)
        tone[low : low + 4] *= 1.0 + 0.10 * (noise(rng, 8)[:4] - 0.5)
        tone[low] *= 0.62
        tone[low + 1 : low + 4, int(rng.integers(SIDE))] *= 0.70
    return everywhere(paint((172, 132, 84), tone * grain(rng, 0.12)))


def gold(rng):
    tone = grain(rng, 0.10)
    tone[0] *= 0.70
    tone[:, 0] *= 0.78
    tone[15] *= 1.18
    tone[:, 15] *= 1.12
    tone[5:11, 5:11] *= 1.12
    return everywhere(paint((242, 198, 70), tone))


def iron(rng):
    tone = grain(rng, 0.10)
    tone[::8] *= 0.7
    tone[:, ::8] *= 0.7
    tone[4::8, 4::8] *= 1.35
    return everywhere(paint((96, 100, 110), tone))


def cloth(rng):
    stripes = ((PART // 4) % 2 == 0)[None, :, None] * np.ones((SIDE, 1, 1), bool)
    return everywhere(paint(np.where(stripes, (118, 58, 138), (226, 212, 184)), grain(rng, 0.10)))


def marble(rng):
    vein = np.abs(noise(rng, 4) + 0.5 * noise(rng, 8) - 0.75)
    tone = courses(rng, 8, 16, 0.06, joint=0.82) * np.clip(0.86 + vein, 0.86, 1.0)
    return everywhere(paint((204, 200, 192), tone * grain(rng, 0.05)))


def sandstone(rng):
    tone = courses(rng, 8, 16, 0.14, joint=0.74) * grain(rng, 0.16)
    layers = 1.0 + 0.10 * (noise(rng, 8)[:, :1] - 0.5) * np.ones((1, SIDE))
    return everywhere(paint((214, 178, 118), tone * layers))


def metal(rng):
    tone = plates(8, 0.66, 1.12) * (1.0 + 0.06 * (rng.random((SIDE, 1)) - 0.5))
    texture = paint((152, 160, 172), tone * grain(rng, 0.06))
    texture[1::8, 1::8, :3] = (92, 98, 108)  # rivets
    return everywhere(texture)


def plates(size, joint, edge):
    """Tone of square plates: dark joints, lit upper and left edges."""
    tone = np.ones((SIDE, SIDE))
    tone[size - 1 :: size], tone[:, 1::size] = edge, edge
    tone[::size], tone[:, ::size] = joint, joint
    return tone


def concrete(rng):
    tone = grain(rng, 0.18) * plates(16, 0.80, 1.04)
    return everywhere(paint((150, 150, 152), tone))


def asphalt(rng):
    texture = paint((62, 64, 70), grain(rng, 0.24))
    texture[rng.random((SIDE, SIDE)) > 0.95, :3] = (96, 98, 104)
    return everywhere(texture)


def glass(rng):
    slant = (PART[:, None] + PART[None, :]) % 16
    tone = np.where((slant > 4) & (slant < 8), 1.34, 1.0) * plates(16, 0.60, 1.1)
    return everywhere(paint((112, 158, 190), tone * grain(rng, 0.05)))


def glowing(rng, colour, frame):
    """A bright tube or lamp in a frame."""
    texture = paint(frame, grain(rng, 0.1))
    inner = (np.abs(PART - 7.5) < 6)[None, :] & (np.abs(PART - 7.5) < 6)[:, None]
    heat = 1.0 - 0.35 * (np.maximum(np.abs(PART - 7.5)[None, :], np.abs(PART - 7.5)[:, None]) / 8.0)
    texture[inner, :3] = (np.asarray(colour, float) * heat[..., None])[inner]
    texture[inner, 3] = 245
    return everywhere(texture)


def neon_pink(rng):
    return glowing(rng, (255, 70, 200), (90, 24, 74))


def neon_blue(rng):
    return glowing(rng, (60, 220, 255), (18, 66, 92))


def lamp(rng):
    return glowing(rng, (255, 246, 214), (120, 116, 104))


def lantern(rng):
    texture = glowing(rng, (255, 120, 64), (120, 24, 20))
    texture[:, :, 4:12:3, :3] *= 0.8
    return texture


def painted(colour):
    """A painter of one plain colour."""

    def painter(rng):
        return everywhere(paint(colour, grain(rng, 0.10)))

    return painter


def screen(rng):
    texture = paint((22, 30, 44), grain(rng, 0.1))
    for row in range(2, 14, 2):
        width = int(rng.integers(4, 13))
        colour = ((80, 240, 255), (255, 96, 190), (255, 214, 80))[int(rng.integers(3))]
        texture[row, 2 : 2 + width, :3], texture[row, 2 : 2 + width, 3] = colour, 250
    return np.stack([texture, concrete(rng)[0], concrete(rng)[0]])


def rust(rng):
    texture = paint((136, 84, 58), grain(rng, 0.36))
    flaked = noise(rng, 4) + 0.5 * noise(rng, 8) > 0.86
    texture[flaked, :3] = np.array((178, 108, 66)) * grain(rng, 0.2)[flaked][:, None]
    texture[:, ::4, :3] *= 0.84
    return everywhere(texture)


def thatch(rng):
    straws = 0.70 + 0.46 * rng.random((SIDE // 2, SIDE)).repeat(2, axis=0)
    straws[::8] *= 0.66
    return everywhere(paint((178, 146, 84), straws * grain(rng, 0.14)))


def hull(rng):
    texture = paint((212, 216, 222), plates(16, 0.74, 1.08) * grain(rng, 0.05))
    texture[7:9, 3:13, :3] = (120, 128, 140)
    return everywhere(texture)


def solar(rng):
    texture = paint((30, 52, 124), plates(4, 1.7, 1.0) * grain(rng, 0.08))
    return np.stack([hull(rng)[0], texture, hull(rng)[0]])


PAINTERS = {
    "stone": stone,
    "brick": brick,
    "roof": roof,
    "slate": slate,
    "window": window,
    "torch": torch,
    "cobble": cobble,
    "plank": plank,
    "gold": gold,
    "iron": iron,
    "cloth": cloth,
    "marble": marble,
    "sandstone": sandstone,
    "metal": metal,
    "concrete": concrete,
    "asphalt": asphalt,
    "glass": glass,
    "neon_pink": neon_pink,
    "neon_blue": neon_blue,
    "lamp": lamp,
    "lantern": lantern,
    "red": painted((196, 40, 38)),
    "white": painted((236, 236, 232)),
    "black": painted((46, 46, 52)),
    "yellow": painted((238, 188, 40)),
    "screen": screen,
    "rust": rust,
    "thatch": thatch,
    "hull": hull,
    "solar": solar,
}
