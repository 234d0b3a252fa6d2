"""The files that a run leaves behind."""

import json

import pytest
from PIL import Image

from experiments.configs.castle import get_config
from experiments.report import nice_ticks, read_metrics, results_table, write_report


def summary(success: float, seconds: float | None = 6.25, efficiency: float | None = 0.81) -> dict:
    won = round(200 * success)
    return {
        "episodes": 200,
        "success": success,
        "success_95": [max(0.0, success - 0.05), min(1.0, success + 0.05)],
        "outcomes": {"success": won, "wrong_flag": 0, "burnt": 0, "timeout": 200 - won},
        "worlds": 64,
        "start_distance_m": 20.0,
        "seconds_to_flag": seconds,
        "path_efficiency": efficiency,
    }


EVALUATIONS = {"agent": summary(0.93), "random": summary(0.0, None, None), "wrong_instruction": summary(0.1)}


def test_table_by_hand():
    lines = results_table({"agent": summary(0.93), "random": summary(0.0, None, None)}).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[2] == ["agent", "93.0 %", "88.0 - 98.0", "200", "0.0 %", "0.0 %", "7.0 %", "6.2", "0.81"]
    assert cells[3] == ["random policy", "0.0 %", "0.0 - 5.0", "200", "0.0 %", "0.0 %", "100.0 %", "-", "-"]
    assert len({len(line) for line in lines}) == 1


def write(workdir, training):
    return write_report(workdir, get_config().to_dict(), EVALUATIONS, training)


def test_report_files(tmp_path):
    rows = [{"step": 4096 * k, "success": k / 20, "episode_return": 10.0 * k, "minutes": k / 2} for k in range(1, 20)]
    lines = [json.dumps(row) for row in rows] + [json.dumps({"step": 4096, "loss": 1.0}), '{"step": 81920, "succ']
    (tmp_path / "metrics.jsonl").write_text("\n".join(lines))
    write(tmp_path, {"environment_steps": 77_824, "minutes": 9.5})

    results = json.loads((tmp_path / "results.json").read_text())
    assert results["evaluation"]["agent"]["success"] == 0.93
    assert results["config"] == get_config().to_dict()
    assert results["training"] == {"environment_steps": 77_824, "minutes": 9.5}
    assert results["machine"]["packages"]["jax"]
    table = (tmp_path / "results.md").read_text()
    assert "agent, told of another flag" in table
    assert "environment steps: 77,824, minutes: 9.5." in table
    with Image.open(tmp_path / "learning_curve.png") as curve:
        assert curve.size == (960, 720)
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".json", ".jsonl", ".md", ".png"]


def test_evaluating_again_keeps_what_the_training_measured(tmp_path):
    write(tmp_path, {"minutes": 9.5})
    assert write(tmp_path, {})["training"] == {"minutes": 9.5}


def test_without_metrics_there_is_no_curve(tmp_path):
    write(tmp_path, {})
    assert not (tmp_path / "learning_curve.png").exists()


def test_a_half_written_line_is_left_out(tmp_path):
    (tmp_path / "metrics.jsonl").write_text('{"step": 1}\n{"step": 2, "suc')
    assert read_metrics(tmp_path / "metrics.jsonl") == [{"step": 1}]
    assert read_metrics(tmp_path / "none.jsonl") == []


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 13.5, [0, 2, 4, 6, 8, 10, 12]),
        (0.2, 0.9, [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
        (3, 60, [10, 20, 30, 40, 50, 60]),
    ],
)
def test_nice_ticks(low, high, ticks):
    assert nice_ticks(low, high) == pytest.approx(ticks)
