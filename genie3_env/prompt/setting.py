"""Setting: what the phrases of a prompt say of the whole world, and what follows from them all together."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from genie3_env.prompt.lexicon import lexicon
from genie3_env.prompt.spec import BODIES

USUAL_THEME = "village"
THINGS = ("object", "body", "ground", "relief", "material", "liquid")  # they imply a theme more than a mood does


@dataclass
class Setting:
    """found: fields of the spec. offered: (field, value, word, thing): for the spec if nothing else is said.
    opposed: (field, value) of what is so where nothing else is, because its opposite shall not be.

    themes, styles, hints, scenes: (phrase, value). in_water: words among themes for islands that may be of the sea.
    unwanted: (field, value, words) that shall not be. implying: (kind, value) of what may imply a theme, in order.
    vague: objects whose number the prompt does not give. left_coins: (colours, words) of coins to be left alone.
    """

    found: dict[str, Any] = field(default_factory=dict)
    offered: list[tuple[str, str, str, str]] = field(default_factory=list)
    opposed: list[tuple[str, Any]] = field(default_factory=list)
    objects: dict[str, int | None] = field(default_factory=dict)
    vague: set[str] = field(default_factory=set)
    bodies: dict[str, str | None] = field(default_factory=dict)
    themes: list[tuple[str, str]] = field(default_factory=list)
    styles: list[tuple[str, str]] = field(default_factory=list)
    in_water: list[str] = field(default_factory=list)
    hints: list[tuple[str, str]] = field(default_factory=list)
    scenes: list[tuple[str, str]] = field(default_factory=list)
    unwanted: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    unwanted_liquids: list[str] = field(default_factory=list)
    left_coins: list[tuple[list[str], tuple[str, ...]]] = field(default_factory=list)
    implying: list[tuple[str, str]] = field(default_factory=list)
    understood: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def set(self, name: str, value: Any) -> bool:
        """Fix a field of the spec; False, and a note, where it is another already."""
        before = self.found.get(name, value)
        if name == "task" and before == "collect_coins" != value and ("coin", "coins") in self.implying:
            before = value  # "parkour with coins"
        self.implying.append((name, name if isinstance(value, bool) else str(value)))
        if before != value:
            self.notes.append(f"The {_shown(name)} is {_shown(before)}; it cannot be {_shown(value)} as well.")
            return False
        self.found[name] = value
        return True

    def offer(self, name: str, value: str, word: str, thing: str = "") -> None:
        """A field of the spec for when nothing else is said of it; `thing`: what it was said of."""
        self.offered.append((name, value, word, thing))

    def oppose(self, name: str, value: Any, opposite: Any, words: tuple[str, ...]) -> None:
        """A field of the spec shall not be so: it is the opposite, or what else is said ("not night but dusk")."""
        self.unwanted.append((name, value, words))
        self.opposed.append((name, opposite))
        self.implying.append((name, name if isinstance(opposite, bool) else str(opposite)))

    def fields(self) -> dict[str, Any]:
        """The fields of the spec; without "theme" where nothing known was said."""
        self._take_offers()
        self._leave_islands_in_water()
        self._choose_theme()
        if "theme" in self.found:
            self._bring()
            self._fill_bodies()
            self._keep_to_room()
            self._leave_coins()
            self._refuse_unwanted()
            self._tell_what_stays()
        return self.found | ({"objects": self.objects} if self.objects else {})

    def named(self) -> bool:
        """Whether a place was named, by whatever word."""
        return bool(self.themes or self.styles or any(_place(scene) for _, scene in self.scenes))

    def _take_offers(self) -> None:
        for name, value, word, thing in self.offered:
            if self.found.setdefault(name, value) != value:
                self.not_understood.append(word)
                continue
            self.understood.append(word)
            self.implying.append((name, value))
            note = f"All that is built is of {value}, not only the {thing}."
            if thing and note not in self.notes:
                self.notes.append(note)
        for name, opposite in self.opposed:
            self.found.setdefault(name, opposite)

    def _leave_islands_in_water(self) -> None:
        """Islands float in the sky here: where the sea or a lake is named, an island in it is told, and is none."""
        named = [theme for _, theme in self.themes + self.styles] + [scene for _, scene in self.scenes]
        if self.in_water and ("harbour" in named or self.bodies.get("lake", "none") != "none" or self._at_sea()):
            self.themes = [(word, theme) for word, theme in self.themes if word not in self.in_water]
            self.not_understood += self.in_water
            self.notes.append("An island floats in the sky; there is none in a lake or in the sea.")

    def _at_sea(self) -> bool:
        return any(lexicon().implied.get(name) == "harbour" and count != 0 for name, count in self.objects.items())

    def _choose_theme(self) -> None:
        """The theme named that ranks highest, or what a style, a scene or a thing implies."""
        unwanted = {value for kind, value, _ in self.unwanted if kind == "theme"}
        for theme in self._candidates():
            if theme not in unwanted:
                self.found["theme"] = theme
                break
        chosen = self.found.get("theme")
        for word, theme in self.hints:
            (self.understood if theme == chosen else self.not_understood).append(word)

    def _candidates(self) -> Iterator[str]:
        lexicon_ = lexicon()
        scenes = sorted({scene for _, scene in self.scenes}, key=list(lexicon_.brings).index)
        for named in (self.themes, self.styles):
            yield from sorted({theme for _, theme in named}, key=lambda theme: -lexicon_.brings[theme]["rank"])
        yield from (lexicon_.brings[scene]["theme"] for scene in scenes if _place(scene))
        yield from (theme for _, theme in self.hints if theme != "islands")
        implied = [lexicon_.implied[v] for kind, v in self.implying if kind in THINGS and v in lexicon_.implied]
        yield from (theme for theme in implied if self._has_ground_for(theme))
        yield from (theme for _, theme in self.hints)  # who sees the sky need not be in it
        yield from (lexicon_.brings[scene]["theme"] for scene in scenes if "theme" in lexicon_.brings[scene])
        yield from (lexicon_.implied[value] for _, value in self.implying if value in lexicon_.implied)
        if self.implying or self.scenes or self.unwanted or self.unwanted_liquids or self.objects:
            yield USUAL_THEME

    def _has_ground_for(self, theme: str) -> bool:
        """Whether the ground asked for is not another than the theme stands for: rocks in the grass are no desert."""
        own, asked = lexicon().brings[theme].get("ground"), self.found.get("ground")
        return None in (own, asked) or asked in (own, "rock")

    def _bring(self) -> None:
        """What scenes bring, and themes that are not the world's own, wherever nothing else was said."""
        brings = lexicon().brings
        for word, scene in self.scenes:
            (self.understood if self._take(brings[scene]) else self.not_understood).append(word)
        for word, theme in self.themes + self.styles:
            other = theme != self.found["theme"]
            (self.understood if not other or self._take(brings[theme]) else self.not_understood).append(word)

    def _take(self, brought: Any) -> bool:
        """Whether anything of what is brought is so in the end."""
        taken = brought.get("theme") == self.found["theme"]
        for name, count in brought.get("objects", {}).items():
            if name not in self.objects:
                self.vague.add(name)
            taken |= self.objects.setdefault(name, None if count == "some" else count) != 0
        for name, value in brought.items():
            if name in BODIES:
                if value not in self.unwanted_liquids:
                    taken |= self.bodies.setdefault(name, self.found.get("liquid", value)) != "none"
            elif name not in ("rank", "theme", "place", "objects"):
                taken |= self.found.setdefault(name, value) == value
        return taken

    def _fill_bodies(self) -> None:
        """What moats, rivers and lakes hold that were named without saying it."""
        usual = self.found.get("liquid") or lexicon().brings[self.found["theme"]].get("liquid", "water")
        for body, filling in self.bodies.items():
            self.found[body] = filling or usual
        if self.unwanted_liquids and self.found.get("liquid") in (None, *self.unwanted_liquids):
            self.found["liquid"] = "none"

    def _leave_coins(self) -> None:
        for colours, words in self.left_coins:
            wanted = self.found.get("coin_colour")
            if wanted and wanted not in colours:
                self.understood += words
            else:
                self.not_understood += words
                self.notes.append("Coins are left alone by their colour only where one colour is to be collected.")

    def _refuse_unwanted(self) -> None:
        """What shall not be is not, unless it was asked for as well."""
        for name, value, words in self.unwanted:
            is_so = self.found.get(name) == value
            (self.not_understood if is_so else self.understood).extend(words)
            if is_so:
                self.notes.append(f"The {name} is {_shown(value)}, as was asked for as well.")

    def _keep_to_room(self) -> None:
        """As many things as a theme has room for, where the prompt does not give their number."""
        most = lexicon().room.get(self.found["theme"])
        for name in self.vague:
            if most and (self.objects.get(name) or 0) > most:
                self.objects[name] = most

    def _tell_what_stays(self) -> None:
        """What was asked for and is not taken as it is by a world of this theme."""
        shows = any(count != 0 for name, count in self.objects.items() if name in lexicon().built)
        for name, why in lexicon().fixed.get(self.found["theme"], {}).items():
            thing = name.removeprefix("no ")
            if name in self.found and not (name == "material" and shows):
                self.notes.append(why)
            elif thing in self.objects and (
                self.objects[thing] == 0 if thing != name else self.objects[thing] is not None
            ):
                if self.objects.pop(thing):
                    self.objects[thing] = None
                self.notes.append(why)
        if self.objects.get("bridge") == 0 and self.found.get("liquid") != "none":
            self.notes.append("Where a river, a lake or a moat lies in the way there is a bridge over it at least.")


def _place(scene: str) -> bool:
    return lexicon().brings[scene].get("place", False)


def _shown(value: Any) -> str:
    return str(value).replace("_", " ")
