"""Attention is the same by every way, and each platform gets its fast one."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.experimental.pallas.tpu import force_tpu_interpret_mode

from sima_jax.networks.attention import attend


def draw(length=5, width=8, dtype=jnp.float32):
    rng = np.random.default_rng(0)
    return [jnp.asarray(rng.normal(size=(2, length, 3, width)), dtype) for _ in range(3)]


def test_by_hand():
    # One head of width 1, query 1: keys 0 and ln 3 weigh 1/4 and 3/4; values 0 and 8 give 6.
    query = jnp.ones((1, 2, 1, 1))
    key, value = jnp.array([0.0, np.log(3.0)]).reshape(1, 2, 1, 1), jnp.array([0.0, 8.0]).reshape(1, 2, 1, 1)
    np.testing.assert_allclose(attend(query, key, value)[0, :, 0, 0], [6.0, 6.0], rtol=1e-6)


def test_what_the_mask_hides_is_not_seen():
    query, key, value = draw()
    mask = jnp.array([[True] * 3 + [False] * 2, [True] * 5])
    hidden = attend(query, key.at[0, 3:].set(9.0), value.at[0, 3:].set(-9.0), mask)
    np.testing.assert_allclose(attend(query, key, value, mask), hidden, atol=1e-6)
    np.testing.assert_allclose(
        attend(query, key, value, mask)[0, :3], attend(*(x[:1, :3] for x in draw()))[0], atol=1e-5
    )


@pytest.mark.parametrize("masked", [False, True])
def test_a_tpu_gets_a_fused_kernel(masked):
    # So400m's heads: 72 wide, 576 tokens, which the kernel takes as 128 and 640.
    shape = jax.ShapeDtypeStruct((2, 576, 16, 72), jnp.bfloat16)
    mask = [jax.ShapeDtypeStruct((2, 576), jnp.bool_)] if masked else []
    program = jax.jit(lambda *inputs: attend(*inputs, platform="tpu"))
    text = jax.export.export(program, platforms=["tpu"])(shape, shape, shape, *mask).mlir_module()
    assert "tpu_custom_call" in text and "640x128xbf16" in text


def test_the_tpu_kernel_computes_what_xla_does():
    # Run by the interpreter of its language, a few numbers only.
    with force_tpu_interpret_mode():
        query, key, value = draw(length=6, width=8)
        mask = jnp.array([[True] * 4 + [False] * 2, [True] * 6])
        fused = attend(query, key, value, mask, platform="tpu")
    plain = attend(query, key, value, mask)
    np.testing.assert_allclose(fused[0, :4], plain[0, :4], atol=2e-5)
    np.testing.assert_allclose(fused[1], plain[1], atol=2e-5)


def test_a_gpu_gets_cudnn_where_it_can(monkeypatch):
    asked = []
    real = jax.nn.dot_product_attention

    def spy(*inputs, implementation, **others):
        asked.append(implementation)
        return real(*inputs, implementation="xla", **others)

    monkeypatch.setattr(jax.nn, "dot_product_attention", spy)
    attend(*draw(width=72, dtype=jnp.bfloat16), platform="gpu")
    attend(*draw(width=72), platform="gpu")  # float32
    attend(*draw(width=136, dtype=jnp.bfloat16), platform="gpu")  # too wide
    attend(*draw(width=72, dtype=jnp.bfloat16), platform="cpu")
    assert asked == ["cudnn", "xla", "xla", "xla"]
