"""Rules as a file: money goes out by it, so whatever is not clear is refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics.policy import Rule, read_rules, rules_of
from metrics.policy.rules_file import SHIPPED
from metrics.policy.wording import conditions
from metrics.words import LANGUAGES, Refused, say

GOOD = '[[rule]]\nname = "small"\ntype = ["return"]\nmax_amount = 50\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rule_is_what_stands_in_its_file(tmp_path: Path) -> None:
    text = (
        GOOD
        + '\n[[rule]]\nname = "insured"\ntype = ["return", "exchange"]\nreason = ["wrong_size"]\nmax_amount = 99.5\n'
    )
    text += 'tier = ["钻石"]\nfreight_insured = true\nmax_tickets_in_90_days = 2\nmax_refund_share = 0.25\n'
    small, insured = read_rules(written(tmp_path, text))
    assert small == Rule("small", type=("return",), max_amount=50)
    assert insured == Rule(
        "insured",
        type=("return", "exchange"),
        reason=("wrong_size",),
        tier=("钻石",),
        freight_insured=True,
        max_amount=99.5,
        max_tickets_in_90_days=2,
        max_refund_share=0.25,
    )
    assert rules_of(tmp_path) == (small, insured)


def test_a_store_without_a_file_has_the_shipped_rules_and_each_can_be_said(tmp_path: Path) -> None:
    shipped = rules_of(tmp_path)
    assert shipped == read_rules(SHIPPED)
    assert shipped
    for language in LANGUAGES:
        assert all(len(conditions(rule, language)) == len(rule.conditions) > 2 for rule in shipped)
        assert len({rule.label(language) for rule in shipped}) == len(shipped)
    assert all(rule.label("en").isascii() for rule in shipped)


def test_a_rule_of_one_name_is_called_by_it_in_every_language(tmp_path: Path) -> None:
    text = GOOD + "\n" + GOOD.replace("small", "小额") + 'name_en = "petty"\n'
    small, petty = read_rules(written(tmp_path, text))
    assert [small.label(language) for language in LANGUAGES] == ["small"] * len(LANGUAGES)
    assert (petty.name, petty.label("zh"), petty.label("en")) == ("小额", "小额", "petty")
    assert "name_en" not in petty.conditions


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (GOOD + "max_amuont = 3\n", "unknown_key", 5),
        (GOOD + "\n" + GOOD.replace("small", "next") + "colour = 1\n", "unknown_key", 10),
        ("live = true\n" + GOOD, "unknown_key", 1),
        ("[rule]\nname = 'x'\n", "unknown_key", 1),
        (GOOD.replace("max_amount = 50\n", ""), "missing_key", 1),
        ("# first\n" + GOOD.replace('type = ["return"]\n', ""), "missing_key", 2),
        (GOOD.replace("50", "-1"), "wrong_value", 4),
        (GOOD.replace("50", '"50"'), "wrong_value", 4),
        (GOOD.replace("50", "inf"), "wrong_value", 4),
        (GOOD.replace('["return"]', '"return"'), "wrong_value", 3),
        (GOOD.replace('["return"]', "[]"), "wrong_value", 3),
        (GOOD + "max_refund_share = 30\n", "wrong_value", 5),
        (GOOD + "max_tickets_in_90_days = 1.5\n", "wrong_value", 5),
        (GOOD + "freight_insured = 1\n", "wrong_value", 5),
        (GOOD.replace('"return"', '"retrun"'), "unknown_value", 3),
        (GOOD + GOOD, "twice", 6),
        (GOOD + "\n" + GOOD.replace("small", "next") + 'name_en = "small"\n', "twice", 10),
        (GOOD + "name_en = 3\n", "wrong_value", 5),
        (GOOD + "max_order_days = \n", "not_toml", 5),
    ],
)
def test_what_is_not_clear_is_refused_with_its_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    path = written(tmp_path, text)
    with pytest.raises(Refused) as refusal:
        read_rules(path)
    assert refusal.value.finding.code == f"policy.{code}"
    assert int(refusal.value.finding.values["line"]) == line
    for language in LANGUAGES:
        assert str(path) in say(refusal.value.finding, language)
