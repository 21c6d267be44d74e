"""Metric math, as CloudWatch documents it, for what our expressions use."""

from __future__ import annotations

import math

import pytest

from lib.building.metric import Expression, Metric, per_second, rate, scaled, share, total
from tools.dashboard.formula import FormulaError, evaluate


def metric(name: str) -> Metric:
    return Metric("AWS/Test", name, {}, "Sum")


def value(expression: Expression, **values: float) -> float:
    return evaluate(expression.text(), values, period=60)


def test_a_rate_is_the_part_of_the_whole_in_percent() -> None:
    assert value(rate(metric("failed"), metric("all")), part=2, whole=80) == 2.5


def test_a_rate_of_nothing_is_zero() -> None:
    assert value(rate(metric("failed"), metric("all")), part=0, whole=0) == 0


def test_a_rate_says_nothing_about_few() -> None:
    expression = rate(metric("failed"), metric("all"), least=100)
    assert value(expression, part=99, whole=99) == 0
    assert value(expression, part=99, whole=100) == 99


def test_a_share_is_the_part_of_part_and_rest() -> None:
    expression = share(metric("refused"), metric("accepted"), least=100)
    assert value(expression, part=30, rest=90) == 25
    assert value(expression, part=30, rest=60) == 0


def test_a_count_a_period_becomes_one_a_second() -> None:
    assert value(per_second(metric("readings")), count=90) == 1.5


def test_a_unit_becomes_another() -> None:
    assert value(scaled(metric("milliseconds"), 0.001), value=1_500) == 1.5


def test_a_total_is_all_together() -> None:
    expression = total([metric("a"), metric("b"), metric("c")])
    assert value(expression, m0=1, m1=2, m2=4) == 7


def test_ids_of_a_widget_stand_before_the_names() -> None:
    expression = rate(metric("failed"), metric("all"))
    assert evaluate(expression.text("l3_"), {"l3_part": 1, "l3_whole": 4}, period=60) == 25


def test_there_is_no_value_where_something_is_divided_by_nothing() -> None:
    assert math.isnan(evaluate("a / b", {"a": 1, "b": 0}, period=60))


@pytest.mark.parametrize(
    "formula", ["a +", "b", "MEDIAN(a)", "IF(a)", "SUM(a)", "PERIOD(1)", "a ** 2", "__import__('os')", "a.real", "'a'"]
)
def test_what_is_not_known_is_an_error(formula: str) -> None:
    with pytest.raises(FormulaError):
        evaluate(formula, {"a": 1}, period=60)
