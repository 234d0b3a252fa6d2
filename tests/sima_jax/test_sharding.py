"""The mesh, and where parameters lie on it."""

import jax
import jax.numpy as jnp
import pytest
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from sima_jax import sharding
from sima_jax.config import agent_named
from sima_jax.networks.agent import Agent


def test_mesh_lays_devices_row_by_row():
    mesh = sharding.make_mesh(4, 2)
    assert dict(mesh.shape) == {"data": 4, "model": 2}
    assert [device.id for device in mesh.devices.ravel()] == list(range(8))
    assert mesh.axis_types == (AxisType.Auto, AxisType.Auto)


def test_a_smaller_mesh_takes_the_first_devices():
    assert [device.id for device in sharding.make_mesh(1, 2).devices.ravel()] == [0, 1]
    chosen = jax.devices()[4:6]
    assert list(sharding.make_mesh(2, 1, chosen).devices.ravel()) == chosen


@pytest.mark.parametrize(("data", "model", "needed"), [(3, 3, 9), (0, 1, 1), (8, -1, 1)])
def test_impossible_meshes_are_refused(data, model, needed):
    with pytest.raises(ValueError, match=rf"data={data} x model={model}, which needs {needed} devices; 8 are there"):
        sharding.make_mesh(data, model)


def test_logical_axes_become_mesh_axes():
    mesh = sharding.make_mesh(4, 2)
    assert sharding.partition_spec(("embed", "mlp"), (8, 6), mesh) == P("data", "model")
    assert sharding.partition_spec(("heads", None), (8, 6), mesh) == P("model", None)
    assert sharding.partition_spec((), (), mesh) == P()


def test_what_the_devices_do_not_divide_lies_whole_on_each():
    mesh = sharding.make_mesh(4, 2)
    assert sharding.partition_spec(("embed", "mlp"), (6, 6), mesh) == P(None, "model")
    assert sharding.partition_spec(("embed", "mlp"), (8, 5), mesh) == P("data", None)


def test_a_misspelt_axis_is_refused():
    with pytest.raises(ValueError, match=r"Unknown logical axis 'head'.*embed, mlp, heads, vocab"):
        sharding.partition_spec(("embed", "head"), (8, 8), sharding.make_mesh(1, 1))


@pytest.mark.parametrize("name", ["sima_tiny", "sima_base", "sima_continuous"])
def test_nearly_all_parameters_are_cut_by_eight_devices(name):
    agent = Agent(agent_named(name), vocabulary=20, length=6)
    image, is_spec = (36, 64, 3), lambda x: isinstance(x, P)
    shapes = jax.eval_shape(lambda key: agent.init(key, image), jax.random.key(0))
    axes = jax.tree.leaves(agent.logical_axes(image), is_leaf=is_spec)
    for data, model in ((8, 1), (4, 2), (2, 4)):
        mesh = sharding.make_mesh(data, model)
        whole = held = 0
        for spec, leaf in zip(axes, jax.tree.leaves(shapes), strict=True):
            parts = 1
            for axis in sharding.partition_spec(spec, leaf.shape, mesh):
                parts *= 1 if axis is None else mesh.shape[axis]
            whole, held = whole + leaf.size, held + leaf.size / parts
        assert held < 0.2 * whole, (data, model)  # an eighth, and what cannot be cut


def test_activations_are_cut_along_data_where_that_can_be():
    mesh = sharding.make_mesh(4, 2)
    traced = jax.jit(sharding.within(mesh, lambda x: sharding.along_data(x) + 1.0))
    cut = lambda *shape: traced(jax.device_put(jnp.zeros(shape), jax.NamedSharding(mesh, P())))  # noqa: E731
    assert cut(8, 3).addressable_shards[0].data.shape == (2, 3)
    assert cut(6, 3).addressable_shards[0].data.shape == (6, 3)  # four devices do not divide six rows
    assert sharding.along_data(x := jnp.zeros((8, 3))) is x  # no mesh: nothing to be cut for


def test_rows_are_repeated_until_the_devices_divide_them():
    mesh, x = sharding.make_mesh(4, 2), jnp.arange(6.0).reshape(3, 2)
    padded = jax.jit(sharding.within(mesh, sharding.rows_for_data))(x)
    assert padded.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [4.0, 5.0]]
    assert sharding.rows_for_data(x) is x  # no mesh: nothing to be cut for


def test_each_device_computes_its_own_rows_with_gathered_weights():
    # Rows and the sums of the product both lie along "data". Left alone, XLA adds partial sums of all 512 rows up; held
    # along the rows, it gathers the weights, which are smaller.
    mesh = sharding.make_mesh(8, 1)
    place = lambda *spec: jax.NamedSharding(mesh, P(*spec))  # noqa: E731
    x = jax.ShapeDtypeStruct((512, 64), jnp.float32, sharding=place("data"))
    weights = jax.ShapeDtypeStruct((64, 32), jnp.float32, sharding=place("data"))
    product = sharding.within(mesh, lambda x, w: sharding.along_data(sharding.along_data(x) @ w))
    text = str(jax.jit(product).lower(x, weights).compile().as_text())
    assert "all-gather" in text and "all-reduce" not in text
