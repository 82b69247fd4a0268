"""Where parcels go and who carries them: provinces, warehouses, couriers."""

from __future__ import annotations

import pandas as pd

from metrics.simulate.urn import urn

_PROVINCES = (  # name, weight, distance, warehouse
    ("广东", 112, 1, "广州仓"),
    ("江苏", 82, 1, "苏州仓"),
    ("浙江", 78, 1, "苏州仓"),
    ("山东", 70, 2, "天津仓"),
    ("河南", 58, 2, "武汉仓"),
    ("四川", 57, 1, "成都仓"),
    ("河北", 48, 1, "天津仓"),
    ("湖北", 46, 1, "武汉仓"),
    ("北京", 45, 1, "天津仓"),
    ("上海", 45, 1, "苏州仓"),
    ("湖南", 43, 2, "武汉仓"),
    ("安徽", 40, 2, "苏州仓"),
    ("福建", 38, 2, "广州仓"),
    ("陕西", 29, 2, "成都仓"),
    ("江西", 28, 2, "武汉仓"),
    ("辽宁", 28, 2, "天津仓"),
    ("重庆", 27, 1, "成都仓"),
    ("广西", 25, 2, "广州仓"),
    ("云南", 23, 3, "成都仓"),
    ("山西", 22, 2, "天津仓"),
    ("天津", 19, 1, "天津仓"),
    ("贵州", 18, 2, "成都仓"),
    ("黑龙江", 17, 3, "天津仓"),
    ("吉林", 14, 3, "天津仓"),
    ("内蒙古", 13, 3, "天津仓"),
    ("甘肃", 11, 3, "成都仓"),
    ("新疆", 11, 5, "成都仓"),
    ("海南", 7, 3, "广州仓"),
    ("宁夏", 4, 3, "成都仓"),
    ("青海", 3, 4, "成都仓"),
    ("西藏", 2, 5, "成都仓"),
)
_COURIERS = (  # name, warehoused by JD, share, hours a unit of distance
    ("京东物流", True, 100, 18.0),
    ("快马速运", False, 40, 27.0),
    ("远通快递", False, 35, 31.0),
    ("飞雁快递", False, 25, 33.0),
)


def provinces() -> pd.DataFrame:
    """Return the urn of the 31 provinces, each with its distance and the warehouse that serves it."""
    owner = urn([weight for _, weight, _, _ in _PROVINCES], 1000)
    rows = [(slot, *(_PROVINCES[index][0], *_PROVINCES[index][2:])) for slot, index in enumerate(owner)]
    return pd.DataFrame(rows, columns=["slot", "province", "distance", "warehouse"]).astype(
        {"province": "category", "warehouse": "category"}
    )


def couriers() -> pd.DataFrame:
    """Return two urns of couriers: parcels that JD ships, and those that the merchant ships."""
    rows = []
    for by_jd in (True, False):
        mine = [courier for courier in _COURIERS if courier[1] == by_jd]
        owner = urn([share for _, _, share, _ in mine], 100)
        rows += [(by_jd, slot, mine[index][0], mine[index][3]) for slot, index in enumerate(owner)]
    return pd.DataFrame(rows, columns=["by_jd", "slot", "courier", "hours"]).astype({"courier": "category"})
