import pytest

from registry.accounts.email_address import normalised
from registry.errors import InvalidRequestError
from registry.mail.sender import letter


@pytest.mark.parametrize(
    "text",
    [
        "=?utf-8?q?eve=40evil.example=2C?=@studio.example",
        "a=?b@studio.example",
        "a..b@studio.example",
        ".a@studio.example",
        "a.@studio.example",
        "a@b@studio.example",
        "a\nbcc:eve@evil.example",
        "a\r\nBcc: eve@evil.example@studio.example",
        "a\x00@studio.example",
        "a\u202e@studio.example",
        "<aoi@studio.example>",
        "Aoi <aoi@studio.example>",
        '"a b"@studio.example',
        "a,b@studio.example",
        "a@[192.0.2.1]",
        "a" * 65 + "@studio.example",
    ],
)
def test_what_a_header_could_read_as_something_else_is_no_address(text):
    with pytest.raises(InvalidRequestError):
        normalised(text)


@pytest.mark.parametrize(
    "text", ["o'brien+tag=x@studio.example", "a!#$%&*/?^_`{|}~-b@studio.example", "a.b-c@x.example"]
)
def test_the_letter_goes_to_exactly_the_address_that_was_read(text):
    address = normalised(text)
    message = letter("noreply@registry.example", address, "subject", "text")
    assert [each.addr_spec for each in message["To"].addresses] == [address]
    assert f"To: {address}" in message.as_string()
