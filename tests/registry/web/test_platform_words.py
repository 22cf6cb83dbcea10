"""What a profile's declaration cannot cover is said before it is made, in both languages."""

import pytest

from registry.web.platform_words import advices_about

pytestmark = pytest.mark.usefixtures("in_a_request")


@pytest.mark.parametrize(
    ("prefix", "said"),
    [
        ("www.pixiv.net/users/123/", ["www.pixiv.net/artworks/", "i.pximg.net"]),
        ("x.com/kaze/", ["cannot check who holds a profile on X", "pbs.twimg.com"]),
        ("note.com/kaze/", ["cannot check who holds a profile on note", "assets.st-note.com"]),
        ("www.instagram.com/kaze/", ["cannot check", "www.instagram.com/p/", "cdninstagram.com"]),
        ("example.com/kaze/", []),
    ],
)
def test_it_is_said_what_a_profile_cannot_cover(prefix, said):
    found = list(advices_about(prefix))
    assert len(found) == len(said)
    assert all(words in sentence for words, sentence in zip(said, found, strict=True))
