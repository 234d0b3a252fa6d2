"""Which rows of an instruction table are given in which worlds."""

from collections.abc import Sequence

import numpy as np

from genie3_env.sim.step import instruction_key, instruction_rows
from genie3_env.tasks.instructions import Instruction
from genie3_env.world import FLAG_COLOURS, World


def rows_of_split(table: Sequence[Instruction], split: str, worlds: Sequence[World]) -> tuple[np.ndarray, np.ndarray]:
    """Rules.instruction_rows and instruction_start; ValueError where a flag could not be named."""
    splits = sorted({instruction.split for instruction in table})
    if split not in splits:
        raise ValueError(f"Unknown split {split!r} of the instructions; known: {', '.join(splits) or 'none'}.")
    keys = [instruction_key(row.task, row.colour) if row.split == split else -1 for row in table]
    for world in worlds:
        coins = world.spec.task == "collect_coins"
        for colour in (world.coin_colours if coins else world.flag_colours).tolist():
            if instruction_key(world.spec.task, colour) not in keys:
                thing = f"{FLAG_COLOURS[colour]} coins" if coins else f"a {FLAG_COLOURS[colour]} flag"
                raise ValueError(
                    f"No instruction of split {split!r} and task {world.spec.task!r} names {thing}; add one to the"
                    " table."
                )
    return instruction_rows(keys)
