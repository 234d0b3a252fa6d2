# ruff: noqa: RUF001 (the full-width forms are meant)
"""Sentences as strangers say them: the theme and the fields that each decides, and what is told to mean nothing."""

import re
import unicodedata

import pytest

from genie3_env.prompt.parse import parse
from genie3_env.prompt.phrases import singulars
from genie3_env.prompt.spec import WorldSpec

# Words that say nothing of a world by themselves. Typed here again: a word of the lexicon's that were wrongly among its
# own joining ones would be missed in these sentences.
JOINING = frozenset(
    re.findall(
        r"\w+",
        """a an the of in on at by to with and or but is are it its that this there from over under for while where near
        through around surrounded beside into onto above below than as be has have deep made make me build put any
        really very w just usual please called next top set i you my don t middle front so too out reach connected
        covered during one us like full inside up across ones filled overlooking can s touching hard nor weather find
        all only except everything world another leading""",
    )
)
JOINING_ZH = set(
    "的了着在里有和与上下中个座条片面口顶棵枚艘间是被由从把这那也而且就都之边旁四周围请我想要给停插住跨横到过流一脚关卡别些"
    "腳裡裏著來处處頂條個間邊週關請過圍做拿到顆央时只建還"
)

SENTENCES = [
    ("A cyberpunk rooftop race track", "rooftops", {"objects": {"racetrack": 1}}, ""),
    (
        "a quiet fishing village at dawn with fog over the harbour",
        "harbour",
        {"hour": "dusk", "objects": {"boat": None, "house": None}, "weather": "fog"},
        "quiet",
    ),
    (
        "Ancient ruins deep in the jungle, with vines and a hidden waterfall",
        "forest",
        {"ground": "moss", "objects": {"bush": None, "palm": None, "ruin": None, "waterfall": 1}, "overgrown": True},
        "hidden",
    ),
    (
        "a haunted mansion on a hill during a thunderstorm",
        "village",
        {
            "hour": "night",
            "objects": {"dead_tree": None, "house": 1},
            "relief": "hilly",
            "ruined": True,
            "weather": "rain",
        },
        "",
    ),
    (
        "pirate cove with two ships, palm trees and a treasure chest",
        "harbour",
        {"objects": {"barrel": None, "boat": 2, "cannon": None, "crate": 1, "palm": None}},
        "",
    ),
    (
        "snow-covered mountains with pine trees and a frozen lake",
        "ice",
        {"ground": "snow", "lake": "water", "objects": {"pine": None}, "relief": "mountainous"},
        "",
    ),
    (
        "floating islands connected by bridges, very hard",
        "islands",
        {"difficulty": 0.9, "objects": {"bridge": None}},
        "",
    ),
    ("collect five red coins in a forest", "forest", {"coin_colour": "red", "coins": 5, "task": "collect_coins"}, ""),
    ("a two-storey house in a meadow", "village", {"ground": "grass", "objects": {"house": 1}}, "two storey"),
    (
        "no more than three towers and at least four flags in a castle",
        "castle",
        {"flags": 4, "objects": {"tower": 3}},
        "",
    ),
    ("a castle with between 3 and 5 trees", "castle", {"objects": {"tree": 4}}, ""),
    ("a village with a few houses and a lot of trees", "village", {"objects": {"house": 3, "tree": 30}}, ""),
    ("a half-ruined castle in autumn", "castle", {"foliage": "autumn", "objects": {"tree": None}, "ruined": True}, ""),
    ("a castle with none of the usual towers", "castle", {"objects": {"tower": 0}}, ""),
    ("neither trees nor rocks in this desert", "desert", {"objects": {"rock": 0, "tree": 0}}, ""),
    (
        "a farm without any animals, with haystacks and a windmill",
        "village",
        {"objects": {"haystack": None, "windmill": 1}},
        "animals without any",
    ),
    ("a not too hard parkour over rooftops", "rooftops", {"difficulty": 0.2, "task": "parkour"}, ""),
    ("medium difficulty castle", "castle", {"difficulty": 0.5}, ""),
    ("parkour, level 8", "islands", {"difficulty": 0.8, "task": "parkour"}, ""),
    ("difficulty 0.7, sky islands at sunset", "islands", {"difficulty": 0.7, "hour": "dusk"}, ""),
    (
        "a peaceful Japanese garden with cherry blossoms, lanterns and a pond",
        "forest",
        {
            "foliage": "blossom",
            "lake": "water",
            "objects": {"bamboo": None, "bush": None, "flowerbed": None, "lantern": None, "tree": None},
        },
        "peaceful",
    ),
    (
        "Egyptian temple with obelisks, sphinx and golden statues",
        "temple",
        {"ground": "sand", "material": "gold", "objects": {"obelisk": None, "pyramid": None, "statue": None}},
        "",
    ),
    (
        "a gloomy swamp with poisonous water and wooden huts",
        "forest",
        {
            "ground": "moss",
            "hour": "night",
            "lake": "acid",
            "liquid": "acid",
            "objects": {"dead_tree": None, "hut": None},
            "weather": "fog",
        },
        "",
    ),
    (
        "christmas village covered in snow with lights and snowmen",
        "village",
        {"objects": {"lamp": None, "lantern": None, "pine": None, "snowman": None}, "weather": "snow"},
        "",
    ),
    (
        "a huge glass skyscraper city on a sunny day",
        "rooftops",
        {"hour": "day", "objects": {"skyscraper": None}, "size": "large"},
        "",
    ),
    (
        "a tropical beach with palm trees, a pier and sailboats",
        "harbour",
        {"ground": "sand", "objects": {"boat": None, "bush": None, "palm": None, "pier": 1}},
        "",
    ),
    (
        "make me a really big maze with a key hidden inside, at night",
        "maze",
        {"hour": "night", "size": "large", "task": "puzzle"},
        "hidden",
    ),
    ("build a castle, but don't put any water in it", "castle", {"liquid": "none"}, ""),
    (
        "three red flags, two blue flags and a green flag in a village",
        "village",
        {"flag_colours": ("red", "red", "red", "blue", "blue")},
        "",
    ),
    (
        "a snowy medieval village with a church, a well and 12 houses",
        "village",
        {"objects": {"church": 1, "house": 12, "tower": 3, "wall": 2, "well": 1}, "weather": "snow"},
        "",
    ),
    (
        "four-tower sandstone fortress in the Sahara at noon",
        "castle",
        {"ground": "sand", "hour": "day", "material": "sandstone", "objects": {"tower": 4}},
        "",
    ),
    (
        "the left flag is red and the right one is blue, in a forest",
        "forest",
        {"flag_colours": ("red",)},
        "left right blue",
    ),
    (
        "a ruined roman temple with marble columns overlooking the sea",
        "temple",
        {"lake": "water", "material": "marble", "objects": {"boat": 2, "column": None, "statue": None}, "ruined": True},
        "",
    ),
    (
        "castel with laava moat and tree towers",
        "castle",
        {"moat": "lava", "objects": {"tower": None, "tree": None}},
        "",
    ),
    ("a forrest with a rivr and a brige", "forest", {"objects": {"bridge": 1}, "river": "water"}, ""),
    ("Castle on top of a mountain, hard to reach", "castle", {"difficulty": 0.8, "relief": "mountainous"}, ""),
    (
        "night-time city, no rain, lots of neon signs, billboards and antennas",
        "rooftops",
        {"hour": "night", "objects": {"antenna": None, "billboard": None, "neon_sign": 8}, "weather": "clear"},
        "",
    ),
    ("a train station with rails and lamps", "village", {"objects": {"lamp": None, "rail": None}}, ""),
    ("dont make it dark, castle with torches", "castle", {"hour": "day", "objects": {"torch": None}}, ""),
    ("a castle w/ 3 towers + lava", "castle", {"liquid": "lava", "objects": {"tower": 3}}, ""),
    (
        "a castle with tall walls, no moat and no gate towers",
        "castle",
        {"moat": "none", "objects": {"wall": None}},
        "tall",
    ),
    (
        "a castle without towers, without trees, without a moat",
        "castle",
        {"moat": "none", "objects": {"tower": 0, "tree": 0}},
        "",
    ),
    (
        "dusk. snow. temple. broken bridge. acid. blue flags (3).",
        "temple",
        {
            "flag_colours": ("blue", "blue", "blue"),
            "hour": "dusk",
            "liquid": "acid",
            "objects": {"broken_bridge": None},
            "weather": "snow",
        },
        "",
    ),
    (
        "collect 8 blue coins in a hedge maze, avoid the red coins",
        "maze",
        {"coin_colour": "blue", "coins": 8, "task": "collect_coins"},
        "",
    ),
    (
        "three blue flags and two red ones in a desert",
        "desert",
        {"flag_colours": ("blue", "blue", "blue", "red", "red")},
        "",
    ),
    ("70% difficulty rooftop parkour", "rooftops", {"difficulty": 0.7, "task": "parkour"}, ""),
    ("a forest with more than 20 trees but fewer than 5 rocks", "forest", {"objects": {"rock": 4, "tree": 21}}, ""),
    (
        "no trees no rocks no water just sand",
        "desert",
        {"ground": "sand", "liquid": "none", "objects": {"rock": 0, "tree": 0}},
        "",
    ),
    (
        "village; trees: 10; houses: 3; hour: night; weather: fog",
        "village",
        {"hour": "night", "objects": {"house": 3, "tree": 10}, "weather": "fog"},
        "hour",
    ),
    (
        "graveyard shift: night, fog, tombstones (12), dead trees (7), one chapel",
        "village",
        {"hour": "night", "objects": {"church": 1, "dead_tree": 7, "grave": 12}, "weather": "fog"},
        "shift",
    ),
    ("A three-tower keep, not in the desert, not at night", "castle", {"hour": "day", "objects": {"tower": 3}}, ""),
    (
        "a broken rope bridge over a gorge",
        "desert",
        {"ground": "rock", "objects": {"broken_bridge": 1}, "relief": "mountainous"},
        "",
    ),
    ("a village, not a castle", "village", {}, ""),
    (
        "Volcanic badlands: rivers of molten rock, obsidian spires, ash falling like snow, no vegetation.",
        "volcano",
        {
            "ground": "rock",
            "material": "obsidian",
            "objects": {"bush": 0, "tower": None},
            "river": "lava",
            "weather": "snow",
        },
        "ash falling",
    ),
    (
        "polar research base, blizzard, 3 tents, 2 antennas, extremely hard",
        "ice",
        {"difficulty": 1.0, "objects": {"antenna": 2, "tent": 3}, "weather": "snow"},
        "research base",
    ),
    (
        "lush green hills, a winding river, an old stone bridge, morning fog",
        "village",
        {
            "ground": "grass",
            "hour": "day",
            "objects": {"bridge": 1},
            "overgrown": True,
            "river": "water",
            "weather": "fog",
        },
        "lush",
    ),
    ("夜晚的霓虹城市,下著大雨", "rooftops", {"hour": "night", "objects": {"neon_sign": None}, "weather": "rain"}, ""),
    ("一个被遗弃的空间站,里面有三个机器人", "station", {"objects": {"robot": 3}, "ruined": True}, ""),
    ("火山口旁边的小村庄", "village", {"ground": "ash", "liquid": "lava", "size": "small"}, ""),
    (
        "海盗船停在港口,有两座灯塔",
        "harbour",
        {"objects": {"barrel": None, "boat": None, "cannon": None, "lighthouse": 2}},
        "",
    ),
    ("上海的屋顶赛道", "rooftops", {"objects": {"racetrack": 1}}, ""),
    ("木头人森林", "forest", {"objects": {"robot": None}}, ""),
    ("唯一的一棵树在草原上", "forest", {"ground": "grass", "objects": {"tree": 1}}, ""),
    ("一些树和几座塔的村庄", "village", {"objects": {"tower": 3, "tree": None}}, ""),
    ("森林里有一條小溪、一座木橋和三頂帳篷", "forest", {"objects": {"bridge": 1, "tent": 3}, "river": "water"}, ""),
    ("在太空站收集五枚紅色金幣", "station", {"coin_colour": "red", "coins": 5, "task": "collect_coins"}, ""),
    ("一个简单的跑酷关卡,在屋顶上", "rooftops", {"difficulty": 0.1, "task": "parkour"}, ""),
    (
        "秋天的森林,雾蒙蒙的早晨",
        "forest",
        {"foliage": "autumn", "hour": "day", "objects": {"tree": None}, "weather": "fog"},
        "",
    ),
    ("没有水也没有树的荒芜星球", "station", {"ground": "rock", "liquid": "none", "objects": {"tree": 0}}, ""),
    ("至少四面旗,不超过三座塔的城堡", "castle", {"flags": 4, "objects": {"tower": 3}}, ""),
    ("一座三层的塔", "castle", {"objects": {"tower": 1}}, "三层的"),
    (
        "赛博朋克城市的夜晚，有３座摩天大楼和５個廣告牌",
        "rooftops",
        {"hour": "night", "objects": {"billboard": 5, "skyscraper": 3}},
        "",
    ),
    ("不要太难的迷宫", "maze", {"difficulty": 0.2}, ""),
    ("難度0.7的城堡", "castle", {"difficulty": 0.7}, ""),
    ("a castle 有三座塔 and 没有树", "castle", {"objects": {"tower": 3, "tree": 0}}, ""),
    ("十二棵樹,兩口井,一座風車,一個農場", "village", {"objects": {"tree": 12, "well": 2, "windmill": 1}}, ""),
    ("城堡,沒有樹、水和岩石", "castle", {"liquid": "none", "objects": {"rock": 0, "tree": 0}}, ""),
    ("没有龙的城堡", "castle", {}, "龙 没有"),
    ("一望无际的大草原", "village", {"ground": "grass", "size": "large"}, ""),
    ("冰天雪地里的城堡", "castle", {"ground": "snow"}, ""),
    ("火焰山", "volcano", {}, ""),
    ("十一座房子的村庄", "village", {"objects": {"house": 11}}, ""),
    ("收集七枚黃色的硬幣，別碰粉紅色的", "islands", {"coin_colour": "yellow", "coins": 7, "task": "collect_coins"}, ""),
    (
        "在雲霧繚繞的高山之巔有一座古老的寺廟，四周是松樹和瀑布。",
        "temple",
        {"objects": {"pine": None, "waterfall": None}, "overgrown": True, "relief": "mountainous", "weather": "fog"},
        "巔",
    ),
    (
        "火山腳下的村莊，熔岩流過，房子都毀了",
        "village",
        {"ground": "ash", "liquid": "lava", "objects": {"house": None}, "ruined": True},
        "",
    ),
    ("两座断桥横跨毒河", "castle", {"objects": {"broken_bridge": 2}, "river": "acid"}, ""),
    ("不要城堡，要一座村庄", "village", {}, ""),
    ("ＣＡＳＴＬＥ　ＷＩＴＨ　３　ＴＯＷＥＲＳ", "castle", {"objects": {"tower": 3}}, ""),
    (
        "find three gems in the dungeon without touching the lava",
        "mine",
        {"liquid": "lava", "objects": {"crystal": 3}},
        "",
    ),
    ("reach the flag without touching the water", "harbour", {"liquid": "water"}, "without touching"),
    ("a maze, don't step into the lava", "maze", {"liquid": "lava"}, ""),
    (
        "collect ten coins in a dark mine without falling into the acid",
        "mine",
        {"coins": 10, "hour": "night", "liquid": "acid", "task": "collect_coins"},
        "",
    ),
    (
        "a steep brick staircase going up to a small shrine",
        "temple",
        {"material": "brick", "objects": {"stairs": 1}, "size": "small"},
        "steep going",
    ),
    (
        "collect all seven diamonds before sunset in an ancient egyptian tomb",
        "mine",
        {
            "coins": 7,
            "ground": "sand",
            "hour": "day",
            "objects": {"crystal": 7, "grave": 1, "obelisk": None, "pyramid": None},
            "overgrown": True,
            "task": "collect_coins",
        },
        "",
    ),
    (
        "jump from roof to roof and collect 12 coins before it gets dark",
        "rooftops",
        {"coins": 12, "hour": "day", "task": "parkour"},
        "collect",
    ),
    ("a village just before dawn", "village", {"hour": "night"}, ""),
    ("after the rain, a muddy village", "village", {"weather": "clear"}, "muddy"),
    ("volcano island surrounded by boiling lava, very hard", "volcano", {"difficulty": 0.9, "liquid": "lava"}, ""),
    ("a bright red flag in a dark forest", "forest", {"flag_colours": ("red",), "hour": "night"}, "bright"),
    ("bright neon signs on a city at night", "rooftops", {"hour": "night", "objects": {"neon_sign": None}}, "bright"),
    ("a dark tower in a village at noon", "village", {"hour": "day", "objects": {"tower": 1}}, "dark"),
    ("gentle hills and a simple hut", "village", {"objects": {"hut": 1}, "relief": "hilly"}, "gentle simple"),
    ("a castle with flat roofs", "castle", {}, "flat roofs"),
    ("a police station in a small town", "village", {"objects": {"house": 1}, "size": "small"}, ""),
    ("a bridge that is broken over a river", "castle", {"objects": {"broken_bridge": 1}, "river": "water"}, ""),
    (
        "the bridge is broken, the castle is not old",
        "castle",
        {"objects": {"broken_bridge": None}, "overgrown": False},
        "",
    ),
    ("a tower made of ice", "castle", {"ground": "snow", "objects": {"tower": 1}}, ""),
    ("a village where one house is made of gold", "village", {"material": "gold", "objects": {"house": 1}}, ""),
    (
        "a mossy stone wall around a village",
        "village",
        {"material": "stone", "objects": {"wall": 1}, "overgrown": True},
        "",
    ),
    ("neither rain nor snow, only fog", "islands", {"weather": "fog"}, ""),
    ("a castle, not at night but at dusk", "castle", {"hour": "dusk"}, ""),
    (
        "a graveyard where the church has collapsed",
        "village",
        {"objects": {"church": None, "grave": None}, "ruined": True},
        "",
    ),
    ("two orchards and a market square in a village", "village", {"objects": {"stall": None, "tree": None}}, "two"),
    (
        "a foggy valley with a river and no bridges",
        "forest",
        {"objects": {"bridge": 0}, "relief": "mountainous", "river": "water", "weather": "fog"},
        "",
    ),
    (
        "a very dark cave with no light except for a few torches",
        "mine",
        {"hour": "night", "objects": {"torch": 3}},
        "light with no",
    ),
    ("a castle with everything except towers", "castle", {"objects": {"tower": 0}}, ""),
    (
        "a vast world with small villages and a big tower",
        "village",
        {"objects": {"tower": 1}, "size": "large"},
        "small big",
    ),
    (
        "a big lake with an island in the middle and a single tree on it",
        "forest",
        {"lake": "water", "objects": {"tree": 1}},
        "big island",
    ),
    (
        "a lighthouse on an island during a storm at night",
        "harbour",
        {"hour": "night", "objects": {"lighthouse": 1}, "weather": "rain"},
        "island",
    ),
    ("a tower so tall it reaches the clouds", "castle", {"objects": {"tower": 1}}, "tall clouds"),
    ("a green valley with a pond", "forest", {"ground": "grass", "lake": "water", "relief": "mountainous"}, ""),
    ("a field of spikes in a mine", "mine", {"objects": {"spike": 15}}, ""),
    (
        "avoid the guards and collect the red coins in a prison",
        "castle",
        {"coin_colour": "red", "objects": {"fence": None, "wall": None}, "task": "collect_coins"},
        "guards avoid",
    ),
    ("gather apples in an orchard", "forest", {"objects": {"tree": None}, "task": "collect_coins"}, "apples"),
    (
        "push the boxes onto the buttons in a small laboratory",
        "station",
        {"objects": {"crate": None}, "size": "small", "task": "puzzle"},
        "push",
    ),
    ("一座冰做的高塔", "ice", {"ground": "snow", "objects": {"tower": 1}}, ""),
    (
        "沼泽里的木桥断了",
        "forest",
        {"ground": "moss", "lake": "water", "objects": {"broken_bridge": None, "dead_tree": None}},
        "",
    ),
    ("三座石塔和一面紅旗", "castle", {"flag_colours": ("red",), "material": "stone", "objects": {"tower": 3}}, ""),
    ("跳過酸液池的跑酷關卡", "station", {"lake": "acid", "task": "parkour"}, ""),
    ("打开蓝色的门，拿到钻石", "castle", {"objects": {"crystal": None, "gate": None}}, "打开 蓝色"),
    ("日落之前的海邊小鎮", "harbour", {"hour": "day", "objects": {"house": None}}, ""),
    (
        "雷雨交加的夜晚，山頂上的吸血鬼城堡",
        "castle",
        {
            "hour": "night",
            "objects": {"dead_tree": None, "grave": None, "lantern": None},
            "relief": "mountainous",
            "weather": "rain",
        },
        "",
    ),
    ("收集十顆星星，別掉進毒液", "station", {"coins": 10, "liquid": "acid", "task": "collect_coins"}, "星星"),
    ("冰湖中央的小岛上有一棵枯树", "ice", {"ground": "snow", "lake": "water", "objects": {"dead_tree": 1}}, "小岛"),
    ("一个被遗忘的地下矿洞，铁轨生锈", "mine", {"objects": {"rail": None}, "overgrown": True}, ""),
    ("火山島上的困難賽道", "track", {"difficulty": 0.8, "ground": "ash", "liquid": "lava"}, ""),
    ("昏暗的塔，正午的村庄", "village", {"hour": "day", "objects": {"tower": None}}, "昏暗"),
    (
        "the bridge over the river has collapsed, so find another way to the yellow flag",
        "castle",
        {"flag_colours": ("yellow",), "objects": {"broken_bridge": None}, "river": "water"},
        "way",
    ),
    (
        "ancient stone circle on a grassy hill under a full moon, pretty easy",
        "village",
        {
            "difficulty": 0.2,
            "ground": "grass",
            "hour": "night",
            "objects": {"rock": None},
            "overgrown": True,
            "relief": "hilly",
        },
        "",
    ),
    (
        "a rusty bridge across a toxic river leading to an old power plant",
        "station",
        {"objects": {"bridge": 1, "pipe": None, "tank": None}, "overgrown": True, "river": "acid"},
        "rusty",
    ),
    (
        "two cranes, stacks of crates and a broken pier in a tiny harbour",
        "harbour",
        {"objects": {"crane": 2, "crate": 5, "pier": 1}, "ruined": True, "size": "small"},
        "",
    ),
    ("两座瀑布之间的玻璃桥", "forest", {"objects": {"bridge": None, "waterfall": 2}}, "玻璃"),
    (
        "秋天的山谷，紅葉滿地，有一座石橋和三座涼亭",
        "forest",
        {"foliage": "autumn", "objects": {"bridge": 1, "hut": 3, "tree": None}, "relief": "mountainous"},
        "滿地",
    ),
    (
        "太阳升起时的海滩，有棕榈树和帐篷",
        "harbour",
        {"ground": "sand", "hour": "dusk", "objects": {"palm": None, "tent": None}},
        "",
    ),
    (
        "雪夜裡的木屋，屋頂上冒著煙",
        "village",
        {"hour": "night", "objects": {"house": None}, "weather": "snow"},
        "屋頂 冒 煙",
    ),
    ("一個沒有月亮的夜晚，城堡裡點著許多火把", "castle", {"hour": "night", "objects": {"torch": 15}}, "點"),
    (
        "a snow-white palace under a starry sky with icy fountains",
        "castle",
        {"ground": "snow", "hour": "night", "material": "marble", "objects": {"fountain": None}},
        "",
    ),
    (
        "large platforms hovering over acid, extremely difficult",
        "islands",
        {"difficulty": 1.0, "liquid": "acid", "objects": {"platform": None}},
        "large",
    ),
    ("a village with a house that is big", "village", {"objects": {"house": 1}}, "big"),
    (
        "廢棄遊樂園，生鏽的摩天輪，霧很大",
        "village",
        {
            "material": "metal",
            "objects": {"banner": None, "lantern": None, "tent": None},
            "ruined": True,
            "weather": "fog",
        },
        "摩天輪",
    ),
    (
        "沒有敵人的簡單城堡，只要三面黃旗",
        "castle",
        {"difficulty": 0.1, "flag_colours": ("yellow", "yellow", "yellow")},
        "敵人 沒有",
    ),
    ("中世紀市集，攤位很多，還有一座鐘樓", "castle", {"objects": {"stall": 6, "tower": 1}}, ""),
    ("蓝色水晶洞穴里的地下湖，湖水有毒", "mine", {"lake": "acid", "objects": {"crystal": None}}, "蓝色"),
    ("一座建在巨樹上的精靈村莊", "village", {"objects": {"crystal": None, "mushroom": None, "tree": None}}, "巨"),
]


@pytest.mark.parametrize(("prompt", "theme", "wanted", "told"), SENTENCES, ids=[row[0] for row in SENTENCES])
def test_a_sentence_becomes_the_world_that_it_describes(prompt, theme, wanted, told):
    read = parse(prompt)
    assert read.spec == WorldSpec(theme, **wanted)
    assert " ".join(read.not_understood) == told


@pytest.mark.parametrize("prompt", [row[0] for row in SENTENCES])
def test_every_word_that_says_something_is_understood_or_told(prompt):
    read = parse(prompt)
    answered = " ".join((*read.understood, *read.not_understood))
    words = re.findall(r"[a-z]+|\d+(?:\.\d+)?", unicodedata.normalize("NFKD", prompt).casefold())
    known = set(re.findall(r"[a-z]+|\d+(?:\.\d+)?", answered))
    missed = [word for word in words if word not in known and not set(singulars(word)) & JOINING]
    missed += [letter for letter in prompt if "\u4e00" <= letter <= "\u9fff" and letter not in answered]
    assert not [word for word in missed if word not in JOINING_ZH], missed


def test_nine_words_in_ten_are_understood_and_not_only_told():
    understood = told = 0
    for prompt, *_ in SENTENCES:
        read = parse(prompt)
        understood, told = understood + len(read.understood), told + len(read.not_understood)
    assert understood > 9 * told
