from hms_desktop.domain.text_difference import difference


def test_only_what_differs_is_shown_with_a_line_around_it() -> None:
    before = "\n".join("abcdefghij")
    after = before.replace("c", "C").replace("j", "j\nk")
    assert difference(before, after) == ("  b", "- c", "+ C", "  d", "…", "  j", "+ k")
    assert difference(before, before) == ()
