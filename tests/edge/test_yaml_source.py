from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.edge.mistake import Mistake
from skynet.edge.yaml_source import YamlSource, YamlSyntaxError


def test_every_value_knows_its_line() -> None:
    source = YamlSource("# a comment\na: 1\nb:\n  - c: x\n    d:\n      e: y\n  - z\n")
    assert source.data == {"a": 1, "b": [{"c": "x", "d": {"e": "y"}}, "z"]}
    places = {("a",): 2, ("b",): 3, ("b", 0): 4, ("b", 0, "d"): 5, ("b", 0, "d", "e"): 6, ("b", 1): 7}
    assert {path: source.line_of(path) for path in places} == places
    assert source.line_of(("b", 0, "missing")) == 4, "what is missing is looked for where it belongs"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22:00", "22:00"),  # YAML 1.1 reads 1320
        ("on", "on"),
        ("no", "no"),
        ("2026-03-02", "2026-03-02"),
        ("012", 12),
        ("0x1f", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("true", True),
        ("~", None),
        ("", None),
        ("'12'", "12"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    source = YamlSource(f"key: {text}")
    assert source.data == {"key": value}
    assert source.mistakes == []


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a: 1\nb: 2\na: 3", "stands twice (first in line 1)"),
        ("x: 0\na: !!python/object/apply:os.system [ls]", "is not used here"),
        ("x: 0\na: !!int text", "does not fit"),
        ("x: 0\na: .nan", "is not a number"),
        ("x: 0\na: -Inf", "is not a number"),
        ("x: 0\na: 1e999", "too large"),
        ("x: 0\n? [1, 2]\n: 3", "single word"),
        ("x: 0\n'<<': 1\n<<: 3", "takes a mapping"),
        ('x: 0\na: "\\ud800"', "control character"),
        ('x: 0\na: "\\0"', "control character"),
    ],
)
def test_what_yaml_lets_pass_is_a_mistake_all_the_same(text: str, mistake: str) -> None:
    source = YamlSource(text)
    assert len(source.mistakes) == 1
    assert mistake in source.mistakes[0].text
    assert source.mistakes[0].line == text.count("\n") + (0 if "? [" in text else 1)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: [1, 2\nb: 3", 2, "not YAML"),
        ("a: 1\n\tb: 2", 2, "tabs"),
        ("a: 1\nb: *nobody", 2, "undefined alias"),
        ("a: 1\n---\nb: 2", 2, "single document"),
        ("a: 1\nb: \x07", 2, "character"),
        ("[" * 5000, 1, "nested too deeply"),
        ("a: &a [*a]", 1, "inside the value"),
        ('a: "\\U7fffffff"', 1, "not YAML"),
    ],
)
def test_what_is_no_yaml_names_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(YamlSyntaxError) as caught:
        YamlSource(text)
    assert (caught.value.line, said in caught.value.text) == (line, True), caught.value.text


def test_aliases_cannot_make_a_document_explode() -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    with pytest.raises(YamlSyntaxError, match="smaller"):
        YamlSource(laughs)


def test_merge_keys_fill_in_what_is_missing() -> None:
    source = YamlSource("base: &base {site: s, zones: {a: 1}}\ncam:\n  <<: *base\n  site: t\n")
    assert source.data == {"base": {"site": "s", "zones": {"a": 1}}, "cam": {"site": "t", "zones": {"a": 1}}}
    assert source.line_of(("cam", "site")) == 4
    assert source.line_of(("cam", "zones", "a")) == 1
    assert source.mistakes == []


@given(
    st.text(alphabet=st.characters(), max_size=60) | st.text(alphabet=" \n-:[]{}&*!|>'\"%@`#,?a1.<~\\tUx", max_size=60)
)
def test_any_text_is_data_or_a_syntax_error(text: str) -> None:
    try:
        mistakes = YamlSource(text).mistakes
    except YamlSyntaxError as error:
        mistakes = [Mistake((), error.text, error.line)]
    assert all(mistake.line and mistake.text.isprintable() for mistake in mistakes)
