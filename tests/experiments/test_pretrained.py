"""Published weights named in a configuration: a new run begins with them, and what cannot be is said."""

import re
from dataclasses import replace

import jax
import numpy as np
import pytest

from experiments.agent import build_programs, newborn
from experiments.config_keys import SettingsError
from experiments.configs.castle import get_config
from experiments.settings import Settings
from genie3_env.tasks.instructions import instruction_table
from sima_jax.config import AGENTS
from tests.sima_jax import weight_samples as samples

TEXTS = " ".join(row.text.lower() for row in instruction_table())
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(set(re.findall(r"\w+|[^\w\s]", TEXTS)))]
TOY = replace(samples.CONFIG, name="sima_toy", words=500, places=32, guesses=48)


def settings(**overrides) -> Settings:
    """Those of an agent of toy size; a__b stands for a.b."""
    config = get_config()
    small = {"agent": "sima_toy", "auxiliary.word_noise": 0.0, "image.height": 36, "image.width": 64}
    config.update_from_flattened_dict(small | {key.replace("__", "."): value for key, value in overrides.items()})
    return Settings.from_config(config.to_dict())


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Weights of both towers in the layouts of SigLIP and BERT, with random numbers."""
    monkeypatch.setitem(AGENTS, "sima_toy", TOY)
    (tmp_path / "bert").mkdir()
    samples.write_safetensors(tmp_path / "bert" / "model.safetensors", samples.bert(TOY))
    (tmp_path / "bert" / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    return samples.write_safetensors(tmp_path / "siglip.safetensors", samples.siglip(TOY)), tmp_path / "bert"


def test_a_new_run_begins_with_published_weights(files):
    vision, language = files
    loaded = settings(pretrained__vision=str(vision), pretrained__language=str(language))
    programs = build_programs(loaded, instruction_table())
    state, said = newborn(loaded, programs)
    theirs = samples.siglip(TOY)["vision_model.encoder.layers.1.mlp.fc1.weight"]
    np.testing.assert_array_equal(state.params["vision"]["tower"]["mlp_in_kernel"][1], theirs.T)
    np.testing.assert_array_equal(state.target["vision"]["tower"]["mlp_in_kernel"][1], theirs.T)
    words = samples.bert(TOY)["bert.embeddings.word_embeddings.weight"]
    np.testing.assert_array_equal(state.params["language"]["words"], words)
    # [CLS] first, in the order of the vocabulary.
    assert programs.tokens[:, 0].tolist() == [2] * len(instruction_table())
    assert len(said) == 2 and said[0].startswith(f"vision from {vision}: ") and "tensors loaded" in said[1]
    born = programs.init(jax.random.key(loaded.seed))
    np.testing.assert_array_equal(state.params["policy"]["hidden"]["kernel"], born.params["policy"]["hidden"]["kernel"])


def test_without_files_nothing_is_loaded(files):
    programs = build_programs(settings(), instruction_table())
    state, said = newborn(settings(), programs)
    born = programs.init(jax.random.key(0))
    assert said == []
    assert all(map(np.array_equal, jax.tree.leaves(state.params), jax.tree.leaves(born.params)))


def test_weights_that_do_not_fit_are_refused(files):
    wrong = settings(pretrained__vision=str(files[1]))
    with pytest.raises(SettingsError, match=r"pretrained\.vision: .*vision_model"):
        newborn(wrong, build_programs(wrong, instruction_table()))


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"pretrained__vision": "/nowhere"},
            "pretrained.vision is '/nowhere'; it must be a file or folder that is there",
        ),
        (
            {"agent": "sima_tiny", "pretrained__vision": "."},
            "pretrained.vision is '.'; it must be empty: sima_tiny has no",
        ),
        (
            {"pretrained__language": ".", "auxiliary__word_noise": 0.1},
            "auxiliary.word_noise is 0.1; it must be 0 with pre",
        ),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_built(files, overrides, message):
    with pytest.raises(SettingsError) as refusal:
        settings(**overrides)
    assert message in str(refusal.value)
