"""Parts that any theme may take: moats, walls, towers, gates, keeps, trees, wells, stalls.

Each paints one thing on a voxel grid uint8 [X, Y, Z]; `ground` is the z of the first air voxel on flat ground.
"""

from dataclasses import dataclass

import numpy as np

from genie3_env.materials import AIR, material
from genie3_env.worldgen import canvas
from genie3_env.worldgen.stonework import Stonework

BRIDGE_HALF_WIDTH = 2  # five voxels wide
MOAT_FLOOR = 4  # z of the moat's surface voxel: who falls in does not climb out


def moat(voxels: np.ndarray, beyond: np.ndarray, inner: int, width: int, ground: int, filling: str) -> None:
    """A ring of `filling` where inner <= beyond < inner + width, between vertical cobbled banks."""
    banks = (beyond >= inner - 1) & (beyond <= inner + width)
    canvas.columns(voxels, banks, MOAT_FLOOR - 1, ground, "cobble")
    ring = (beyond >= inner) & (beyond < inner + width)
    canvas.columns(voxels, ring, MOAT_FLOOR, ground, "air")
    canvas.columns(voxels, ring, MOAT_FLOOR - 1, MOAT_FLOOR, "stone")
    canvas.columns(voxels, ring, MOAT_FLOOR, MOAT_FLOOR + 1, filling)


def curtain_wall(
    voxels: np.ndarray, beyond: np.ndarray, thickness: int, ground: int, height: int, stone: Stonework
) -> None:
    """A wall where -thickness < beyond <= 0, with a parapet outside and a walk behind it."""
    wall = (beyond > -thickness) & (beyond <= 0)
    canvas.columns(voxels, wall, ground, ground + height, stone.wall)
    canvas.columns(voxels, beyond == 0, ground, ground + 1, stone.trim)
    canvas.columns(voxels, wall, ground + height - 1, ground + height, stone.trim)
    canvas.merlons(voxels, beyond == 0, ground + height, stone.trim)


def adorn_wall(
    voxels: np.ndarray,
    beyond: np.ndarray,
    centre: tuple[int, int],
    clear: np.ndarray,
    ground: int,
    height: int,
    stone: Stonework,
) -> None:
    """Buttresses and loopholes on the outer face of a curtain wall where clear [X, Y], and torches on its parapet."""
    x, y = canvas.plane_coordinates(voxels)
    outer = beyond == 0
    torches = outer & ((x + y) % 16 == 0) & (voxels[:, :, ground + height + 2] == AIR)
    canvas.columns(voxels, torches, ground + height + 1, ground + height + 2, "torch")
    along = np.minimum(abs(x - centre[0]), abs(y - centre[1]))  # from the middle of the side, away from the corners
    canvas.columns(voxels, (beyond == 1) & (along % 6 == 3) & clear, ground, ground + height - 2, stone.trim)
    loopholes = outer & (along % 6 == 0) & clear & (voxels[:, :, ground + 3] == material(stone.wall))
    canvas.columns(voxels, loopholes, ground + 3, ground + 4, "air")


def tower(
    voxels: np.ndarray,
    centre: tuple[int, int],
    radius: int,
    ground: int,
    height: int,
    stone: Stonework,
    *,
    round_: bool,
    roofed: bool,
) -> None:
    """A massive tower with windows on four sides, a wider crown, and a roof or battlements."""
    body = canvas.disc(voxels, centre, radius + 0.3) if round_ else canvas.square(voxels, centre, radius)
    crown = canvas.disc(voxels, centre, radius + 1.2) if round_ else canvas.square(voxels, centre, radius + 1)
    top = ground + height
    canvas.columns(voxels, body, ground - 2, top, stone.wall)
    canvas.columns(voxels, body, ground - 2, ground + 1, stone.trim)
    canvas.columns(voxels, body, top - 4, top - 3, "plank")
    canvas.columns(voxels, crown, top, top + 1, stone.trim)
    canvas.columns(voxels, crown & ~body, top - 1, top, stone.trim)
    for dx, dy in canvas.FORWARD.values():
        x, y = centre[0] + dx * radius, centre[1] + dy * radius
        for z in (ground + 4, top - 3):
            canvas.box(voxels, (x, y, z), (x + 1, y + 1, z + 2), "window")
    if roofed:
        peak = canvas.spire(voxels, centre, radius + 1, top + 1, stone.roof, round_=round_)
        canvas.box(voxels, (*centre, peak), (centre[0] + 1, centre[1] + 1, peak + 1), "gold")
    else:
        canvas.merlons(voxels, canvas.rim(crown), top + 1, stone.trim)
        canvas.box(voxels, (*centre, top + 1), (centre[0] + 1, centre[1] + 1, top + 2), "torch")


@dataclass(frozen=True)
class Gate:
    """A passage through the wall: middle column at the wall's outer face, and the direction outwards."""

    x: int
    y: int
    side: str

    def at(self, outwards: int, sideways: int) -> tuple[int, int]:
        """The column so many voxels outwards from the gate and sideways along the wall."""
        dx, dy = canvas.FORWARD[self.side]
        return self.x + dx * outwards - dy * sideways, self.y + dy * outwards + dx * sideways


def gatehouse(voxels: np.ndarray, gate: Gate, depth: int, ground: int, height: int, stone: Stonework) -> None:
    """An arched passage five wide and five high, `depth` deep, between two slim towers with torches."""
    for side in (-1, 1):
        x, y = gate.at(0, 4 * side)
        canvas.columns(voxels, canvas.square(voxels, (x, y), 1), ground - 2, ground + height + 3, stone.trim)
        canvas.merlons(voxels, canvas.rim(canvas.square(voxels, (x, y), 1)), ground + height + 3, stone.trim)
        x, y = gate.at(1, 4 * side)  # a banner in the outer face
        canvas.box(voxels, (x, y, ground + 4), (x + 1, y + 1, ground + height + 1), "cloth")
    for sideways in range(-3, 4):
        for outwards in range(-depth, 2):
            x, y = gate.at(outwards, sideways)
            if outwards <= 0:
                canvas.box(voxels, (x, y, ground + 4), (x + 1, y + 1, ground + height + 1), stone.wall)
            if abs(sideways) <= BRIDGE_HALF_WIDTH:
                arch = 5 if abs(sideways) < BRIDGE_HALF_WIDTH else 4
                canvas.box(voxels, (x, y, ground), (x + 1, y + 1, ground + arch), "air")
                canvas.box(voxels, (x, y, ground - 1), (x + 1, y + 1, ground), stone.floor)
    for sideways in (-3, 3):
        x, y = gate.at(2, sideways)
        canvas.box(voxels, (x, y, ground), (x + 1, y + 1, ground + 3), "wood")
        canvas.box(voxels, (x, y, ground + 3), (x + 1, y + 1, ground + 4), "torch")
    for sideways in (-2, 0, 2):  # a raised portcullis
        x, y = gate.at(0, sideways)
        canvas.box(voxels, (x, y, ground + 4), (x + 1, y + 1, ground + 5), "iron")


def bridge(voxels: np.ndarray, gate: Gate, start: int, end: int, ground: int, gap: int = 0) -> None:
    """A plank deck flush with the ground from `start` to `end` voxels outwards, with railings at its sides.

    gap: voxels missing in its middle.
    """
    for outwards in range(start, end + 1):
        if 0 <= outwards - (start + end) // 2 < gap:
            continue
        for sideways in range(-BRIDGE_HALF_WIDTH - 1, BRIDGE_HALF_WIDTH + 2):
            x, y = gate.at(outwards, sideways)
            canvas.box(voxels, (x, y, ground - 1), (x + 1, y + 1, ground), "plank")
            if abs(sideways) > BRIDGE_HALF_WIDTH:
                high = 2 if (outwards - start) % 3 == 0 else 1
                canvas.box(voxels, (x, y, ground - 2), (x + 1, y + 1, ground + high), "wood")


def road(voxels: np.ndarray, gate: Gate, start: int, ground: int) -> np.ndarray:
    """A gravel road from the bridge to the edge of the grid; returns its mask [X, Y] with a margin."""
    mask = np.zeros(voxels.shape[:2], bool)
    for outwards in range(start, max(voxels.shape)):
        for sideways in range(-4, 5):
            x, y = gate.at(outwards, sideways)
            if 0 <= x < voxels.shape[0] and 0 <= y < voxels.shape[1]:
                mask[x, y] = True
                if abs(sideways) <= 1:
                    voxels[x, y, ground - 1] = material("gravel")
    return mask


def keep(
    voxels: np.ndarray,
    centre: tuple[int, int],
    half: int,
    ground: int,
    height: int,
    door: str,
    stone: Stonework,
    *,
    roofed: bool,
) -> None:
    """The castle's great tower: a hall on the ground floor, massive above, corner turrets, windows all round."""
    body = canvas.square(voxels, centre, half)
    hall = canvas.square(voxels, centre, half - 2)
    top = ground + height
    canvas.columns(voxels, body, ground - 1, top, stone.wall)
    canvas.columns(voxels, body, ground, ground + 1, stone.trim)
    canvas.columns(voxels, hall, ground, ground + 5, "air")
    canvas.columns(voxels, hall, ground - 1, ground, stone.floor)
    for sx in (-1, 1):
        for sy in (-1, 1):
            x, y = centre[0] + sx * (half - 2), centre[1] + sy * (half - 2)
            torch_post(voxels, x, y, ground)
    edge = canvas.rim(body)
    canvas.columns(voxels, body, top - 1, top, stone.trim)
    for sx in (-1, 1):
        for sy in (-1, 1):
            corner = (centre[0] + sx * half, centre[1] + sy * half)
            turret = canvas.square(voxels, corner, 1)
            canvas.columns(voxels, turret, ground - 1, top + 3, stone.trim)
            canvas.merlons(voxels, canvas.rim(turret), top + 3, stone.trim)
            canvas.box(voxels, (*corner, top + 3), (corner[0] + 1, corner[1] + 1, top + 4), "torch")
    for dx, dy in canvas.FORWARD.values():
        for along in range(-half + 3, half - 2, 3):
            x, y = centre[0] + dx * half + dy * along, centre[1] + dy * half + dx * along
            for z in range(ground + 6, top - 2, 4):
                canvas.box(voxels, (x, y, z), (x + 1, y + 1, z + 2), "window")
    dx, dy = canvas.FORWARD[door]
    for depth in range(half - 2, half + 2):
        for along in range(-2, 3):
            x, y = centre[0] + dx * depth + dy * along, centre[1] + dy * depth + dx * along
            canvas.box(voxels, (x, y, ground), (x + 1, y + 1, ground + (4 if abs(along) < 2 else 3)), "air")
            canvas.box(voxels, (x, y, ground - 1), (x + 1, y + 1, ground), stone.floor)
    if roofed:
        canvas.cone(voxels, centre, half - 1, top, stone.roof, round_=False)
    else:
        canvas.merlons(voxels, edge, top, stone.trim)


def stairs(
    voxels: np.ndarray,
    foot: tuple[int, int],
    direction: tuple[int, int],
    width_to: tuple[int, int],
    ground: int,
    height: int,
) -> None:
    """Steps from the ground up to `height`, one voxel a step, two wide (the second column lies `width_to` beside)."""
    for step in range(height):
        for beside in (0, 1):
            x = foot[0] + direction[0] * step + width_to[0] * beside
            y = foot[1] + direction[1] * step + width_to[1] * beside
            canvas.box(voxels, (x, y, ground), (x + 1, y + 1, ground + step + 1), "cobble")


def tree(voxels: np.ndarray, x: int, y: int, z: int, trunk: int, keep_leaves: np.ndarray, crown: str = "leaf") -> None:
    """A trunk from z with a crown of leaves or blossom; keep_leaves [5, 5, 5] thins it out."""
    canvas.box(voxels, (x, y, z), (x + 1, y + 1, z + trunk), "wood")
    canvas.blob(voxels, (x, y, z + trunk), 2, crown, keep_leaves)


def pine(voxels: np.ndarray, x: int, y: int, z: int, trunk: int) -> None:
    """A slim conifer: rings of leaves that narrow upwards."""
    canvas.box(voxels, (x, y, z), (x + 1, y + 1, z + trunk + 2), "wood")
    for layer in range(5):
        radius = (2.3, 1.5, 2.0, 1.1, 0.4)[layer]
        air = voxels[:, :, min(z + trunk + layer - 1, voxels.shape[2] - 1)] == AIR
        mask = canvas.disc(voxels, (x, y), radius) & air
        canvas.columns(voxels, mask, z + trunk + layer - 1, z + trunk + layer, "leaf")


def well(voxels: np.ndarray, x: int, y: int, ground: int) -> None:
    """A roofed well of four by four voxels, low corner at (x, y)."""
    canvas.box(voxels, (x, y, ground - 1), (x + 4, y + 4, ground + 1), "cobble")
    canvas.box(voxels, (x + 1, y + 1, ground), (x + 3, y + 3, ground + 1), "water")
    for i in (0, 3):
        for j in (0, 3):
            canvas.box(voxels, (x + i, y + j, ground + 1), (x + i + 1, y + j + 1, ground + 4), "wood")
    canvas.box(voxels, (x, y, ground + 4), (x + 4, y + 4, ground + 5), "roof")
    canvas.box(voxels, (x + 1, y + 1, ground + 5), (x + 3, y + 3, ground + 6), "roof")


def stall(voxels: np.ndarray, x: int, y: int, ground: int) -> None:
    """A market stall of four by three voxels: a counter under an awning, hay beside it."""
    for i in (0, 3):
        for j in (0, 2):
            canvas.box(voxels, (x + i, y + j, ground), (x + i + 1, y + j + 1, ground + 3), "wood")
    canvas.box(voxels, (x, y, ground + 3), (x + 4, y + 3, ground + 4), "cloth")
    canvas.box(voxels, (x + 1, y + 1, ground), (x + 3, y + 2, ground + 3), "air")
    canvas.box(voxels, (x + 1, y + 2, ground), (x + 3, y + 3, ground + 1), "plank")


def torch_post(voxels: np.ndarray, x: int, y: int, ground: int) -> None:
    """A post two voxels high with a torch on top."""
    canvas.box(voxels, (x, y, ground), (x + 1, y + 1, ground + 2), "wood")
    canvas.box(voxels, (x, y, ground + 2), (x + 1, y + 1, ground + 3), "torch")
