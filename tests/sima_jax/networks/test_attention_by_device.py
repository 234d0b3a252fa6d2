"""A kernel that XLA cannot cut is called by each device, with its own sequences and heads."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax import sharding
from sima_jax.networks.attention import _on_each_device, attend


def plain(query, key, value, mask):
    return attend(query, key, value, mask, platform="cpu")


@pytest.mark.parametrize(("count", "own"), [(8, (2, 5, 2, 3)), (6, (6, 5, 2, 3))], ids=["divided", "not divided"])
@pytest.mark.parametrize("masked", [False, True])
def test_each_device_has_its_own_sequences_and_heads(count, own, masked):
    # On 4 x 2 devices two of eight sequences, and two of four heads, are a device's own; six sequences stay whole.
    mesh, seen = sharding.make_mesh(4, 2), []
    key = jax.random.key(0)
    query, keys, value = jax.random.normal(key, (3, count, 5, 4, 3))
    mask = jnp.arange(5)[None] < jnp.arange(1, count + 1)[:, None] if masked else None
    place = jax.NamedSharding(mesh, jax.P())
    inputs = jax.device_put((query, keys, value, mask), place)

    def kernel(query, key, value, mask):
        seen.append(query.shape)
        return plain(query, key, value, mask)

    found = jax.jit(sharding.within(mesh, lambda *x: _on_each_device(kernel, *x)))(*inputs)
    assert seen == [own]
    np.testing.assert_allclose(found, plain(query, keys, value, mask), atol=1e-6)


def test_without_a_mesh_it_is_called_as_it_is():
    x = jnp.ones((2, 3, 4, 5))
    shapes = []
    _on_each_device(lambda q, k, v, m: shapes.append(q.shape) or q, x, x, x, None)
    assert shapes == [(2, 3, 4, 5)]
