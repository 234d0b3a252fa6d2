"""Machines by their names, and what their file says of them."""

import pytest

from experiments.config_keys import SettingsError
from experiments.hardware import EXAMPLES, GB, Chip, Machine, known, machine_named, pictures_per_second


@pytest.mark.parametrize(
    ("name", "chip", "count"),
    [
        ("RTX4090", "RTX4090", 1),
        ("rtx 4090", "RTX4090", 1),
        ("4xA100", "A100", 4),
        ("8xH100", "H100", 8),
        ("1xH200", "H200", 1),
        # These two are named after TensorCores, of which a chip has two; the others after chips.
        ("v4-8", "v4", 4),
        ("v5p-8", "v5p", 4),
        ("v5e-8", "v5e", 8),
        ("tpu-v6e-8", "v6e", 8),
    ],
)
def test_names(name, chip, count):
    machine = machine_named(name)
    assert (machine.chip.name, machine.count) == (chip, count)
    assert machine_named(machine.name) == machine


def test_a_part_of_a_host_and_several_hosts():
    # Four chips of a host of eight have half of its 100 cores and 800 GB; twenty need three hosts.
    chip = Chip("X", "gpu", 10.0, 1.0, 1.0, 8, 100, 800, "", "", dollars=2.5)
    part, many = Machine(chip, 4), Machine(chip, 20)
    assert (part.hosts, part.cores, part.host_memory, part.dollars) == (1, 50, 400 * GB, 10.0)
    assert (many.hosts, many.cores, many.host_memory, many.dollars) == (3, 250, 800 * GB, 50.0)
    assert Machine(Chip("X", "gpu", 10.0, 1.0, 1.0, 8, 100, 800, "", ""), 4).dollars is None


def test_every_figure_has_a_source():
    for name, chip in known()["chips"].items():
        assert chip["figures"] and chip["host"], name
        assert ("dollars" in chip) == ("price" in chip), name
        assert "202" in chip.get("price", "202"), f"{name}: of which year is the price?"
        assert "//" not in "".join(str(value) for value in chip.values()), name
    assert {machine_named(name).chip.name for name in EXAMPLES} == set(known()["chips"])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("8xH10", "did you mean 8xH100?"),
        ("RTX4080", "did you mean RTX4090?"),
        ("v6-8", "did you mean v6e-8?"),
        ("8xv4", "Names are like"),  # a TPU is named by its slice
        ("H100-8", "did you mean 8xH100?"),
        ("v4-7", "counts 2 TensorCores a chip"),
        ("0xH100", "0 chips; give from 1"),
        ("", "Names are like"),
    ],
)
def test_unknown_machines_are_refused_with_the_nearest_name(name, message):
    with pytest.raises(SettingsError, match="--hardware=") as refusal:
        machine_named(name)
    assert message in str(refusal.value)
    assert refusal.value.exit_code == 2


def test_the_renderer_is_as_fast_as_measured_and_slower_where_pictures_are_larger():
    for height, pictures in zip(known()["renderer"]["heights"], known()["renderer"]["pictures"], strict=True):
        assert pictures_per_second(height) == pytest.approx(pictures)
    rates = [pictures_per_second(height) for height in (18, 36, 54, 108, 360, 720, 1080)]
    assert rates == sorted(rates, reverse=True)
