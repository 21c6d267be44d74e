"""Mutants of a text: one change each, that compiles and means something else."""

from __future__ import annotations

import pytest

from tools.mutants.mutations import changes_of, make_mutant


def mutants(text: str) -> list[str]:
    made = [make_mutant(text, change) for change in changes_of(text)]
    return [mutant.text for mutant in made if mutant is not None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", ["(a <= b)"]),
        ("a < b < c", ["(a <= b < c)", "(a < b <= c)"]),
        ("a is not b", ["(a is b)"]),
        ("a not in b", ["(a in b)"]),
        ("a + b", ["(a - b)"]),
        ("a // b", ["(a * b)"]),
        ("a and b", ["(a or b)"]),
        ("not a", ["(a)"]),
        ("-a", ["(a)"]),
        ("a if b else c", ["(c if b else a)"]),
        ("a = 7", ["a = 8", "a = 70"]),
        ("a = 0", ["a = 1", "a = -1"]),
        ("a = True", ["a = False"]),
        ("a += b", ["a -= b"]),
        ("f(a)", ["pass"]),
        ("if a: b = c", ["if (not a): b = c"]),
        ("while a: break", ["while (not a): break", "while a: continue"]),
        ("def f(): return a", ["def f(): return None"]),
    ],
)
def test_each_kind_of_code_has_its_mutants(text, expected):
    assert mutants(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a = 'text'",
        "logger.info('text')",
        "print(a)",
        "import a",
        "a: Literal[1]",
        "def f(a: tuple[1]) -> Annotated[int, 3]: return",
        "if TYPE_CHECKING:\n    a = 1",
        "@cache(3)\ndef f(): return None",
        "a = cast(int | None, b)",
    ],
)
def test_words_and_types_are_left_alone(text):
    assert mutants(text) == []


def test_a_mutant_keeps_the_rest_of_the_file():
    text = "é = 'ü'\nif é and (\n    b\n    < c\n):\n    d()  # why\n"

    assert sorted(mutants(text)) == sorted(
        [
            "é = 'ü'\nif (not (é and b < c)):\n    d()  # why\n",
            "é = 'ü'\nif (é or b < c):\n    d()  # why\n",
            "é = 'ü'\nif é and (\n    (b <= c)\n):\n    d()  # why\n",
            "é = 'ü'\nif é and (\n    b\n    < c\n):\n    pass  # why\n",
        ]
    )


def test_a_mutant_names_the_line_of_its_change():
    text = "a = b\nc = d + e\n"
    (mutant,) = [made for change in changes_of(text) if (made := make_mutant(text, change))]

    assert mutant.line == 2
