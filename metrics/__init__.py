"""The metrics of after-sales: refund, dispute, satisfaction and response rates, read right.

Open a shop and ask:

>>> import metrics
>>> shop = metrics.open_shop()  # doctest: +SKIP
>>> shop.query("refund_rate", by=["category"], grain="week")  # doctest: +SKIP
"""

from urllib.parse import parse_qs, urlsplit

import pandas as pd

from metrics.catalog import CATALOG, DIMENSIONS
from metrics.question import AGAINST, Question
from metrics.shop import Shop, blank_shop, open_shop

__all__ = ["CATALOG", "DIMENSIONS", "Question", "Shop", "blank_shop", "from_url", "open_shop"]


def from_url(url: str) -> pd.DataFrame:
    """Ask the question that a dashboard link holds, of the newest version of the default store.

    A link that somebody sent answers in a notebook with the frame that its page shows; where the page compares
    (`against=before` or `against=year`) it is that of `Shop.compare`. Raises `Refused` where the link names no metric.

    >>> metrics.from_url("http://localhost:8501/explore?metric=refund_rate&by=category")  # doctest: +SKIP
    """
    shop, question = open_shop(), Question.from_url(url)
    named = parse_qs(urlsplit(url).query or url.lstrip("?")).get("against", [""])[-1]
    against = next((known for known in AGAINST if known == named), None)
    return shop.query(question) if against is None else shop.compare(question, against)
