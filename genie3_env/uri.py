"""genie3:// addresses of worlds: a sentence with parameters, or a file.

`genie3://a%20castle%20at%20night?task=reach_flag&difficulty=0.4&seed=7&size=large&num_worlds=4` are the worlds of a
sentence, its parameters being stronger than its words; `preset=hard` stands for a task and its difficulty.
`genie3:///path/to/castle.g3world` is a saved world, `genie3:///path/to/folder` all of a folder's, by name.
"""

import dataclasses
import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from genie3_env.checks import check_count
from genie3_env.env import WorldEnv
from genie3_env.prompt.parse import parse
from genie3_env.prompt.spec import PRESETS, THEMES, WorldSpec
from genie3_env.world import World
from genie3_env.world_file import SUFFIX, load_world
from genie3_env.worldgen.builder import WorldBuilder

SCHEME = "genie3"
EXAMPLE = f"{SCHEME}://a%20castle%20at%20night?seed=7&size=large"
FILE_EXAMPLE = f"{SCHEME}:///path/to/castle{SUFFIX}"
COUNTS = {"num_worlds": 1, "seed": 0}  # with their defaults
MAX_LENGTH = 8192
PRESET = "preset"  # stands for some of the fields of a spec
NOT_ONE_WORD = ("objects", "flag_colours")  # fields of a spec that only a sentence or JSON can say


@dataclass(frozen=True)
class WorldURI:
    """What an address says: a sentence or a path. ValueError where that cannot be.

    prompt: the sentence; path: the file or folder, absolute. One of them is None.
    num_worlds, seed: of the worlds of the sentence.
    overrides: (field of WorldSpec, value), by name: what is replaced in the spec that the sentence asks for.
    """

    prompt: str | None = None
    path: str | None = None
    num_worlds: int = COUNTS["num_worlds"]
    seed: int = COUNTS["seed"]
    overrides: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self):
        if bool(self.prompt) == bool(self.path):
            raise ValueError(f"An address names a sentence or a file: {EXAMPLE} or {FILE_EXAMPLE}.")
        if self.path and not self.path.startswith("/"):
            raise ValueError(
                f"Write two slashes before a sentence and three before a file; got {self.path!r} after none."
            )
        check_count("num_worlds", self.num_worlds, 1)
        check_count("seed", self.seed, 0)
        object.__setattr__(self, "overrides", tuple(sorted(self.overrides)))
        if self.path and (self.overrides or (self.num_worlds, self.seed) != tuple(COUNTS.values())):
            raise ValueError(f"A saved world is as it is: {self.path!r} takes no parameters; leave them out.")
        WorldSpec.from_dict({"theme": THEMES[0], **dict(self.overrides)})  # whether the values can be

    def __str__(self) -> str:
        """The address as text, which `parse_uri` reads."""
        if self.path:
            return f"{SCHEME}://{quote(self.path)}"
        said = {name: value for name, default in COUNTS.items() if (value := getattr(self, name)) != default}
        said |= {name: _text(value) for name, value in self.overrides}
        return f"{SCHEME}://{quote(self.prompt or '', safe='')}" + ("?" + urlencode(said) if said else "")


def parse_uri(text: str) -> WorldURI:
    """What an address says; ValueError names what is wrong with it."""
    if not isinstance(text, str):
        raise ValueError(f"An address is text such as {EXAMPLE}; got {type(text).__name__}.")
    if len(text) > MAX_LENGTH:
        raise ValueError(f"The address has {len(text)} characters; at most {MAX_LENGTH} are read.")
    if not text.isprintable():
        raise ValueError(f"The address {text!r} has characters that cannot be printed; write them as in %20.")
    try:
        parts = urlsplit(text)
        prompt, path = (unquote(part, errors="strict") for part in (parts.netloc, parts.path))
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), errors="strict")
    except ValueError as failure:
        raise ValueError(f"{text!r} is no address ({failure}); it looks like {EXAMPLE}.") from failure
    if parts.scheme != SCHEME:
        raise ValueError(f"{text!r} does not begin with '{SCHEME}://', as in {EXAMPLE}.")
    if parts.fragment:
        raise ValueError(f"{text!r} has a part after '#'; write '#' as %23 if it belongs to the sentence.")
    if prompt and path.strip("/"):
        raise ValueError(f"{text!r} has a '/' in its sentence; write it as %2F. Files have three: {FILE_EXAMPLE}.")
    if prompt.endswith(SUFFIX):
        raise ValueError(f"{prompt!r} is a sentence with two slashes before it; a file has three: {FILE_EXAMPLE}.")
    values = _read_parameters(given)
    own = {name: values.pop(name) for name in COUNTS if name in values}
    if PRESET in values:
        values = _fields_of_preset(values.pop(PRESET)) | values
    return WorldURI(
        prompt=prompt or None, path=None if prompt else path or None, **own, overrides=tuple(values.items())
    )


def spec_of(uri: WorldURI) -> WorldSpec:
    """The spec of an address with a sentence; ValueError where the sentence says nothing that is known."""
    if uri.prompt is None:
        raise ValueError(f"{uri} names a file, which has specs of its own; load it with worlds_of(uri).")
    return dataclasses.replace(parse(uri.prompt).spec, **dict(uri.overrides))


def worlds_of(uri: WorldURI) -> list[World]:
    """The worlds of an address, made or loaded; ValueError where they cannot be, OSError where there is no file."""
    if uri.path is None:
        return WorldBuilder().generate(spec=spec_of(uri), num_worlds=uri.num_worlds, seed=uri.seed)
    path = Path(uri.path)
    files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not files:
        raise ValueError(
            f"The folder {uri.path!r} holds no {SUFFIX} file; `python -m genie3_env.generate` writes some."
        )
    return [load_world(file) for file in files]


def make(uri_or_prompt: str, **settings: Any) -> WorldEnv:
    """The environment of an address ("genie3://...") or of a sentence.

    settings: of WorldEnv (height, width, render_mode ...); with an address without `worlds`, `num_worlds` and
    `world_seed`, which it says itself.
    """
    if not isinstance(uri_or_prompt, str) or not uri_or_prompt.lower().startswith(f"{SCHEME}:"):
        return WorldEnv(uri_or_prompt, **settings)
    for name in ("worlds", "num_worlds", "world_seed"):
        if name in settings:
            raise ValueError(f"{name} is what the address decides; say it there, as in {EXAMPLE}&num_worlds=4.")
    return WorldEnv(worlds=worlds_of(parse_uri(uri_or_prompt)), **settings)


def _read_parameters(given: list[tuple[str, str]]) -> dict[str, Any]:
    """Values of the parameters by name; ValueError names one that is unknown, said twice or unreadable."""
    fields = {field.name: field for field in dataclasses.fields(WorldSpec) if field.name not in NOT_ONE_WORD}
    known = [*COUNTS, PRESET, *fields]
    values: dict[str, Any] = {}
    for name, text in given:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f" did you mean {close[0]!r}?" if close else ""
            raise ValueError(f"Unknown parameter {name!r} of an address;{hint} known: {', '.join(known)}.")
        if name in values:
            raise ValueError(f"The parameter {name!r} is given twice, as {values[name]!r} and {text!r}; give it once.")
        read, expected = _readers(int if name in COUNTS else str if name == PRESET else fields[name].type)
        try:
            values[name] = read(text)
        except (ValueError, KeyError):
            raise ValueError(f"The parameter {name} must be {expected}; got {text!r}.") from None
    return values


def _fields_of_preset(name: str) -> dict[str, Any]:
    WorldSpec(THEMES[0]).with_preset(name)  # whether there is one
    return dict(PRESETS[name])


def _readers(kind: Any) -> tuple[Callable[[str], Any], str]:
    """How a value of a type is read, and what is expected there."""
    kinds = str(kind)
    if "bool" in kinds:
        return {"true": True, "false": False}.__getitem__, "true or false"
    if "int" in kinds:
        return int, "a whole number"
    if "float" in kinds:
        return float, "a number"
    return str, "text"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
