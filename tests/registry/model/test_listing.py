from registry.model.listing import that_fit


def test_a_page_ends_once_it_has_its_bytes_and_asks_for_no_row_after_that():
    asked = []

    def rows():
        for row in ("aaaa", "bbb", "c", "dddd"):
            asked.append(row)
            yield row

    assert list(that_fit(rows(), len, most=8)) == ["aaaa", "bbb", "c"] == asked


def test_a_row_that_is_larger_than_a_page_is_a_page():
    assert list(that_fit(["aaaa", "b"], len, most=2)) == ["aaaa"]
    assert list(that_fit(["", ""], len, most=2)) == ["", ""]
