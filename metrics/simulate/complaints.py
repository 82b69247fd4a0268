"""What buyers write under 问题描述, by reason: invented sentences, one of which leaves a phone number behind."""

from __future__ import annotations

import pandas as pd

_SENTENCES = {
    "商品破损": ("收到就是裂的", "打开包装边角碎了", "有一处开线破洞"),
    "包装破损": ("外箱压扁了", "箱子湿了一角"),
    "性能故障": ("用了两天就不工作了", "噪音很大，功率上不去", "漏水，底座有水渍"),
    "无法开机": ("插电没反应", "按键不亮，换插座也不行", "充满电还是开不了机"),
    "尺码不合适": ("偏小一码，腰围紧", "肩宽不合适", "袖子太长"),
    "与描述不符": ("和详情页图片不一样", "材质和描述不一致"),
    "色差": ("颜色比图片深很多", "实物偏黄"),
    "未收到货": ("显示签收但没收到", "物流一周没更新"),
    "少件漏发": ("少了一个配件", "套装缺一件"),
    "不想要了": ("暂时用不上",),
    "7天无理由": ("不太喜欢",),
    "拍错/多拍": ("拍错颜色了", "重复下单"),
    "其他": ("见图片",),
    "外壳划痕": ("外壳有明显划痕", "表面磕碰掉漆"),
    "物流损坏": ("快递摔坏了", "运输中压坏"),
}
_WITH_PHONE = "请尽快回电1380000xxxx"


def complaints() -> pd.DataFrame:
    """Return ten equally likely texts per reason; seven buyers in ten write nothing."""
    rows = []
    for reason, sentences in _SENTENCES.items():
        said = [sentences[slot % len(sentences)] for slot in range(3)]
        rows += [(reason, slot, text) for slot, text in enumerate(said)]
        if reason == "无法开机":
            rows[-1] = (reason, 2, f"{sentences[0]}，{_WITH_PHONE}")
    return pd.DataFrame(rows, columns=["reason_text", "slot", "description"])
