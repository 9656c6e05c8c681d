"""Tables of cases as spreadsheets write them: what is clear is read, and everything else is refused with its line."""

from pathlib import Path

import pytest

from experiments.sweep.case_table import read_cases
from sim.core.faults import ConfigError

pytestmark = pytest.mark.exact


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        ("name,days\na,5\n,\n", {"a": {"days": 5}}),
        ("name,days,,\na,5,,\n\n,,,\n", {"a": {"days": 5}}),
        ("\ufeffname,days\na,5\n", {"a": {"days": 5}}),
        ("name,x\na,3E-01\nb,3e-1\n", {"a": {"x": 0.3}, "b": {"x": 0.3}}),
        ("name,scenario.start_date\na,2022-01-02\n", {"a": {"scenario.start_date": "2022-01-02"}}),
        ("name,x\nNO,no\n2022,NO\n", {"NO": {"x": "no"}, "2022": {"x": "NO"}}),
        ("days,x\n5,\n,2\n", {"line 2": {"days": 5}, "line 3": {"x": 2}}),
        ('name,x\na,"[1, 2]"\n', {"a": {"x": [1, 2]}}),
    ],
)
def test_a_clear_table_is_read(tmp_path, text, cases):
    """Empty columns and lines, a byte order mark, numbers, dates, names."""
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert read_cases(tmp_path / "a.csv") == cases


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,days,days\na,5,7\n", "line 1: two columns have the title 'days'"),
        ("name;days\na;5\n", "line 1: the columns are separated by semicolons"),
        ("name\tdays\na\t5\n", "line 1: the columns are separated by tabs"),
        ('name,x\na,"0,5"\n', "line 2, x: 0,5 has a decimal comma; write 0.5"),
        ("name,x\na,0,5\n", "another number of cells than the header .*a decimal comma cuts a number in two"),
        ("name,,x\na,1,2\n", "line 1: column 2 has no title"),
        ("name,x\na,1\n,2\n", "line 3: the case has no name"),
        ("name,x\na,1\nb,2\na,3\n", "line 4: the name 'a' stands a second time"),
        ("name,x\na,!!python/name:os.system\n", "line 2, x: .* is not allowed"),
        ("name,x\na,.inf\n", "line 2, x: .*no finite number"),
        ('name,x\na,"b\n', "is no table"),
        ("name,x\n", "must hold cases"),
        ("\n\n", "must hold cases"),
    ],
)
def test_an_unclear_table_is_refused(tmp_path, text, message):
    """One message that names file, line and cause."""
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as fault:
        read_cases(tmp_path / "a.csv")
    assert str(tmp_path / "a.csv") in str(fault.value) and len(str(fault.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: {x: 1}\na: {x: 2}\n", "line 2: the key a"), ("- a\n", "must hold cases"), ("a: 1\n", "'a' has none"), ("a: [", "line 2")],
)  # fmt: skip
def test_cases_in_yaml_are_as_strict(tmp_path, text, message):
    """A name twice, a list, a case without settings, an open bracket; a case NO is NO."""
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_cases(path)
    path.write_text("NO: {scenario.start_date: 2022-01-02}\n", encoding="utf-8")
    assert read_cases(path) == {"NO": {"scenario.start_date": "2022-01-02"}}


@pytest.mark.parametrize("place", ["/dev/zero", "."])
def test_a_device_or_a_folder_is_no_table(place):
    """Refused before anything is read."""
    with pytest.raises(ConfigError, match=r"a device, not a file|a folder"):
        read_cases(Path(place))
