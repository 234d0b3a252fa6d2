"""A plan: what experiments.footprint and experiments.speed say of one configuration on one machine, and what else
would fit; as text and as JSON."""

import textwrap
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from experiments.agent import make_objective, parameters_by_part
from experiments.config_keys import SettingsError, demand
from experiments.footprint import DeviceBytes, HostBytes, device_bytes, host_bytes, minibatch_of, shape_of_state
from experiments.hardware import Machine, known
from experiments.settings import MeshSettings, RolloutSettings, Settings
from experiments.speed import Held, Speed, Work, speed_of, work_of
from experiments.worlds import understand
from genie3_env.tasks.instructions import instruction_table
from sima_jax.config import AGENTS
from sima_jax.learner.update import Objective
from sima_jax.tokens import PADDING
from sima_jax.types import TrainState

MB, GB = 1e6, 1e9
HOST_SHARE = 0.8  # of the host's memory: the rest is the system's, Python's and JAX's own
MOST_CHIPS = 256
WIDTH = 100  # of the text


@dataclass(frozen=True)
class Plan:
    """settings: with the mesh that is assumed."""

    settings: Settings
    machine: Machine
    parameters: dict[str, int]
    device: DeviceBytes
    host: HostBytes
    work: Work
    speed: Speed

    @property
    def devices(self) -> int:
        """In use: chips that the minibatches cannot be cut for are idle."""
        return self.settings.mesh.data * self.settings.mesh.model

    @property
    def fits_device(self) -> bool:
        return self.device.total <= self.machine.usable_memory

    @property
    def fits_host(self) -> bool:
        return self.host.total <= HOST_SHARE * self.machine.host_memory

    @property
    def fits(self) -> bool:
        return self.fits_device and self.fits_host


class Planner:
    """Plans for one prompt; what depends on the agent alone is counted once."""

    def __init__(self, settings: Settings):
        self._table = instruction_table((understand(settings).spec.task,))
        self._known: dict[Any, tuple[Objective, np.ndarray, TrainState]] = {}
        self._work: dict[Any, Work] = {}

    def plan(self, settings: Settings, machine: Machine) -> Plan:
        """On the largest mesh that the machine has and the minibatches can be cut for."""
        settings = replace(settings, mesh=mesh_for(settings, machine.count))
        objective, tokens, state = self._counted(settings)
        world = known()["worlds"]["megabytes"] * MB
        # Every process acts with a whole copy of its own, where there are several.
        device = device_bytes(settings, objective, state, tokens, attention=machine.chip.kind, processes=machine.hosts)
        key = settings.agent, settings.image, settings.ppo, settings.auxiliary, settings.num_envs
        if key not in self._work:
            self._work[key] = work_of(settings, objective, state.params, tokens)
        work = self._work[key]
        # A gradient step reads its state and writes it back; acting reads the parameters.
        held = Held(acting=device.parameters, learning=2 * device.arguments)
        return Plan(
            settings=settings,
            machine=machine,
            parameters=parameters_by_part(state.params),
            device=device,
            host=host_bytes(settings, machine.hosts, world),
            work=work,
            speed=speed_of(settings, work, held, machine),
        )

    def _counted(self, settings: Settings) -> tuple[Objective, np.ndarray, TrainState]:
        key = settings.agent, settings.image, settings.num_envs, settings.auxiliary, settings.ppo, settings.optimizer
        if key not in self._known:
            objective, tokens = make_objective(settings, self._table)
            tokens = tokens[:, : int((tokens != PADDING).sum(axis=1).max())]
            self._known[key] = objective, tokens, shape_of_state(settings, objective)
        return self._known[key]

    def advice(self, settings: Settings, machine: Machine) -> list[str]:
        """For each way out the first settings that fit, if there are any."""
        ways = (
            ("smaller minibatches", self._smaller(settings, machine)),
            ("more devices", self._more(settings, machine)),
            ("another agent", self._other(settings, machine)),
            ("fewer environments", self._fewer(settings, machine)),
            ("states in place of pictures", self._states(settings, machine)),
        )
        firsts = ((name, next((text for text, plan in plans if plan.fits), None)) for name, plans in ways)
        return [f"{name}: {first}" for name, first in firsts if first] or ["nothing that was tried"]

    def _try(self, settings: Settings, machine: Machine, **changes: Any) -> Plan | None:
        try:
            return self.plan(replace(settings, **changes), machine)
        except SettingsError:
            return None

    def _smaller(self, settings: Settings, machine: Machine) -> Iterator[tuple[str, Plan]]:
        ppo = settings.ppo
        for power in range(1, 12):
            for cut in range(power + 1):
                changed = replace(ppo, minibatches=ppo.minibatches * 2**power, sequences=ppo.sequences * 2**cut)
                plan = self._try(settings, machine, ppo=changed)
                if plan is not None and plan.devices >= mesh_size(settings, machine):
                    batch = minibatch_of(plan.settings)
                    flags = f"--config.ppo.minibatches={changed.minibatches}"
                    if cut:
                        flags += f" --config.ppo.sequences={changed.sequences}"
                    yield f"{flags} ({batch.pictures} pictures each)", plan
                    break

    def _more(self, settings: Settings, machine: Machine) -> Iterator[tuple[str, Plan]]:
        count = 2 * machine.count
        while count <= MOST_CHIPS:
            larger = Machine(machine.chip, count)
            plan = self._try(settings, larger)
            if plan is not None:
                yield f"--hardware={larger.name} (mesh {_mesh(plan)})", plan
            count *= 2

    def _other(self, settings: Settings, machine: Machine) -> Iterator[tuple[str, Plan]]:
        for name in reversed(AGENTS):
            if AGENTS[name] == settings.agent:
                continue
            plan = self._try(settings, machine, agent=AGENTS[name], agent_depth=None)
            if plan is not None:
                yield f"--config.agent={name} ({sum(plan.parameters.values()) / MB:.0f} M parameters)", plan

    def _states(self, settings: Settings, machine: Machine) -> Iterator[tuple[str, Plan]]:
        if settings.rollout.frames == "store":
            plan = self._try(settings, machine, rollout=RolloutSettings("rerender"))
            if plan is not None:
                yield "--config.rollout.frames=rerender", plan

    def _fewer(self, settings: Settings, machine: Machine) -> Iterator[tuple[str, Plan]]:
        envs = settings.num_envs // 2
        while envs >= 2:
            plan = self._try(settings, machine, num_envs=envs)
            if plan is not None:
                yield f"--config.num_envs={envs}", plan
            envs //= 2


def mesh_for(settings: Settings, count: int) -> MeshSettings:
    """As configured where that is `count` devices; else the longest "data" that environments, minibatches and pairs
    divide by. SettingsError where "model" alone is longer than `count`."""
    mesh = settings.mesh
    if mesh.data * mesh.model == count:
        return mesh
    demand(mesh.model <= count, "mesh.model", mesh.model, f"at most {count}, the devices of the machine")
    batch = minibatch_of(settings)
    data = count // mesh.model
    while settings.num_envs % data or batch.sequences % data or batch.pairs % data:
        data -= 1
    return MeshSettings(data, mesh.model)


def mesh_size(settings: Settings, machine: Machine) -> int:
    mesh = mesh_for(settings, machine.count)
    return mesh.data * mesh.model


def as_json(plan: Plan, advice: list[str]) -> dict[str, Any]:
    """Everything that as_text says. Bytes, seconds, dollars, FLOPs."""
    settings, machine, speed = plan.settings, plan.machine, plan.speed
    return {
        "agent": settings.agent.name,
        "hardware": machine.name,
        "mesh": asdict(settings.mesh),
        "parameters": plan.parameters,
        "device_bytes": asdict(plan.device) | {"total": plan.device.total},
        "device_usable_bytes": machine.usable_memory,
        "host_bytes": asdict(plan.host) | {"total": plan.host.total},
        "host_memory_bytes": machine.host_memory,
        "flops_per_step": asdict(plan.work),
        "speed": asdict(speed),
        "steps_per_second": speed.steps_per_second,
        "hours": speed.seconds / 3600,
        "dollars": _dollars(plan),
        "price": machine.chip.price,
        "sources": {"chip": machine.chip.figures, "host": machine.chip.host} | _assumed(),
        "fits": plan.fits,
        "advice": advice,
    }


def _assumed() -> dict[str, Any]:
    facts = known()
    return {
        "utilisation": facts["assumed"]["utilisation"],
        "usable": facts["assumed"]["usable"],
        "renderer": facts["renderer"]["source"],
        "worlds": facts["worlds"]["source"],
    }


def _dollars(plan: Plan) -> float | None:
    hourly = plan.machine.dollars
    return None if hourly is None else hourly * plan.speed.seconds / 3600


def as_text(plan: Plan, advice: list[str]) -> str:
    """The tables."""
    settings, machine = plan.settings, plan.machine
    image, batch = settings.image, minibatch_of(settings)
    idle = machine.count - plan.devices
    title = (
        f"{settings.agent.name} at {image.width}x{image.height} on {machine.name}, mesh {_mesh(plan)}"
        f"{f', {idle} chips idle' if idle else ''}\n{settings.num_envs} environments x {settings.rollout_steps} steps; "
        f"minibatches of {batch.pictures} pictures and {batch.pairs} pairs; frames: {settings.rollout.frames}"
    )
    tables = [
        ("Parameters, millions", _amounts(plan.parameters, MB)),
        (f"Bytes of each device, {_unit(plan.device.total)[0]}", _device_rows(plan)),
        (f"Bytes of each host, {_unit(plan.host.total)[0]}", _host_rows(plan)),
        ("Operations per environment step, GFLOP", _work_rows(plan)),
        ("Seconds per update", _speed_rows(plan)),
    ]
    texts = [title, *(_table(heading, rows) for heading, rows in tables), _verdict(plan)]
    if advice:
        texts.append("\n".join(["What would fit:", *(f"  {line}" for line in advice)]))
    facts, chip = known(), machine.chip
    notes = [
        f"Chip: {chip.figures}. Host: {chip.host}. Price: {chip.price}.",
        f"Utilisation: {facts['assumed']['utilisation']}. And {facts['assumed']['call']}.",
        f"Renderer: {facts['renderer']['source']}. Memory: {facts['assumed']['usable']}.",
    ]
    texts.append("\n".join(textwrap.fill(note, WIDTH, subsequent_indent="  ") for note in notes))
    return "\n\n".join(texts)


def _unit(total: int) -> tuple[str, float]:
    return ("GB", GB) if total >= GB else ("MB", MB)


Row = tuple[str, str, str]


def _number(value: float) -> str:
    return f"{value:,.2f}" if value >= 0.095 or value == 0.0 else f"{value:.2g}"


def _table(heading: str, rows: list[Row]) -> str:
    lines = [f"  {name:<19} {value:>9}  {remark}".rstrip() for name, value, remark in rows]
    return "\n".join([heading, *lines])


def _amounts(sizes: dict[str, int], unit: float, remarks: dict[str, str] | None = None) -> list[Row]:
    """Rows of all that are not zero, and of their sum."""
    told = remarks or {}
    rows = [(name.replace("_", " "), _number(size / unit), told.get(name, "")) for name, size in sizes.items() if size]
    return [*rows, ("total", _number(sum(sizes.values()) / unit), told.get("total", ""))]


def _device_rows(plan: Plan) -> list[Row]:
    sizes = asdict(plan.device)
    sizes["frames"] = plan.device.total - sum(size for name, size in sizes.items() if name != "frames")
    memory, usable = plan.machine.chip.memory_gb, plan.machine.usable_memory
    together = minibatch_of(plan.settings).together
    remarks = {
        "frames": "of one minibatch, and of the next on its way"
        if together == 1
        else f"of {together} minibatches, and of the next {together} on their way",
        "gradients": "and the optimiser's steps made of them",
        "gathered": "weights of a layer from all devices, and their gradient",
        "acting_copy": "of the parameters, whole, on each process's devices",
        "activations": "kept or computed again for the gradient",
        "total": f"of {usable / GB:.1f} GB that JAX takes of {memory:.1f}",
    }
    return _amounts(sizes, _unit(plan.device.total)[1], remarks)


def _host_rows(plan: Plan) -> list[Row]:
    remarks = {
        "rollout": "states, and what was decided"
        if plan.settings.rollout.frames == "rerender"
        else "with its pictures",
        "latents": "while the vision is frozen",
        "in_flight": "pictures of the pools, and of minibatches drawn ahead",
        "worlds": f"{plan.settings.worlds.num_train} to train in",
        "total": f"of {plan.machine.host_memory / GB:.0f} GB; {plan.machine.hosts} hosts",
    }
    if plan.machine.hosts == 1:
        remarks["total"] = f"of {plan.machine.host_memory / GB:.0f} GB"
    return _amounts(asdict(plan.host), _unit(plan.host.total)[1], remarks)


def _work_rows(plan: Plan) -> list[Row]:
    work, giga = plan.work, 1e9
    rows = [
        ("acting", _number(work.acting / giga), f"counted by {work.counted_by}"),
        ("learning", _number(work.learning / giga), "all epochs, with pairs and sentences"),
    ]
    if plan.speed.frozen_updates:
        rows.append(("learning, frozen", _number(work.learning_frozen / giga), "vision as it is"))
    return rows


def _speed_rows(plan: Plan) -> list[Row]:
    speed, assumed = plan.speed, known()["assumed"]
    rows = [
        (
            "collecting",
            _number(speed.collecting),
            f"thinking {_number(speed.thinking)} at {assumed['acting']:.0%} of peak",
        ),
        ("", "", f"drawing {_number(speed.drawing)} on {plan.machine.cores} cores; one half of the worlds while"),
        ("", "", "the agent thinks for the other"),
        (
            "learning",
            _number(speed.learning),
            f"computing {_number(speed.computing)} at {assumed['learning']:.0%} of peak",
        ),
    ]
    if speed.drawing_again:
        rows.append(("", "", f"drawing again {_number(speed.drawing_again)}, at the same time"))
    rows.append(("together", _number(speed.update), "one after the other: they alternate"))
    if speed.frozen_updates:
        rows.append(
            (
                "vision frozen",
                _number(speed.update_frozen),
                f"the first {speed.frozen_updates} of {speed.updates} updates",
            )
        )
    return rows


def _verdict(plan: Plan) -> str:
    speed, settings = plan.speed, plan.settings
    dollars = _dollars(plan)
    price = f"${dollars:,.2f}" if dollars is not None else "dollars unknown"
    hourly = f" at ${plan.machine.dollars:,.2f} an hour" if dollars is not None else ""
    steps = settings.total_updates * settings.steps_per_update
    fits = (
        "It fits."
        if plan.fits
        else "It does not fit the device."
        if not plan.fits_device
        else "It does not fit the host."
    )
    frozen = f" ({speed.frozen_steps_per_second:,.0f} with the vision frozen)" if speed.frozen_updates else ""
    return "\n".join(
        [
            f"{fits} Predicted: {speed.steps_per_second:,.0f} environment steps/s{frozen};",
            f"{steps:,} steps in {_number(speed.seconds / 3600)} hours; {price}{hourly}.",
            "Not counted: exchange between devices, evaluation, checkpoints, compilation.",
        ]
    )


def _mesh(plan: Plan) -> str:
    mesh = plan.settings.mesh
    return f"data={mesh.data} x model={mesh.model}"
