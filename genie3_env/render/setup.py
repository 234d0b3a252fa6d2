"""Set-up: which quads can be seen from a camera, and the straight lines that bound them on the screen.

A quad on the plane axis = c is seen through pixel (x, y) where the ray d passes on the inner side of its four edges.
With K = c - eye, the edge along the coordinate q (relative to the eye) is the half-plane
K * d_w(x, y) - q * d_axis(x, y) >= 0 (or <= 0), linear in x and y: no clipping, no division by depth. The function
depends on the lattice line alone, so quads that share an edge neither overlap nor leave a gap.
"""

import math

from numpy import float32, int32, uint64

from genie3_env.render.camera import Camera
from genie3_env.render.compiled import inlined_kernel, kernel

QUAD_PADDING = 16  # quads are read in blocks of this many, past the last one too
LANES = uint64(QUAD_PADDING)
NEAR_M = 0.25  # quads that come nearer are measured in float64
MARGIN_PIXELS = 0.125  # float32 may be wrong by less than this
TINY_SLOPE = 1e-13
FAR_OUT = 1e9

NEAR = int32(-1)  # in place of the first row of a quad that is to be measured in float64


@kernel
def set_up_world(bank, scratch, world, camera, height, width):
    """Finds the world's quads that may be seen; writes edges, rows, quads of scratch. Returns how many."""
    count = 0
    for face in range(6):
        first, end = _facing(bank.quads[0], bank.faces[world, face], bank.faces[world, face + 1], face, camera)
        if first == end:
            continue
        axis = face >> 1
        u_axis = 1 if axis == 0 else 0
        v_axis = 1 if axis == 2 else 2
        _measure(bank.quads, first, end, axis, u_axis, v_axis, camera, height, width, scratch)
        start = count
        for i in range(end - first):
            scratch.visible[count] = first + i
            count += scratch.verdict[i]
        kept = start
        for i in range(start, count):
            quad = scratch.visible[i]
            top, bottom = (scratch.measured_rows[0, quad - first], scratch.measured_rows[1, quad - first])
            a = float(bank.quads[1, quad]) - camera.eye[u_axis]
            b = float(bank.quads[3, quad]) - camera.eye[u_axis]
            c = float(bank.quads[2, quad]) - camera.eye[v_axis]
            d = float(bank.quads[4, quad]) - camera.eye[v_axis]
            k = float(bank.quads[0, quad]) - camera.eye[axis]
            if top == NEAR:
                top, bottom = near_rows(k, a, b, c, d, axis, u_axis, v_axis, camera, height, width)
                if top >= bottom:
                    continue
            scratch.visible[kept] = quad
            scratch.rows[kept, 0] = top
            scratch.rows[kept, 1] = bottom
            write_quad(scratch, kept, camera, k, a, b, c, d, axis, u_axis, v_axis)
            kept += 1
        count = kept
    return count


@inlined_kernel
def write_quad(scratch, index, camera, k, a, b, c, d, axis, u_axis, v_axis):
    """Writes edges and depths of the quad at k on its axis, from a to b along u and c to d along v, from the eye."""
    side = 1.0 if k > 0 else -1.0
    write_edge(scratch.edges, index, 0, *_edge(camera, k, a, axis, u_axis, side))
    write_edge(scratch.edges, index, 1, *_edge(camera, k, b, axis, u_axis, -side))
    write_edge(scratch.edges, index, 2, *_edge(camera, k, c, axis, v_axis, side))
    write_edge(scratch.edges, index, 3, *_edge(camera, k, d, axis, v_axis, -side))
    inverse = 1.0 / k
    scratch.depths[index, 0] = camera.corner[axis] * inverse
    scratch.depths[index, 1] = camera.right_step[axis] * inverse
    scratch.depths[index, 2] = camera.down_step[axis] * inverse


@kernel
def _facing(planes, first, end, face, camera):
    """The quads of one face, sorted by plane, whose front the eye is on: a prefix of + faces, a suffix of - faces."""
    eye = camera.eye[face >> 1]
    low, high = first, end
    while low < high:
        middle = (low + high) >> 1
        c = float(planes[middle])
        if (c < eye) if face & 1 == 0 else (c <= eye):
            low = middle + 1
        else:
            high = middle
    return (first, low) if face & 1 == 0 else (low, end)


@kernel
def _measure(quads, first, end, axis, u_axis, v_axis, camera, height, width, scratch):
    """Writes verdict and rows of quads [first, end), 16 at a time in float32.

    The verdict is 0 only for quads that cover no pixel centre.
    """
    planes, u0s, v0s, u1s, v1s = quads[0], quads[1], quads[2], quads[3], quads[4]
    verdict, tops, bottoms = (scratch.verdict, scratch.measured_rows[0], scratch.measured_rows[1])
    eye_k, eye_u, eye_v = (float32(camera.eye[axis]), float32(camera.eye[u_axis]), float32(camera.eye[v_axis]))
    zk, zu, zv = (float32(camera.forward[axis]), float32(camera.forward[u_axis]), float32(camera.forward[v_axis]))
    inverse_pixel = 1.0 / camera.pixel
    xk, xu, xv = (
        float32(camera.right[axis] * inverse_pixel),
        float32(camera.right[u_axis] * inverse_pixel),
        float32(camera.right[v_axis] * inverse_pixel),
    )
    yk, yu, yv = (
        float32(-camera.up[axis] * inverse_pixel),
        float32(-camera.up[u_axis] * inverse_pixel),
        float32(-camera.up[v_axis] * inverse_pixel),
    )
    middle_x, middle_y = float32(width * 0.5 - 0.5), float32(height * 0.5 - 0.5)
    last_x, last_y = float32(width - 1), float32(height - 1)
    zero, one, near, margin = (float32(0.0), float32(1.0), float32(NEAR_M), float32(MARGIN_PIXELS))
    for block in range((uint64(end - first) + LANES - uint64(1)) // LANES):
        start = uint64(first) + block * LANES
        for lane in range(LANES):
            q = start + lane
            i = block * LANES + lane
            k = planes[q] - eye_k
            a, b = u0s[q] - eye_u, u1s[q] - eye_u
            c, d = v0s[q] - eye_v, v1s[q] - eye_v
            za, zb, zc, zd = zu * a, zu * b, zk * k + zv * c, zk * k + zv * d
            xa, xb, xc, xd = xu * a, xu * b, xk * k + xv * c, xk * k + xv * d
            ya, yb, yc, yd = yu * a, yu * b, yk * k + yv * c, yk * k + yv * d
            z_low = min(za, zb) + min(zc, zd)
            z_high = max(za, zb) + max(zc, zd)
            w0, w1, w2, w3 = (one / (za + zc), one / (zb + zc), one / (zb + zd), one / (za + zd))
            x0, x1, x2, x3 = ((xa + xc) * w0, (xb + xc) * w1, (xb + xd) * w2, (xa + xd) * w3)
            y0, y1, y2, y3 = ((ya + yc) * w0, (yb + yc) * w1, (yb + yd) * w2, (ya + yd) * w3)
            left = max(middle_x + min(min(x0, x1), min(x2, x3)) - margin, zero)
            right = min(middle_x + max(max(x0, x1), max(x2, x3)) + margin, last_x)
            top = max(middle_y + min(min(y0, y1), min(y2, y3)) - margin, zero)
            bottom = min(middle_y + max(max(y0, y1), max(y2, y3)) + margin, last_y)
            # Only lines x = n, y = n hold pixel centres: between two of them a quad is not seen at all.
            first_row = float32(math.ceil(top))
            last_row = float32(math.floor(bottom))
            covers = (float32(math.ceil(left)) <= float32(math.floor(right))) & (first_row <= last_row)
            tops[i] = int32(min(first_row, last_y)) if z_low > near else NEAR
            bottoms[i] = int32(max(last_row, zero)) + int32(1)
            verdict[i] = int32(covers if z_low > near else z_high > zero)


@kernel
def near_rows(k, a, b, c, d, axis, u_axis, v_axis, camera: Camera, height, width):
    """Rows [top, bottom) of a quad that passes the plane of the eye; empty where it is outside of the picture."""
    forward, right, up = camera.forward, camera.right, camera.up
    limit_x, limit_y = 0.5 * width * camera.pixel, 0.5 * height * camera.pixel
    z00, x00, y00 = forward[axis] * k, right[axis] * k, up[axis] * k
    left = above = -math.inf
    beyond = below = -math.inf
    low, high = math.inf, -math.inf
    nearest = 1e-3
    z_before = z00 + forward[u_axis] * a + forward[v_axis] * d
    y_before = y00 + up[u_axis] * a + up[v_axis] * d
    for corner in range(4):
        u = a if corner == 0 or corner == 3 else b
        v = c if corner < 2 else d
        z = z00 + forward[u_axis] * u + forward[v_axis] * v
        x = x00 + right[u_axis] * u + right[v_axis] * v
        y = y00 + up[u_axis] * u + up[v_axis] * v
        left, beyond = max(left, x + limit_x * z), max(beyond, limit_x * z - x)
        below, above = max(below, y + limit_y * z), max(above, limit_y * z - y)
        if z > nearest:
            low, high = min(low, y / z), max(high, y / z)
        if (z > nearest) != (z_before > nearest):
            t = (nearest - z_before) / (z - z_before)
            ratio = (y_before + t * (y - y_before)) / nearest
            low, high = min(low, ratio), max(high, ratio)
        z_before, y_before = z, y
    if left < 0.0 or beyond < 0.0 or below < 0.0 or above < 0.0 or low > high:
        return 0, 0
    middle = height * 0.5 - 0.5
    top = max(middle - high / camera.pixel, 0.0)
    bottom = min(middle - low / camera.pixel, height - 1.0)
    if bottom < top - 1.0:
        return 0, 0
    return math.ceil(top - 1e-6), math.floor(bottom + 1e-6) + 1


@kernel
def _edge(camera, k, q, axis, w, side):
    """Half-plane g + gx * x + gy * y >= 0 of the rays on one side of the edge."""
    g = side * (k * camera.corner[w] - q * camera.corner[axis])
    gx = side * (k * camera.right_step[w] - q * camera.right_step[axis])
    gy = side * (k * camera.down_step[w] - q * camera.down_step[axis])
    return g, gx, gy


@kernel
def write_edge(edges, index, edge, g, gx, gy):
    """edges[index, edge] = left + left_slope * y <= x < right + right_slope * y, one of the two far outside."""
    if abs(gx) < TINY_SLOPE:
        gx = TINY_SLOPE  # a line along the rows: far left of the rows inside, far right of those outside
    inverse = 1.0 / gx
    if gx > 0.0:
        edges[index, edge, 0] = -g * inverse
        edges[index, edge, 1] = -gy * inverse
        edges[index, edge, 2] = FAR_OUT
        edges[index, edge, 3] = 0.0
    else:
        edges[index, edge, 0] = -FAR_OUT
        edges[index, edge, 1] = 0.0
        edges[index, edge, 2] = -g * inverse
        edges[index, edge, 3] = -gy * inverse
