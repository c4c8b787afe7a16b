"""The CSV of line managers that a school exports, as spreadsheets write it."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.people.people_file import PeopleFile, PeopleFileError, read_people
from tests.playground.launch import HERE, rooms
from tests.support.examples import tries

ID = "d3300000-0000-4000-8000-0000000000a{}"


def written(tmp_path: Path, text: str | bytes, seconds: int = 0) -> Path:
    path = tmp_path / "directory.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (seconds, seconds))
    return path


def mistakes(tmp_path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(PeopleFileError) as caught:
        read_people(written(tmp_path, text))
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    "text",
    [
        f"person,manager,manager_name\na@t.example,{ID.format(1)},Zoë Demo\n",
        f"\ufeffperson,manager,manager_name\r\na@t.example,{ID.format(1)},Zoë Demo\r\n",
        f"Person;Manager;Manager Name\nA@T.example ; {ID.format(1).upper()};Zoë Demo\n\n;;\n",
        f"manager_name\tmanager\tperson\nZoë Demo\t{ID.format(1)}\ta@t.example",
        f"person,manager,manager_name\na@t.example,{ID.format(1)},Zoë Demo\n".encode("cp1252"),
        f'person,manager,manager_name,school\n"a@t.example",{ID.format(1)},"Zoë  Demo",Demo School\n',
    ],
    ids=["plain", "with a mark", "semicolons", "tabs", "of an old spreadsheet", "quotes"],
)
def test_each_shape_of_an_export_is_read(tmp_path: Path, text: str | bytes) -> None:
    """Separators, marks, capitals, empty lines, further columns."""
    found = PeopleFile(written(tmp_path, text)).manager_of("a@T.EXAMPLE")
    assert found is not None
    assert (ID.format(1), "Zoë Demo") == (found.id, found.name)


def test_each_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    """One start, one list."""
    told = mistakes(
        tmp_path,
        f"person,manager,manager_id\nDemo Boss,b@t.example,\na@t.example,,\nc@t.example,c@t.example,\n"
        f"d@t.example,b@t.example,7\ne@t.example,b@t.example,{ID.format(1)}\ne@t.example,a@t.example,\n",
    )
    assert [
        "directory.csv:2: person: 'demo boss' is neither an e-mail address nor an Entra object id",
        "directory.csv:3: manager: it is empty",
        "directory.csv:4: manager: nobody is their own line manager",
        "directory.csv:5: manager_id: '7' is not an Entra object id",
        "directory.csv:7: person: e@t.example has another manager further up",
    ] == told


@pytest.mark.parametrize("text", ["", "name,boss\na@t.example,b@t.example", "person\na@t.example", b"\x00\xff\x00\xff"])
def test_a_file_without_the_columns_says_so(tmp_path: Path, text: str | bytes) -> None:
    """Rather than know nobody."""
    (told,) = mistakes(tmp_path, text)
    assert "no column" in told


@tries(150, same=True)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: ("person,manager\n" + text).encode()))
def test_any_file_is_read_or_refused(tmp_path: Path, data: bytes) -> None:
    """Whatever an export holds, the start says what is wrong with it rather than fail."""
    try:
        assert isinstance(PeopleFile(written(tmp_path, data)).people("demo"), list)
    except PeopleFileError as error:
        assert str(error)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(PeopleFileError, match=r"directory\.csv: cannot be read"):
        PeopleFile(tmp_path / "directory.csv")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """A new export needs no restart; a bad one changes nothing, is logged once, and a mended one counts."""
    file = PeopleFile(written(tmp_path, f"person,manager\na@t.example,{ID.format(1)}", seconds=1))
    written(tmp_path, f"person,manager\na@t.example,{ID.format(2)}", seconds=2)
    assert ID.format(2) == getattr(file.manager_of("a@t.example"), "id", None)
    written(tmp_path, "person,manager\na@t.example,nobody", seconds=3)
    with capture_logs() as logs:
        assert ID.format(2) == getattr(file.manager_of("a@t.example"), "id", None)
        assert ID.format(2) == getattr(file.manager_of("a@t.example"), "id", None)
    assert ["directory_file_unusable"] == [line["event"] for line in logs]
    assert [["directory.csv:2"]] == [line["at"] for line in logs]
    assert "nobody" not in str(logs)
    (tmp_path / "directory.csv").unlink()
    assert ID.format(2) == getattr(file.manager_of("a@t.example"), "id", None)
    written(tmp_path, f"person,manager\na@t.example,{ID.format(3)}", seconds=4)
    assert ID.format(3) == getattr(file.manager_of("a@t.example"), "id", None)


def test_what_the_file_says_of_somebody_is_put_together(tmp_path: Path) -> None:
    """An id in one row and a name in another belong to the same person, found by either key."""
    text = (
        f"person,person_id,manager,manager_id,manager_name\na@t.example,,b@t.example,{ID.format(2)},\n"
        f"b@t.example,,c@t.example,{ID.format(3)},Demo C\nd@t.example,,b@t.example,,Demo B\n"
    )
    file = PeopleFile(written(tmp_path, text))
    found = file.manager_of("d@t.example")
    assert (ID.format(2), "Demo B", "b@t.example") == (
        getattr(found, "id", ""),
        found and found.name,
        found and found.email,
    )
    assert ID.format(3) == getattr(file.manager_of(ID.format(2)), "id", None)
    assert ["Demo B"] == [who.name for who in file.people("demo b")]


def test_the_demo_file_is_about_the_people_of_the_playground() -> None:
    """The person at the Playground has a line manager among the others."""
    named = rooms()
    file = PeopleFile(HERE / "demo_directory.csv")
    manager = file.manager_of(named["currentUser"]["aadObjectId"])
    assert manager is not None
    others = {user["aadObjectId"]: user["name"] for user in named["users"]}
    assert others[manager.id] == manager.name
    for user in named["users"]:
        assert [user["aadObjectId"]] == [who.id for who in file.people(user["email"])]
