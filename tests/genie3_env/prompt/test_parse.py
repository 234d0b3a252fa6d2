"""Sentences and what is understood of them."""

import re

import pytest

from genie3_env.prompt.parse import MAX_PROMPT_LENGTH, parse
from genie3_env.prompt.spec import WorldSpec


def test_the_first_sentence_is_understood_completely():
    read = parse("a medieval castle with lava moat")
    assert read.spec == WorldSpec("castle", moat="lava")
    assert read.understood == ("medieval", "castle", "lava", "moat")
    assert (read.not_understood, dict(read.suggestions), read.notes) == ((), {}, ())


@pytest.mark.parametrize(
    ("prompt", "theme", "wanted"),
    [
        ("castle", "castle", {}),
        ("A FORTRESS!", "castle", {}),
        ("château", "castle", {}),
        ("a castle by moonlight", "castle", {"hour": "night"}),
        ("a sunny citadel", "castle", {"hour": "day"}),
        ("a large castle", "castle", {"size": "large"}),
        ("a castle, small and bright", "castle", {"size": "small", "hour": "day"}),
        ("a castle with a magma-filled moat", "castle", {"moat": "lava"}),
        ("a castle with a moat of water", "castle", {"moat": "water"}),
        ("a castle with a moat", "castle", {"moat": "water"}),
        ("a castle without a moat", "castle", {"moat": "none"}),
        ("a castle without lava", "castle", {"liquid": "none"}),
        ("a castle with no lava moat", "castle", {"moat": "none"}),
        ("a castle with three towers", "castle", {"objects": {"tower": 3}}),
        ("a 4-tower castle", "castle", {"objects": {"tower": 4}}),
        ("a castle with a tower and two gates", "castle", {"objects": {"tower": 1, "gate": 2}}),
        ("a castle with a dozen towers", "castle", {"objects": {"tower": 12}}),
        ("a village with twenty five trees", "village", {"objects": {"tree": 25}}),
        ("a castle with towers and 5 coloured flags", "castle", {"objects": {"tower": None}, "flags": 5}),
        ("a castle without a lava moat or trees", "castle", {"moat": "none", "objects": {"tree": 0}}),
        ("no lava and three towers, castle", "castle", {"liquid": "none", "objects": {"tower": 3}}),
        ("an easy castle", "castle", {"difficulty": 0.1}),
        ("a village not at night", "village", {"hour": "day"}),
        ("a forest without snow", "forest", {"weather": "clear"}),
        ("stormy arctic mountains", "ice", {"weather": "rain", "relief": "mountainous"}),
        ("a marble temple in ruins", "temple", {"material": "marble", "ruined": True}),
        ("an abandoned space station", "station", {"ruined": True}),
        ("collect seven golden coins in a mine", "mine", {"task": "collect_coins", "coins": 7}),
        ("parkour over sky islands", "islands", {"task": "parkour"}),
        ("a maze with a key and a locked door", "maze", {"task": "puzzle"}),
        ("a village with a red flag and a blue flag", "village", {"flag_colours": ("red", "blue")}),
        ("a village with red, blue and green flags", "village", {"flag_colours": ("red", "blue", "green")}),
        ("three blue flags in a forest", "forest", {"flag_colours": ("blue",) * 3}),
        ("a village with a river of acid and a lake", "village", {"river": "acid", "lake": "water"}),
        ("collect five red coins in a mine", "mine", {"task": "collect_coins", "coins": 5, "coin_colour": "red"}),
        ("a mine where the coins are blue", "mine", {"task": "collect_coins", "coin_colour": "blue"}),
        (
            "collect red coins, not the blue coins, in a mine",
            "mine",
            {"task": "collect_coins", "coin_colour": "red"},
        ),
        ("a hard parkour over sky islands", "islands", {"task": "parkour", "difficulty": 0.8}),
        ("a very easy puzzle in a mine", "mine", {"task": "puzzle", "difficulty": 0.05}),
        ("a village where the flags are red and blue", "village", {"flag_colours": ("red", "blue")}),
        ("a village, blue flags (3), towers: 2", "village", {"flag_colours": ("blue",) * 3, "objects": {"tower": 2}}),
        # A negation reaches over a list, to its end and no farther.
        ("a castle without trees, towers or water", "castle", {"objects": {"tree": 0, "tower": 0}, "liquid": "none"}),
        ("a castle without trees and towers", "castle", {"objects": {"tree": 0, "tower": 0}}),
        ("a castle without trees and three towers", "castle", {"objects": {"tree": 0, "tower": 3}}),
        ("a castle without trees, with towers", "castle", {"objects": {"tree": 0, "tower": None}}),
        ("a castle, no trees, towers, night", "castle", {"objects": {"tree": 0, "tower": None}, "hour": "night"}),
        ("neither trees nor towers in a village", "village", {"objects": {"tree": 0, "tower": 0}}),
        ("a village, not a castle", "village", {}),
        ("a village without grass", "village", {"ground": "rock"}),
        ("an old castle in autumn", "castle", {"overgrown": True, "foliage": "autumn", "objects": {"tree": None}}),
        ("a black castle", "castle", {"material": "obsidian"}),
        ("a castle with wooden bridges", "castle", {"objects": {"bridge": None}}),
        ("a medieval village", "village", {"objects": {"tower": 3, "wall": 2}}),
        ("a village with lots of lamps", "village", {"objects": {"lamp": 15}}),
        # Of two themes one is the setting of the other.
        ("a castle in the desert", "castle", {"ground": "sand"}),
        ("a castle in a forest", "castle", {"objects": {"tree": 18}}),
        ("a cyberpunk rooftop race track", "rooftops", {"objects": {"racetrack": 1}}),
        ("a maze under a volcano", "maze", {"ground": "ash", "liquid": "lava"}),
        ("a castle on a floating island", "castle", {"edge": "floating"}),
        ("a village in a forest without trees", "village", {"objects": {"tree": 0}}),
        # A prompt that names no theme has that of what it names first.
        ("two windmills and a river", "village", {"objects": {"windmill": 2}, "river": "water"}),
        ("a lighthouse at dusk", "harbour", {"hour": "dusk", "objects": {"lighthouse": 1}}),
        ("under a cloudy sky", "islands", {}),
        (
            "an icy temple at dusk with a broken bridge over acid and three blue flags",
            "temple",
            {
                "ground": "snow",
                "hour": "dusk",
                "liquid": "acid",
                "objects": {"broken_bridge": 1},
                "flag_colours": ("blue",) * 3,
            },
        ),
    ],
)
def test_english(prompt, theme, wanted):
    read = parse(prompt)
    assert read.spec == WorldSpec(theme, **wanted)
    assert set(read.not_understood) <= {"cloudy", "forest"} and not read.notes


@pytest.mark.parametrize(
    ("prompt", "theme", "wanted"),
    [
        ("一座有熔岩護城河的中世紀城堡", "castle", {"moat": "lava"}),
        ("一座有熔岩护城河的中世纪城堡", "castle", {"moat": "lava"}),
        (
            "沒有樹的雪中村莊有三座塔和兩口井",
            "village",
            {"weather": "snow", "objects": {"tree": 0, "tower": 3, "well": 2}},
        ),
        ("夜晚的赛博朋克屋顶赛道", "rooftops", {"hour": "night", "objects": {"racetrack": 1}}),
        ("森林里有二十五棵樹和一條河", "forest", {"objects": {"tree": 25}, "river": "water"}),
        ("收集五枚金幣的迷宮", "maze", {"task": "collect_coins", "coins": 5}),
        ("太空站有三面藍色的旗幟", "station", {"flag_colours": ("blue",) * 3}),
        ("a castle 在沙漠里", "castle", {"ground": "sand"}),
    ],
)
def test_chinese_in_both_scripts(prompt, theme, wanted):
    read = parse(prompt)
    assert read.spec == WorldSpec(theme, **wanted)
    assert not read.not_understood and not read.notes


@pytest.mark.parametrize(
    ("prompt", "wanted", "not_understood", "suggestions"),
    [
        ("a grumpy castle", {}, ("grumpy",), {}),
        ("a castle with a laava moat", {"moat": "water"}, ("laava",), {"laava": "lava"}),
        ("a castle with three towrs", {}, ("towrs", "three"), {"towrs": "tower"}),
        ("a castle with a big tower", {"objects": {"tower": 1}}, ("big",), {}),
        ("three castles", {}, ("three",), {}),
        ("a red castle", {}, ("red",), {}),
        ("a castle without", {}, ("without",), {}),
        ("a castle without flags", {}, ("without", "flags"), {}),
        ("a sky above a castle", {}, ("sky",), {}),
        ("a castle without any dragons, with towers", {"objects": {"tower": None}}, ("dragons", "without any"), {}),
        ("a castle with a copper dragon", {}, ("copper", "dragon"), {}),
        ("a lush castle with purple flags", {}, ("lush", "purple"), {}),
        ("a castle with a road to the left", {}, ("road", "left"), {}),
        ("有城牆的怪異城堡", {"objects": {"wall": None}}, ("怪異",), {}),
    ],
)
def test_what_changes_nothing_is_told(prompt, wanted, not_understood, suggestions):
    read = parse(prompt)
    assert read.spec == WorldSpec("castle", **wanted)
    assert (read.not_understood, dict(read.suggestions)) == (not_understood, suggestions)


@pytest.mark.parametrize(
    ("prompt", "wanted", "note"),
    [
        ("a castle with nine flags", {"flags": 5}, "A world has 3 to 5 flags, not 9; it has 5."),
        ("a castle with 99 towers", {"objects": {"tower": 12}}, "A world has at most 12 of 'towers', not 99."),
        ("a castle by day and by night", {"hour": "day"}, "The hour is day; it cannot be night as well."),
        (
            "a castle with a lava moat and a water moat",
            {"moat": "lava"},
            "A world has one moat; it holds lava, not water.",
        ),
        (
            "a castle with trees and three trees and four trees",
            {"objects": {"tree": 3}},
            "'trees': 3 and 4 were asked for; there are 3.",
        ),
        ("a castle without gates", {}, "A castle has a gate at least."),
        (
            "a castle with golden statues",
            {"material": "gold", "objects": {"statue": None}},
            "All that is built is of gold, not only the statues.",
        ),
        ("castel", {}, "'castel' was read as 'castle'."),
        (
            "collect seven gems in a castle",
            {"task": "collect_coins", "coins": 7, "objects": {"crystal": 7}},
            "Coins are what can be collected, not 'gems'.",
        ),
        (
            "a castle with a tower made of ice",
            {"ground": "snow", "objects": {"tower": 1}},
            "Nothing can be built of 'ice': the ground is snow.",
        ),
        ("a castle made of lava", {"liquid": "lava"}, "Nothing can be built of 'lava': it flows there."),
        (
            "a castle on an island in a lake",
            {"lake": "water"},
            "An island floats in the sky; there is none in a lake or in the sea.",
        ),
        ("a snowy castle without snow", {"weather": "snow"}, "The weather is snow, as was asked for as well."),
        (
            "collect 1000 coins in a castle",
            {"task": "collect_coins", "coins": 12},
            "A world has 1 to 12 coins to collect, not 1000; it has 12.",
        ),
    ],
)
def test_what_cannot_be_is_noted_and_the_nearest_is_made(prompt, wanted, note):
    read = parse(prompt)
    assert read.spec == WorldSpec("castle", **wanted)
    assert read.notes == (note,)


def test_capitals_and_punctuation_change_nothing():
    plain = parse("a large castle at night with three towers and no trees")
    assert parse("  A LARGE castle: at NIGHT... with (three) towers -- and no trees?!  ") == plain


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("", "has no words"),
        (" ?! ", "has no words"),
        (None, "must be text, such as 'a castle at night'; got NoneType"),
        (b"a castle", "must be text"),
        ("castle " * 100, f"700 characters; at most {MAX_PROMPT_LENGTH}"),
        ("qwertz", "'qwertz' names no theme that is known. Known themes: castle, rooftops, "),
        ("lavva", "'lavva' names no theme that is known. Did you mean 'lava'?"),
    ],
)
def test_what_says_nothing_is_refused(prompt, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        parse(prompt)
