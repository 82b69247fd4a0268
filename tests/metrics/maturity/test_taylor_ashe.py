"""The delay curve is the chain ladder: held to the triangle that every actuary knows.

G. Taylor & F. Ashe, Second moments of estimates of outstanding claims, J. Econometrics 23 (1983) 37-61; development
factors and reserves as published by T. Mack, ASTIN Bulletin 23 (1993) 213-225. Rows are years of accident, columns
years of development; a year takes the place of a day here, and a claim that of a return.
"""

import numpy as np
import pytest
from numpy.typing import NDArray

from metrics.maturity import delay_curve

CUMULATIVE = [
    [357848, 1124788, 1735330, 2218270, 2745596, 3319994, 3466336, 3606286, 3833515, 3901463],
    [352118, 1236139, 2170033, 3353322, 3799067, 4120063, 4647867, 4914039, 5339085],
    [290507, 1292306, 2218525, 3235179, 3985995, 4132918, 4628910, 4909315],
    [310608, 1418858, 2195047, 3757447, 4029929, 4381982, 4588268],
    [443160, 1136350, 2128333, 2897821, 3402672, 3873311],
    [396132, 1333217, 2180715, 2985752, 3691712],
    [440832, 1288463, 2419861, 3483130],
    [359480, 1421128, 2864498],
    [376686, 1363294],
    [344014],
]
FACTORS = [3.4906, 1.7473, 1.4574, 1.1739, 1.1038, 1.0863, 1.0539, 1.0766, 1.0177]
RESERVES = [0, 94634, 469511, 709638, 984889, 1419459, 2177641, 3920301, 4278972, 4625811]
RESERVE = 18680856
# Shares of the ultimate, worked out from the factors with all their digits.
ARRIVED = [
    *(0.06922055025118361, 0.24162170595825735, 0.42219349386086935, 0.6153102172362174, 0.7222829503138878),
    *(0.7972729174953416, 0.8660531453700145, 0.91271120040974, 0.9825839691418321, 1.0),
]


@pytest.fixture(scope="module")
def curve() -> NDArray[np.float64]:
    increments = [
        (year, age, amount)
        for year, row in enumerate(CUMULATIVE)
        for age, amount in enumerate(np.diff(row, prepend=0).tolist())
    ]
    years, ages, amounts = (np.array(column, dtype=float) for column in zip(*increments, strict=True))
    return delay_curve(years, ages, amounts, last_day=9.0, length=10)


def test_development_factors(curve: NDArray[np.float64]) -> None:
    assert (curve[1:] / curve[:-1]).round(4).tolist() == FACTORS


def test_the_curve_to_all_digits(curve: NDArray[np.float64]) -> None:
    assert curve == pytest.approx(ARRIVED, abs=1e-12)


def test_the_reserve(curve: NDArray[np.float64]) -> None:
    paid = np.array([row[-1] for row in CUMULATIVE])
    missing = paid / curve[[len(row) - 1 for row in CUMULATIVE]] - paid
    assert missing.round().astype(int).tolist() == RESERVES
    assert round(missing.sum()) == RESERVE
