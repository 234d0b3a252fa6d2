"""Does the agent reach the flag that it is told to, in worlds and words that it has never met?

    python -m experiments.evaluate --workdir=runs/castle

plays the last checkpoint of a run; in the same episodes a random policy; and the agent once more, told of another flag
of the same world (success still counts for the original one: an agent that listens must fail). Then it writes
results.json, results.md, learning_curve.png and a film of some of the episodes into the workdir. About a minute.
"""

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.command import Options, run_command
from experiments.episodes import EvaluationResult, Policy, RandomPolicy, WrongInstruction, evaluate
from experiments.errors import UserError
from experiments.film import evaluation_film, save_film
from experiments.report import results_table, write_report
from experiments.settings import Settings
from experiments.workdir import saved_config
from experiments.worlds import evaluation_pool, held_out_worlds
from genie3_env.pool import WorldPool

FILM = "evaluation.webp"
EPISODES_SEED, POLICY_SEED = 1000, 2000  # added to the experiment's seed: apart from training's streams


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    return run_command(_evaluate_run, __doc__, argv)


def _evaluate_run(options: Options) -> int:
    if saved_config(options.workdir) is None:
        raise UserError(f"The workdir {options.workdir} holds no run; train first, or give another --workdir=DIR.")
    settings = Settings.from_config(options.config)
    # JAX and the checkpoints are loaded when everything else is known to be right: it takes seconds.
    from experiments.agent import load_policy

    with evaluation_pool(settings, held_out_worlds(settings)) as pool:
        policy, steps = load_policy(settings, options.workdir, pool.instruction_table)
        print(f"Evaluating the agent after {steps:,} environment steps.", flush=True)
        evaluate_and_report(settings, options.config, policy, pool, options.workdir)
    return 0


def evaluate_and_report(
    settings: Settings,
    config: dict[str, Any],
    policy: Policy,
    pool: WorldPool,
    workdir: Path,
    training: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Play, measure, write everything down, print the table. Returns what results.json holds.

    pool: worlds.evaluation_pool; training: what the training measured (see report.write_report).
    """
    began = time.perf_counter()
    results = play_all(settings, policy, pool)
    evaluations = {name: result.summary() for name, result in results.items()}
    print(f"Evaluated in {time.perf_counter() - began:.0f} s.\n\n{results_table(evaluations)}\n", flush=True)
    report = write_report(workdir, config, evaluations, training or {})
    save_film(evaluation_film(results["agent"], pool.worlds, pool.instruction_table), workdir / FILM)
    print(f"Results, learning curve and film are in {workdir}.", flush=True)
    return report


def play_all(settings: Settings, policy: Policy, pool: WorldPool) -> dict[str, EvaluationResult]:
    """The three runs: "agent", "random", "wrong_instruction", all in the same episodes."""
    seed = settings.seed
    runs = {
        "agent": (policy, None),
        "random": (RandomPolicy(seed + POLICY_SEED), None),
        "wrong_instruction": (policy, WrongInstruction(pool, seed + POLICY_SEED)),
    }
    return {
        name: evaluate(
            player,
            pool,
            settings.eval.episodes,
            seed=seed + EPISODES_SEED,
            tell=tell,
            action_repeat=settings.episode.action_repeat,
        )
        for name, (player, tell) in runs.items()
    }


if __name__ == "__main__":
    sys.exit(main())
