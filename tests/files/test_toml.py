"""The bounded TOML reader: what is too big, too deep or no text is one sentence before the parser sees it."""

import os

import pytest

from cosmodrome.errors import MissionFileError
from cosmodrome.files.toml import MAX_FILE_BYTES, file_beside, read_toml


def read(tmp_path, content):
    path = tmp_path / "case.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_toml(path, MissionFileError)


def test_an_ordinary_file_is_read_with_strings_comments_and_nesting(tmp_path):
    text = 'a = "x # [not] a comment" # [[[\nb = [[1, 2], [3]]\n[c.d]\n'
    text += 'e = \'\'\'it\'s\n"ok"\'\'\'\nf = """a\n\\"b"""\n'
    assert read(tmp_path, text) == {
        "a": "x # [not] a comment",
        "b": [[1, 2], [3]],
        "c": {"d": {"e": 'it\'s\n"ok"', "f": 'a\n"b'}},
    }


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbfa = 1\r\nb = 2\r\n") == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfea\x00", "UTF-16"),
        (b"a = 1\nb = '\xe9'\n", "line 2 is not UTF-8"),
        (b"a = 1\x00\n", "zero byte"),
        ("a = 1\nb = 2,5\n", "line 2 is not valid TOML.*decimals with a point"),
        ("a = 1\nvehicle = soyuz-2.1b\n", "line 2 is not valid TOML.*quotation marks"),
        ("a = 1\nb\n", 'line 2 is not valid TOML.*"key = value"'),
        ("a = 1\na = 2\n", "line 2 is not valid TOML: this name is given twice"),
        ("[a]\n[b]\n[a]\n", "line 3 is not valid TOML: this name is given twice"),
        ("t = 2027-13-15T02:00:00Z\n", "a day reads 2027-04-15, a date-time 2027-04-15T02:00:00Z"),
        ("a = 200 km\n", "something stands behind the value.*a number reads 51.7"),
        ("a = .5\n", "a number reads 51.7"),
        ("a = −5\n", "a number reads 51.7"),
        ("d = 15.04.2027\n", "a day reads 2027-04-15"),
        ("a = True\n", "small letters"),
        ("a = \n", "a value is missing"),
        ('a = "C:\\Users"\n', "a backslash is written twice"),
        ("a = “x”\n", "quotation marks"),
        ("a = {b = 1, b = 2}\n", "this name is given twice in `a = {b = 1, b = 2}`$"),
        ("a = 1\rb = 2\r", "line 1 ends as on old Macs"),
        ("a = 1\n".encode("utf-16-le"), "is UTF-16 text"),
        ("a = 1\n".encode("utf-32"), "is UTF-32 text"),
        (" <!DOCTYPE html><p>404", "is a web page"),
        (b"PK\x03\x04\xff\xfe\x00", "is no text file"),
        ('a = "x\n', "line 1 opens a quotation mark that is never closed"),
        ("a = [1, 2", "ends too early|line 1"),
        ("a = " + "[" * 100 + "]" * 100, "nests brackets deeper"),
        ("a." * 50 + "b = 1", "more than 8 dots"),
        ("a = 1" + "0" * 30, "integer of over 18 digits"),
        ("a" * 300 + " = 1", "longer than 200"),
        (b"a = 1\n" * (MAX_FILE_BYTES // 5), "larger than 256 KiB"),
    ],
)
def test_what_is_no_usable_toml_is_one_sentence(tmp_path, content, expected):
    with pytest.raises(MissionFileError, match=expected) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith("case.toml: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "unit", ['"\\', '"""', "'''", "'", "[", "{a=", "a.", "#", '\\"', "1_", '""', "''", '"a"."b".']
)
def test_a_megabyte_of_the_same_piece_is_refused(tmp_path, unit):
    # With a scanner that is quadratic on one of these, this test hangs for minutes instead of milliseconds.
    with pytest.raises(MissionFileError):
        read(tmp_path, "a = " + unit * (900_000 // len(unit)) + "\nb")


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path):
    with pytest.raises(MissionFileError, match="there is no such file"):
        read_toml(tmp_path / "absent.toml", MissionFileError)
    with pytest.raises(MissionFileError, match="is a folder"):
        read_toml(tmp_path, MissionFileError)
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(MissionFileError, match="not a regular file"):
        read_toml(tmp_path / "pipe.toml", MissionFileError)


def test_a_file_is_found_beside_the_one_that_names_it(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "air.csv").write_text("x")
    base = tmp_path / "m.toml"
    assert file_beside("sub/air.csv", base, "k", MissionFileError) == (tmp_path / "sub/air.csv").resolve()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("/etc/passwd", "absolute"),
        ("~/x.csv", "absolute"),
        ("C:\\x.csv", "absolute"),
        ("\\\\server\\x.csv", "absolute"),
        ("../outside.csv", "leaves the folder"),
        ("sub/../../outside.csv", "leaves the folder"),
        ("link.csv", "leaves the folder"),
        ("absent.csv", "does not exist"),
        ("folder", "not a regular file"),
        ("a\x00b", "no usable file name"),
    ],
)
def test_a_named_file_never_lies_outside_the_folder(tmp_path, name, expected):
    inside = tmp_path / "inside"
    (inside / "folder").mkdir(parents=True)
    (tmp_path / "outside.csv").write_text("x")
    (inside / "link.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(MissionFileError, match=expected):
        file_beside(name, inside / "m.toml", "environment.wind", MissionFileError)
