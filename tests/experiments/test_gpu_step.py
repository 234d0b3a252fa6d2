"""What a GPU is given, as far as it can be seen without one: the gradient step lowered for CUDA."""

import re
from functools import partial

import pytest

from experiments.agent import build_programs
from genie3_env.tasks.instructions import instruction_table
from sima_jax.networks import tower
from sima_jax.networks.attention import attend
from tests.experiments.castle_settings import settings_of
from tests.experiments.gradient_step import arguments


@pytest.mark.parametrize(
    ("data", "model", "shapes"),
    [(1, 1, {"128x576x16x72", "8x576x16x72"}), (4, 2, {"32x576x8x72", "2x576x8x72"})],
    ids=["one device", "4 x 2"],
)
def test_the_full_agent_attends_by_cudnn_on_each_gpu(monkeypatch, data, model, shapes):
    # 128 pictures, and 8 of contrastive pairs, of 576 tokens, 16 heads of 72: cut along the batch and the heads.
    monkeypatch.setattr("jax._src.cudnn.fused_attention_stablehlo.check_cudnn_version", lambda: 91000)
    monkeypatch.setattr("jax._src.cudnn.fused_attention_stablehlo.check_compute_capability", lambda _: True)
    monkeypatch.setattr(tower, "attend", partial(attend, platform="gpu"))
    settings = settings_of("full", **{"mesh.data": data, "mesh.model": model})
    programs = build_programs(settings, instruction_table())
    text = programs._learn.trace(*arguments(settings, programs)).lower(lowering_platforms=("cuda",)).as_text()
    ahead = re.findall(r"@__cudnn\$fmhaSoftmax\(.*: \(tensor<(\w+)xbf16>, ", text)
    back = re.findall(r"@__cudnn\$fmhaSoftmaxBackward\(.*: \(tensor<(\w+)xbf16>, ", text)
    assert set(ahead) == shapes and set(back) == shapes
