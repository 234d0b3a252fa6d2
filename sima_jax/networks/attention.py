"""Attention by the fastest way that the hardware has.

N: sequences, L: tokens, H: heads, D: width of a head.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax.experimental.pallas.ops.tpu.flash_attention import SegmentIds, flash_attention
from jax.sharding import PartitionSpec as P

LANES = 128  # a TPU's; lengths and widths are padded to multiples of it
CUDNN_WIDEST = 128  # of a head, for cuDNN's flash attention


def attend(
    query: jax.Array, key: jax.Array, value: jax.Array, mask: jax.Array | None = None, *, platform: str | None = None
) -> jax.Array:
    """softmax(query key^T / sqrt(D)) value, [N, L, H, D] each, among the tokens where mask [N, L] is true (None: all).

    platform: "cpu", "gpu" or "tpu"; None: where jax runs. Flash attention (Dao et al. 2022, arXiv:2205.14135) by cuDNN
    or by a TPU kernel, where dtype and width allow it; else as XLA does it.
    """
    platform = platform or jax.default_backend()
    if platform == "tpu":
        return _on_each_device(_attend_on_tpu, query, key, value, mask)
    half = query.dtype in (jnp.bfloat16, jnp.float16)
    if platform == "gpu" and half and query.shape[-1] % 8 == 0 and query.shape[-1] <= CUDNN_WIDEST and mask is None:
        return _on_each_device(_attend_by_cudnn, query, key, value, mask)
    wide = None if mask is None else mask[:, None, None, :]
    return jax.nn.dot_product_attention(query, key, value, mask=wide, implementation="xla")


def _on_each_device(attention: Callable[..., jax.Array], *inputs: jax.Array | None) -> jax.Array:
    """Attention of each device's own sequences and heads, where sharding.within knows the mesh: XLA cannot cut a kernel
    by itself.
    """
    mesh = jax.sharding.get_abstract_mesh()
    query, mask = inputs[0], inputs[3]
    assert query is not None
    if mesh.empty:
        return attention(*inputs)
    rows, heads = (
        name if query.shape[axis] % mesh.shape[name] == 0 else None for axis, name in ((0, "data"), (2, "model"))
    )
    each = P(rows, None, heads, None)
    specs = each, each, each, None if mask is None else P(rows, None)
    return jax.shard_map(attention, mesh=mesh, in_specs=specs, out_specs=each, check_vma=False)(*inputs)


def _attend_by_cudnn(query: jax.Array, key: jax.Array, value: jax.Array, mask: jax.Array | None) -> jax.Array:
    assert mask is None
    return jax.nn.dot_product_attention(query, key, value, implementation="cudnn")


def _attend_on_tpu(query: jax.Array, key: jax.Array, value: jax.Array, mask: jax.Array | None) -> jax.Array:
    """Heads padded to whole lanes with zeros, which change no product; tokens padded with ones of another segment."""
    count, length, _, width = query.shape
    scale = width**-0.5
    more = -length % LANES, -width % LANES
    heads_first = [jnp.pad(x.swapaxes(1, 2), ((0, 0), (0, 0), (0, more[0]), (0, more[1]))) for x in (query, key, value)]
    known = jnp.ones((count, length), jnp.int32) if mask is None else mask.astype(jnp.int32)
    segments = jnp.pad(known, ((0, 0), (0, more[0])))
    mixed = flash_attention(*heads_first, segment_ids=SegmentIds(segments, segments), sm_scale=scale)
    return mixed[:, :, :length, :width].swapaxes(1, 2)
