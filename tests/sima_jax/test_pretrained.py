"""Published weights fill the towers, and the towers then compute what the publications say."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import NamedSharding
from jax.sharding import PartitionSpec as P

from sima_jax import sharding
from sima_jax.config import SIMA_TINY
from sima_jax.networks.language_tower import LanguageTower
from sima_jax.networks.vision_tower import VisionTower
from sima_jax.pretrained import load_language, load_vision
from sima_jax.weight_files import open_weights
from sima_jax.weight_layouts import resample
from tests.sima_jax import reference_towers as reference
from tests.sima_jax import weight_samples as samples
from tests.sima_jax.weight_samples import CONFIG, GRID, IMAGE, NATIVE, write_npz, write_safetensors

# The parameters that no published weight fits.
POOLING = {"question", "pool_key/kernel", "pool_key/bias", "pool_value/kernel", "pool_value/bias"}
FRONT = {"squeeze/kernel", "squeeze/bias", "patches/kernel", "patches/bias"}


@pytest.fixture(scope="module")
def params():
    return samples.random_params(CONFIG)


@pytest.fixture(scope="module")
def vision(tmp_path_factory):
    return write_safetensors(tmp_path_factory.mktemp("vision") / "model.safetensors", samples.siglip())


def flat(tree, part: str) -> dict[str, np.ndarray]:
    paths = jax.tree_util.tree_leaves_with_path(tree[part])
    return {"/".join(key.key for key in path): leaf for path, leaf in paths}


def equal(one, other) -> bool:
    return jax.tree.all(jax.tree.map(lambda a, b: a.dtype == b.dtype and np.array_equal(a, b), one, other))


def with_depth(depth: int):
    """Configuration, parameters and file tensors of that many layers."""
    config = CONFIG.with_depth(depth)
    return config, samples.random_params(config), samples.siglip(config), samples.bert(config)


@pytest.mark.parametrize("depth", [1, 2])
def test_the_vision_tower_computes_what_siglip_is(tmp_path, depth):
    config, params, file, _ = with_depth(depth)
    loaded, _ = load_vision(write_safetensors(tmp_path / "x.safetensors", file), params, config)
    ours = loaded["vision"]
    images = np.random.default_rng(0).integers(0, 256, (2, *IMAGE), np.uint8)
    latents, seen = VisionTower(config).apply(
        {"params": ours}, jnp.asarray(images), capture_intermediates=True, mutable=["intermediates"]
    )
    tokens = np.asarray(seen["intermediates"]["tower"]["__call__"][0])
    for image, mine, latent in zip(images, tokens, np.asarray(latents), strict=True):
        theirs = reference.vision_tokens(file, image, config.vision.heads)
        assert np.abs(theirs).max() > 1.0
        assert np.abs(mine - theirs).max() < 1e-4
        # Their last norm and our pooling: head by head a softmax over the tokens, of one learnt question.
        normed = reference.norm(file, "vision_model.post_layernorm", theirs, 1e-6)
        keys = (normed @ ours["pool_key"]["kernel"] + ours["pool_key"]["bias"]).reshape(len(normed), 2, 12)
        values = (normed @ ours["pool_value"]["kernel"] + ours["pool_value"]["bias"]).reshape(len(normed), 2, 6)
        for head in range(2):
            shares = np.exp(keys[:, head] @ ours["question"][head] / np.sqrt(12))
            expected = (shares / shares.sum()) @ values[:, head]
            assert np.abs(latent[head * 6 : head * 6 + 6] - expected).max() < 1e-4


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("prefix, norms", [("bert.", ("weight", "bias")), ("", ("gamma", "beta"))])
def test_the_language_tower_computes_what_bert_is(tmp_path, depth, prefix, norms):
    config, params, _, _ = with_depth(depth)
    file = samples.bert(config, prefix, norms)
    loaded, _ = load_language(write_safetensors(tmp_path / "x.safetensors", file), params, config)
    ours = loaded["language"]
    texts = [[2, 7, 9, 11, 3], [2, 29, 3]]
    table = np.array([texts[0] + [0], texts[1] + [0, 0, 0]], np.int32)
    latents, seen = LanguageTower(config).apply(
        {"params": ours}, jnp.asarray(table), capture_intermediates=True, mutable=["intermediates"]
    )
    tokens = np.asarray(seen["intermediates"]["tower"]["__call__"][0])
    for ids, mine, latent in zip(texts, tokens, np.asarray(latents), strict=True):
        theirs = reference.bert_tokens(file, ids, config.language.heads, prefix)
        assert np.abs(theirs).max() > 1.0
        assert np.abs(mine[: len(ids)] - theirs).max() < 1e-4
        expected = np.tanh(theirs.mean(axis=0) @ ours["latent"]["kernel"] + ours["latent"]["bias"])
        assert np.abs(latent - expected).max() < 1e-4


def test_a_weight_lies_where_our_layer_reads_it(vision, params):
    # Torch's matrices are [outputs, inputs], ours [inputs, ..., outputs]; the value projection of layer 1 is part 2.
    file = samples.siglip()
    loaded, report = load_vision(vision, params, CONFIG)
    tower = loaded["vision"]["tower"]
    name = "vision_model.encoder.layers.1.self_attn.v_proj.weight"
    assert tower["qkv_kernel"][1, 5, 2, 17] == file[name][17, 5]
    assert report.loaded[name] == "vision/tower/qkv_kernel[1, :, 2]"
    # Their convolution is [outputs, colours, rows, columns]; our patch runs over rows, columns, colours of 14 * 14 * 3.
    kernel = file["vision_model.embeddings.patch_embedding.weight"]
    assert loaded["vision"]["patches"]["kernel"][(3 * 14 + 9) * 3 + 2, 20] == kernel[20, 2, 3, 9]


@pytest.mark.parametrize("stacked", [True, False])
def test_both_layouts_of_siglip_give_the_same_parameters(tmp_path, vision, params, stacked):
    theirs = samples.big_vision(samples.siglip(), CONFIG.vision.heads, stacked=stacked)
    ours, _ = load_vision(vision, params, CONFIG)
    others, report = load_vision(write_npz(tmp_path / "x.npz", theirs), params, CONFIG)
    assert equal(ours, others)
    assert set(report.unused) == {"params/t", "params/b", "params/txt/head/bias", "params/img/MAPHead_0/probe"}


def exported_siglip(vision) -> dict[str, np.ndarray]:
    """Our parameters under their names: the way back, written apart from the way there."""
    tower, own = vision["tower"], "vision_model"
    patches = vision["patches"]["kernel"].T.reshape(24, 14, 14, 3)
    tensors = {
        f"{own}.embeddings.patch_embedding.weight": np.moveaxis(patches, 3, 1),
        f"{own}.embeddings.patch_embedding.bias": vision["patches"]["bias"],
        f"{own}.embeddings.position_embedding.weight": vision["places"],
        f"{own}.post_layernorm.weight": vision["norm_scale"],
        f"{own}.post_layernorm.bias": vision["norm_shift"],
    }
    for row in range(CONFIG.vision.depth):
        layer = f"{own}.encoder.layers.{row}"
        for part, name in enumerate("qkv"):
            tensors[f"{layer}.self_attn.{name}_proj.weight"] = tower["qkv_kernel"][row, :, part].T
            tensors[f"{layer}.self_attn.{name}_proj.bias"] = tower["qkv_bias"][row, part]
        for ours, name in (("out", "self_attn.out_proj"), ("mlp_in", "mlp.fc1"), ("mlp_out", "mlp.fc2")):
            tensors[f"{layer}.{name}.weight"] = tower[f"{ours}_kernel"][row].T
            tensors[f"{layer}.{name}.bias"] = tower[f"{ours}_bias"][row]
        for ours, name in (("norm_attention", "layer_norm1"), ("norm_mlp", "layer_norm2")):
            tensors[f"{layer}.{name}.weight"] = tower[f"{ours}_scale"][row]
            tensors[f"{layer}.{name}.bias"] = tower[f"{ours}_shift"][row]
    return tensors


def exported_bert(language) -> dict[str, np.ndarray]:
    tower = language["tower"]
    tensors = {
        "bert.embeddings.word_embeddings.weight": language["words"],
        "bert.embeddings.position_embeddings.weight": language["places"],
        "bert.embeddings.token_type_embeddings.weight": np.stack([language["kind"], np.zeros(20, np.float32)]),
        "bert.embeddings.LayerNorm.weight": language["norm_scale"],
        "bert.embeddings.LayerNorm.bias": language["norm_shift"],
    }
    for row in range(CONFIG.language.depth):
        layer = f"bert.encoder.layer.{row}"
        for part, name in enumerate(("query", "key", "value")):
            tensors[f"{layer}.attention.self.{name}.weight"] = tower["qkv_kernel"][row, :, part].T
            tensors[f"{layer}.attention.self.{name}.bias"] = tower["qkv_bias"][row, part]
        for ours, name in (("out", "attention.output"), ("mlp_in", "intermediate"), ("mlp_out", "output")):
            tensors[f"{layer}.{name}.dense.weight"] = tower[f"{ours}_kernel"][row].T
            tensors[f"{layer}.{name}.dense.bias"] = tower[f"{ours}_bias"][row]
        for ours, name in (("norm_attention", "attention.output"), ("norm_mlp", "output")):
            tensors[f"{layer}.{name}.LayerNorm.weight"] = tower[f"{ours}_scale"][row]
            tensors[f"{layer}.{name}.LayerNorm.bias"] = tower[f"{ours}_shift"][row]
    return tensors


def test_what_is_written_out_comes_back_the_same(tmp_path, params):
    # From parameters of noise to a file and back into zeros: all but what no file has is as it was, bit for bit.
    zeros = jax.tree.map(np.zeros_like, params)
    theirs = exported_siglip(params["vision"])
    assert theirs.keys() == {name for name in samples.siglip() if name.startswith("vision") and ".head." not in name}
    rest = {"logit_scale": np.zeros(1, np.float32), "logit_bias": np.zeros(1, np.float32)}
    theirs |= rest | {"vision_model.head.probe": np.zeros((1, 1, 24), np.float32)}
    big = [samples.big_vision(theirs, CONFIG.vision.heads, stacked=stacked) for stacked in (True, False)]
    files = [write_safetensors(tmp_path / "x.safetensors", theirs)]
    files += [write_npz(tmp_path / f"{number}.npz", file) for number, file in enumerate(big)]
    for path in files:
        back = flat(load_vision(path, zeros, CONFIG)[0], "vision")
        for name, leaf in flat(params, "vision").items():
            assert np.array_equal(back[name], np.zeros_like(leaf) if name in POOLING else leaf), name
    path = write_safetensors(tmp_path / "bert.safetensors", exported_bert(params["language"]))
    back = flat(load_language(path, zeros, CONFIG)[0], "language")
    for name, leaf in flat(params, "language").items():
        assert np.array_equal(back[name], np.zeros_like(leaf) if name.startswith("latent") else leaf), name


def test_one_file_and_its_shards_give_the_same_parameters(tmp_path, vision, params):
    samples.write_shards(tmp_path, samples.siglip())
    (whole, report), (parts, of_shards) = (load_vision(path, params, CONFIG) for path in (vision.parent, tmp_path))
    assert equal(whole, parts)
    assert (report.loaded, report.left, set(report.unused)) == (of_shards.loaded, of_shards.left, set(of_shards.unused))


def test_naflex_matrices_and_square_positions_are_read_too(tmp_path, vision, params):
    # The patches as one matrix of rows, columns, colours, the positions as a square: [S, S, C] in big_vision.
    ours, _ = load_vision(vision, params, CONFIG)
    theirs, big = samples.siglip(), samples.big_vision(samples.siglip(), 3, stacked=True)
    name = "vision_model.embeddings.patch_embedding.weight"
    theirs[name] = theirs[name].transpose(0, 2, 3, 1).reshape(24, 588)
    assert equal(ours, load_vision(write_safetensors(tmp_path / "x.safetensors", theirs), params, CONFIG)[0])
    big["params/img/embedding/kernel"] = big["params/img/embedding/kernel"].reshape(588, 24)
    big["params/img/pos_embedding"] = big["params/img/pos_embedding"].reshape(4, 4, 24)
    assert equal(ours, load_vision(write_npz(tmp_path / "x.npz", big), params, CONFIG)[0])


@pytest.mark.parametrize("dtype", [np.float16, jnp.bfloat16])
def test_half_precision_becomes_float32(tmp_path, params, dtype):
    # Rounded before they are written, so float32 holds them exactly: any two formats give the same parameters.
    theirs = {name: tensor.astype(dtype) for name, tensor in samples.siglip().items()}
    wide = {name: tensor.astype(np.float32) for name, tensor in theirs.items()}
    expected, _ = load_vision(write_safetensors(tmp_path / "wide.safetensors", wide), params, CONFIG)
    half = write_safetensors(tmp_path / "half.safetensors", theirs)
    npz = write_npz(tmp_path / "half.npz", samples.big_vision(theirs, CONFIG.vision.heads, stacked=True))
    for path in (half, npz):
        assert equal(expected, load_vision(path, params, CONFIG)[0])


def test_every_tensor_and_every_parameter_is_accounted_for(tmp_path, vision, params):
    native = samples.random_params(NATIVE)
    language = write_safetensors(tmp_path / "x.safetensors", samples.bert())
    for load, path, given, config, part, left in (
        (load_vision, vision, params, CONFIG, "vision", POOLING),
        (load_vision, vision, native, NATIVE, "vision", POOLING | FRONT),
        (load_language, language, params, CONFIG, "language", {"latent/kernel", "latent/bias"}),
    ):
        loaded, report = load(path, given, config)
        assert not report.loaded.keys() & report.unused.keys()
        assert report.loaded.keys() | report.unused.keys() == open_weights(path).keys()
        assert report.left.keys() == {f"{part}/{name}" for name in left}
        before, after = flat(given, part), flat(loaded, part)
        assert before.keys() == after.keys()
        filled = {name.split("[")[0].removeprefix(f"{part}/") for name in report.loaded.values()}
        assert filled == before.keys() - left
        for name in before:
            assert after[name].shape == before[name].shape and after[name].dtype == np.float32
            # All numbers of ours were noise of another kind: none may be left of it, or all.
            assert (after[name] == before[name]).all() if name in left else (after[name] != before[name]).all()
        rest = {name: tree for name, tree in loaded.items() if name != part}
        assert equal(rest, {name: tree for name, tree in given.items() if name != part})


def test_the_report_says_why(vision):
    _, report = load_vision(vision, samples.random_params(NATIVE), NATIVE)
    assert "pooling" in report.unused["vision_model.head.probe"]
    assert "reads with BERT" in report.unused["text_model.encoder.layers.0.self_attn.q_proj.weight"]
    assert "front is 'native'" in report.unused["vision_model.embeddings.patch_embedding.weight"]
    assert "front is 'native'" in report.left["vision/patches/kernel"]
    # 2 layers of 8 parts, a scale or kernel and a bias each, one table of positions, one norm of two: 2 * 16 + 3.
    assert str(report).startswith(
        "35 tensors loaded, 8 unused, 9 parameters left.\nunused: logit_scale, logit_bias: of"
    )


def test_positions_of_a_ramp_are_a_ramp():
    # 2 x 2 places at 0.5, 1.5 of a square of side 2; 1 x 4 places lie at 1 down and 0.25, 0.75, 1.25, 1.75 across.
    # The table is 10 * down + across: between the places it is interpolated, beyond them it goes on.
    table = np.array([[[5.5], [6.5]], [[15.5], [16.5]]], np.float32)
    assert resample(table, (1, 4))[:, 0].tolist() == [10.25, 10.75, 11.25, 11.75]


@pytest.mark.parametrize("side", [1, 2, 16, 24, 27, 32])
def test_linear_positions_stay_linear_on_the_agents_grid(side):
    def plane(rows: int, columns: int) -> np.ndarray:
        down, across = np.mgrid[:rows, :columns]
        slope = 0.0 if side == 1 else 1.0  # one place has no slope
        return np.stack(
            [slope * (down + 0.5) / rows - 0.5, slope * (across + 0.5) / columns, 0.0 * down + 3.0], axis=-1
        )

    resampled = resample(plane(side, side).astype(np.float32), (18, 32))
    assert resampled.shape == (576, 3) and resampled.dtype == np.float32
    assert np.abs(resampled - plane(18, 32).reshape(576, 3)).max() < 1e-5


def test_a_cubic_by_hand():
    # A single 1 at place 4 of 8. Four places of the same square lie half way between, at 0.5, 2.5, 4.5 and 6.5: Keys'
    # cubic is 9/16 at a distance of 1/2, -1/16 at 3/2, and nothing from 2 on.
    table = np.zeros((8, 8, 1), np.float32)
    table[:, 4] = 1.0
    assert resample(table, (8, 4)).reshape(8, 4).tolist() == [[0.0, -1 / 16, 9 / 16, 0.0]] * 8


def test_the_same_grid_keeps_its_positions_bit_for_bit(vision, params):
    loaded, _ = load_vision(vision, params, CONFIG)
    name = "vision_model.embeddings.position_embedding.weight"
    assert np.array_equal(loaded["vision"]["places"], samples.siglip()[name])


def test_positions_of_another_grid_are_resampled(tmp_path, params):
    theirs = samples.siglip(side=6)
    name = "vision_model.embeddings.position_embedding.weight"
    loaded, _ = load_vision(write_safetensors(tmp_path / "x.safetensors", theirs), params, CONFIG)
    assert np.array_equal(loaded["vision"]["places"], resample(theirs[name].reshape(6, 6, 24), GRID))


def test_parameters_stay_where_they_are(vision, params):
    mesh = sharding.make_mesh(2, 1)
    split, everywhere = NamedSharding(mesh, P(None, "data")), NamedSharding(mesh, P())

    def placed(leaf):
        return jax.device_put(leaf, split if leaf.ndim == 2 and leaf.shape[1] % 2 == 0 else everywhere)

    on_devices = jax.tree.map(placed, params)
    loaded, _ = load_vision(vision, on_devices, CONFIG)
    assert jax.tree.all(jax.tree.map(lambda old, new: old.sharding == new.sharding, on_devices, loaded))
    assert loaded["vision"]["places"].sharding == split
    assert equal(loaded, load_vision(vision, params, CONFIG)[0])


def test_every_mismatch_is_named_with_both_shapes(tmp_path, params):
    theirs = samples.siglip()
    layer = "vision_model.encoder.layers.1"
    theirs[f"{layer}.mlp.fc1.weight"] = np.zeros((41, 24), np.float32)
    theirs["vision_model.embeddings.position_embedding.weight"] = np.zeros((15, 24), np.float32)
    del theirs[f"{layer}.layer_norm1.bias"]
    theirs[f"{layer}.self_attn.q_norm.weight"] = np.zeros(8, np.float32)
    with pytest.raises(ValueError, match=r"x\.safetensors' do not fit toy_towers; take the weights") as refusal:
        load_vision(write_safetensors(tmp_path / "x.safetensors", theirs), params, CONFIG)
    lines = str(refusal.value).split("\n  ")[1:]
    assert sorted(lines) == [
        "vision_model.embeddings.position_embedding.weight: (15, 24), wanted (S * S, 24)",
        f"{layer}.layer_norm1.bias: missing, wanted (24)",
        f"{layer}.mlp.fc1.weight: (41, 24), wanted (40, 24)",
        f"{layer}.self_attn.q_norm.weight: (8), for which the tower has no place",
    ]


def test_another_vocabulary_is_refused(tmp_path, params):
    with pytest.raises(ValueError, match=r"word_embeddings\.weight: \(31, 20\), wanted \(30, 20\)$"):
        path = write_safetensors(tmp_path / "x.safetensors", samples.bert(replace(CONFIG, words=31)))
        load_language(path, params, CONFIG)


@pytest.mark.parametrize("depth", [1, 3])
def test_another_depth_is_refused(tmp_path, params, depth):
    _, _, siglip, bert = with_depth(depth)
    for load, path in (
        (load_vision, write_safetensors(tmp_path / "vision.safetensors", siglip)),
        (load_vision, write_npz(tmp_path / "x.npz", samples.big_vision(siglip, 3, stacked=False))),
        (load_language, write_safetensors(tmp_path / "language.safetensors", bert)),
    ):
        with pytest.raises(ValueError, match=rf"\*: {depth} layers, wanted 2 \(0 to 1\)$"):
            load(path, params, CONFIG)
    with pytest.raises(ValueError, match=rf"encoderblock/LayerNorm_0/scale: \({depth}, 24\), wanted \(2, 24\)"):
        load_vision(write_npz(tmp_path / "y.npz", samples.big_vision(siglip, 3, stacked=True)), params, CONFIG)


def test_other_heads_and_other_patches_are_refused(tmp_path, params):
    two_heads = samples.big_vision(samples.siglip(), 2, stacked=True)
    with pytest.raises(ValueError, match=r"query/kernel: \(2, 24, 2, 12\), wanted \(2, 24, 3, 8\)"):
        load_vision(write_npz(tmp_path / "x.npz", two_heads), params, CONFIG)
    path = write_safetensors(tmp_path / "x.safetensors", samples.siglip(patch=16))
    with pytest.raises(ValueError, match=r"patch_embedding\.weight: \(24, 3, 16, 16\), wanted \(24, 3, 14, 14\)$"):
        load_vision(path, params, CONFIG)
    load_vision(path, samples.random_params(NATIVE), NATIVE)  # which takes no patches of any size


def test_another_model_is_refused(tmp_path, vision, params):
    with pytest.raises(ValueError, match=r"another model: BERT has bert\.embeddings.*begins with logit_scale, logit_b"):
        load_language(vision, params, CONFIG)
    language = write_safetensors(tmp_path / "x.safetensors", samples.bert())
    with pytest.raises(ValueError, match=r"another model: a SigLIP vision tower has .*begins with bert\.embeddings"):
        load_vision(language, params, CONFIG)
    with pytest.raises(ValueError, match=r"sima_tiny has no towers for published weights; take sima_continuous_siglip"):
        load_vision(vision, params, SIMA_TINY)


def test_parameters_of_another_agent_are_refused(vision):
    deeper = samples.random_params(CONFIG.with_depth(3))
    with pytest.raises(ValueError, match=r"params\['vision/tower/\w+'\] is not what toy_towers has"):
        load_vision(vision, deeper, CONFIG)
    with pytest.raises(ValueError, match=r"params\['vision'\] is not what toy_towers has"):
        load_vision(vision, {"vision": {"stem": {"kernel": np.zeros((3, 4), np.float32)}}}, CONFIG)
