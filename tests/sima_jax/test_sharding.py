"""The mesh, and where parameters lie on it."""

import jax
import pytest
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from sima_jax import sharding
from tests.sima_jax.toy_agent import IMAGE_SHAPE, make_objective


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
    assert sharding.partition_spec(("embed", "mlp")) == P(None, "model")
    assert sharding.partition_spec(("heads", None)) == P("model", None)
    assert sharding.partition_spec(()) == P()


def test_a_misspelt_axis_is_refused():
    with pytest.raises(ValueError, match=r"Unknown logical axis 'head'.*embed, mlp, heads, vocab"):
        sharding.partition_spec(("embed", "head"))


def test_no_parameter_has_an_axis_that_a_model_axis_of_two_does_not_divide():
    axes = make_objective().agent.logical_axes(IMAGE_SHAPE)
    specs = jax.tree.map(sharding.partition_spec, axes, is_leaf=lambda x: isinstance(x, P))
    shapes = jax.eval_shape(lambda key: make_objective().agent.init(key, IMAGE_SHAPE), jax.random.key(0))
    split = 0
    for spec, shape in zip(
        jax.tree.leaves(specs, is_leaf=lambda x: isinstance(x, P)), jax.tree.leaves(shapes), strict=True
    ):
        for axis, length in zip(spec, shape.shape, strict=True):
            assert axis is None or length % 2 == 0
            split += axis == "model"
    assert split > 10
