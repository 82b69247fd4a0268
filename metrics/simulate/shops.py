"""The shops that ship with the simulator: five categories for tests and benchmarks, and the sample shop."""

from __future__ import annotations

from datetime import date

from metrics.simulate.scenario import (
    BadBatch,
    Category,
    CourierTrouble,
    Decision,
    MixShift,
    Scenario,
)

_MIND = {"7天无理由": 0.45, "不想要了": 0.32, "拍错/多拍": 0.18, "其他": 0.05}
_TRANSIT = {"商品破损": 0.35, "物流损坏": 0.3, "包装破损": 0.2, "未收到货": 0.15}

APPLIANCES = Category(
    name="小家电",
    share=0.42,
    products=(
        "桌面加湿器",
        "便携榨汁杯",
        "电热水壶",
        "空气炸锅",
        "挂烫机",
        "电吹风",
        "电动牙刷",
        "养生壶",
        "暖风机",
        "除螨仪",
        "早餐机",
        "无线吸尘器",
        "电炖锅",
        "筋膜枪",
    ),
    price=(59, 399),
    rates={"quality": 0.024, "transit": 0.007, "fit": 0.002, "mind": 0.026},
    reasons={
        "quality": {"性能故障": 0.4, "无法开机": 0.2, "外壳划痕": 0.15, "与描述不符": 0.15, "少件漏发": 0.1},
        "transit": _TRANSIT,
        "fit": {"尺码不合适": 1.0},
        "mind": _MIND,
    },
    settle_days=3.6,
    repair=0.010,
    exchange=0.2,
)
APPAREL = Category(
    name="服饰",
    share=0.24,
    products=(
        "加绒卫衣",
        "直筒牛仔裤",
        "羊毛针织衫",
        "轻薄羽绒服",
        "法式连衣裙",
        "休闲西装",
        "纯棉T恤",
        "运动长裤",
        "打底衫",
        "防风夹克",
        "百褶半身裙",
        "家居睡衣",
        "儿童外套",
        "羊绒围巾",
    ),
    price=(49, 459),
    rates={"quality": 0.046, "transit": 0.005, "fit": 0.115, "mind": 0.085},
    reasons={
        "quality": {"与描述不符": 0.4, "色差": 0.3, "商品破损": 0.25, "少件漏发": 0.05},
        "transit": _TRANSIT,
        "fit": {"尺码不合适": 1.0},
        "mind": _MIND,
    },
    settle_days=1.8,
    exchange=0.12,
)
HOME = Category(
    name="家居",
    share=0.34,
    products=(
        "护眼落地灯",
        "陶瓷餐具套装",
        "记忆棉枕",
        "收纳箱三件套",
        "遮光窗帘",
        "不粘炒锅",
        "全棉四件套",
        "玻璃水杯套装",
        "浴室置物架",
        "珊瑚绒毯",
        "香薰套装",
        "折叠小桌",
    ),
    price=(29, 329),
    rates={"quality": 0.030, "transit": 0.016, "fit": 0.008, "mind": 0.034},
    reasons={
        "quality": {"与描述不符": 0.35, "色差": 0.3, "少件漏发": 0.2, "外壳划痕": 0.15},
        "transit": _TRANSIT,
        "fit": {"尺码不合适": 1.0},
        "mind": _MIND,
    },
    settle_days=2.8,
)
SHOES = Category(
    name="鞋靴",
    share=0.15,
    products=("缓震跑鞋", "马丁靴", "帆布鞋", "老爹鞋", "雪地靴"),
    price=(89, 599),
    rates={"quality": 0.030, "transit": 0.004, "fit": 0.12, "mind": 0.06},
    reasons={
        "quality": {"与描述不符": 0.4, "色差": 0.25, "商品破损": 0.35},
        "transit": _TRANSIT,
        "fit": {"尺码不合适": 1.0},
        "mind": _MIND,
    },
    settle_days=2.0,
)
ACCESSORIES = Category(
    name="数码配件",
    share=0.15,
    products=("快充充电器", "蓝牙耳机", "移动电源", "手机壳", "数据线"),
    price=(19, 199),
    rates={"quality": 0.032, "transit": 0.004, "fit": 0.004, "mind": 0.030},
    reasons={
        "quality": {"性能故障": 0.55, "无法开机": 0.15, "与描述不符": 0.2, "少件漏发": 0.1},
        "transit": _TRANSIT,
        "fit": {"尺码不合适": 1.0},
        "mind": _MIND,
    },
    settle_days=3.2,
    repair=0.004,
)

SHOP = Scenario(
    categories=(APPLIANCES, APPAREL, HOME, SHOES, ACCESSORIES),
    window_change=date(2026, 6, 1),
)
"""The shop of tests and benchmarks: 3 % bad batches at 1.5, 2 and 3 times the normal quality rate."""

SAMPLE = Scenario(
    categories=(APPLIANCES, APPAREL, HOME),
    skus=40,
    hot={"桌面加湿器": 0.14, "加绒卫衣": 0.1},
    bad_share=0.0,
    window_change=date(2026, 10, 26),
    bad_batches=(
        BadBatch("桌面加湿器", date(2026, 10, 19), 35, 3.2, "无法开机", 640),
        BadBatch("加绒卫衣", date(2026, 9, 21), 14, 3.0, "色差", 0),
    ),
    courier_troubles=(
        CourierTrouble(
            "飞雁快递", 12.0, "商品破损", date(2026, 10, 12), date(2026, 11, 16), "护眼落地灯", 35, 0.85, 210
        ),
    ),
    mix_shift=MixShift("服饰", 1.6, date(2026, 11, 2)),
    decisions=(
        Decision(
            "2026-W41",
            "直筒牛仔裤",
            "更换尺码表，详情页加入真人试穿对照",
            "商品运营",
            date(2026, 10, 12),
            "已完成",
            "fit",
            date(2026, 10, 12),
            0.35,
        ),
        Decision(
            "2026-W42",
            "陶瓷餐具套装",
            "内衬改用加厚珍珠棉，降低运输破损",
            "仓储",
            date(2026, 10, 19),
            "已完成",
            "transit",
            date(2026, 10, 19),
            1.0,
        ),
    ),
    short_staffed={date(2026, 11, 14): 2.0, date(2026, 11, 15): 14.0},
)
"""The made-up shop of `data/sample`: what its last eight weeks hold is listed in data/sample/README.md."""
