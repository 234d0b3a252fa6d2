"""Frames: the memory that pictures, depths and labels are written to.

N: frames, or 0 where that kind is not wanted. H, W: height and width in pixels.
"""

from typing import NamedTuple

import numpy as np

from genie3_env.render.compiled import kernel


class Frames(NamedTuple):
    """N frames of each kind that is wanted."""

    images: np.ndarray  # uint8 [N, H, W, 3]
    depths_m: np.ndarray  # float32 [N, H, W] metres along the axis of the view; inf in the sky
    labels: np.ndarray  # uint8 [N, H, W] indices in classes.CLASS_NAMES


def new_frames(count: int, height: int, width: int, *, depth: bool = False, segmentation: bool = False) -> Frames:
    """Room for `count` frames: images, and depths and labels where wanted."""
    return Frames(
        images=np.zeros((count, height, width, 3), np.uint8),
        depths_m=np.zeros((count if depth else 0, height, width), np.float32),
        labels=np.zeros((count if segmentation else 0, height, width), np.uint8),
    )


def images_alone(images: np.ndarray) -> Frames:
    """Frames of images uint8 [N, H, W, 3] that are there already, without depths and labels."""
    _, height, width, _ = images.shape
    return Frames(images, np.zeros((0, height, width), np.float32), np.zeros((0, height, width), np.uint8))


def observed(frames: Frames, index: int | slice = slice(None)) -> dict[str, np.ndarray]:
    """The part of an observation that is seen: "image", and "depth" and "segmentation" where there are any."""
    shown = {"image": frames.images, "depth": frames.depths_m, "segmentation": frames.labels}
    wanted = {name: array for name, array in shown.items() if name == "image" or len(array)}
    return {name: array[index] for name, array in wanted.items()}


@kernel
def frame_of(frames, index):
    """One of N frames: Frames whose N is 1; what is not wanted stays empty."""
    past = index + 1
    return Frames(frames.images[index:past], frames.depths_m[index:past], frames.labels[index:past])
