"""Camera: where the eye is and which ray goes through each pixel.

The ray through the centre of pixel (x, y) is `corner + x * right_step + y * down_step`; its component along
`forward` is 1, so one camera serves every yaw and pitch without distortion. Metres and radians; x to the right, y down.
"""

from typing import NamedTuple

from genie3_env.render.compiled import kernel
from genie3_env.trigonometry import sincos

HALF_WIDTH_TANGENT = 1.0  # tangent of half the horizontal field of view: 90 degrees

Vector = tuple[float, float, float]


class Camera(NamedTuple):
    """One view. `forward`, `right`, `up` are unit vectors; `pixel` is the side of a pixel one metre ahead."""

    eye: Vector
    corner: Vector
    right_step: Vector
    down_step: Vector
    forward: Vector
    right: Vector
    up: Vector
    pixel: float


@kernel
def make_camera(x_m, y_m, z_m, yaw_rad, pitch_rad, height, width):
    """Camera at a point, looking along yaw (0 is +x, positive turns left) and pitch (positive looks up)."""
    sin_yaw, cos_yaw = sincos(yaw_rad)
    sin_pitch, cos_pitch = sincos(pitch_rad)
    pixel = HALF_WIDTH_TANGENT * 2.0 / width
    forward = (cos_pitch * cos_yaw, cos_pitch * sin_yaw, sin_pitch)
    right = (sin_yaw, -cos_yaw, 0.0)
    up = (-sin_pitch * cos_yaw, -sin_pitch * sin_yaw, cos_pitch)
    to_right = (0.5 - width * 0.5) * pixel
    to_top = (height * 0.5 - 0.5) * pixel
    corner = (
        forward[0] + to_right * right[0] + to_top * up[0],
        forward[1] + to_right * right[1] + to_top * up[1],
        forward[2] + to_top * up[2],
    )
    right_step = (right[0] * pixel, right[1] * pixel, 0.0)
    down_step = (-up[0] * pixel, -up[1] * pixel, -up[2] * pixel)
    return Camera((float(x_m), float(y_m), float(z_m)), corner, right_step, down_step, forward, right, up, pixel)
