import pytest

from crawler_filter.files.containers import Damage
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.embedded import media, xmp
from crawler_filter.signals.embedded.packet import Packet
from crawler_filter.signals.signal import Family
from tests.crawler_filter.signals.embedded import sample_files as files

REFUSED, ALLOWED = Preference.DISALLOWED, Preference.ALLOWED
NO_TRAINING = {Usage.TRAIN_AI: REFUSED}
PLUS = "http://ns.useplus.org/ldf/xmp/1.0/"


def read(content, *, is_scanned=False):
    return xmp.read(Packet(content, "XMP", is_scanned))


def only(content, **scanned):
    (signal,) = read(content, **scanned)
    return signal


DATA_MINING_FORMS = {
    "XMP part 1 7.5: element": files.data_mining(),
    "XMP part 1 7: attribute": files.xmp(attributes=f'plus:DataMining="{files.NO_TRAINING}"'),
    "XMP part 1 7: another prefix": files.xmp(f'<p:DataMining xmlns:p="{PLUS}">{files.NO_TRAINING}</p:DataMining>'),
    "XMP part 1 7: the default namespace": files.xmp(f'<DataMining xmlns="{PLUS}">{files.NO_TRAINING}</DataMining>'),
    "XMP part 1 7.5: resource": files.xmp(f'<plus:DataMining rdf:resource="{files.NO_TRAINING}"/>'),
    "XMP part 1 7.7: bag": files.xmp(f"<plus:DataMining><rdf:Bag><rdf:li>{files.NO_TRAINING}</rdf:li></rdf:Bag></plus:DataMining>"),
    "XMP part 1 7.8: qualified": files.xmp(
        f"<plus:DataMining><rdf:Description><rdf:value>{files.NO_TRAINING}</rdf:value></rdf:Description></plus:DataMining>"
    ),
    "XMP part 1 7.5: space around it": files.data_mining(f"\n  {files.NO_TRAINING}\t"),
    "XMP part 1 7: UTF-16": files.data_mining().decode().replace("\ufeff", "").encode("utf-16"),
    "XMP part 1 7: padded with NULs": files.data_mining() + b"\0" * 40,
}  # fmt: skip


@pytest.mark.parametrize("content", DATA_MINING_FORMS.values(), ids=DATA_MINING_FORMS)
def test_data_mining_is_read_in_the_form_of(content):
    signal = only(content)
    assert (signal.family, signal.preferences, signal.warning) == (Family.PLUS, NO_TRAINING, "")


def test_every_value_of_several_is_read():
    values = [files.DMI + "DMI-ALLOWED", files.NO_TRAINING]
    items = "".join(f"<rdf:li>{value}</rdf:li>" for value in values)
    signals = read(files.xmp(f"<plus:DataMining><rdf:Seq>{items}</rdf:Seq></plus:DataMining>"))
    assert [signal.preferences for signal in signals] == [
        {Usage.TDM: ALLOWED, Usage.TRAIN_AI: ALLOWED},
        NO_TRAINING,
    ]


def test_a_property_in_the_wrong_namespace_restricts_and_never_allows():
    wrong = 'xmlns:p="http://ns.useplus.org/ldf/xmp/1.0" p:DataMining="{}"'
    assert only(files.xmp(attributes=wrong.format(files.NO_TRAINING))).preferences == NO_TRAINING
    assert not only(files.xmp(attributes=wrong.format(files.DMI + "DMI-ALLOWED"))).preferences


def test_a_property_of_the_same_name_about_something_else_says_nothing():
    assert read(files.xmp(attributes='xmlns:p="urn:other" p:DataMining="coal"')) == ()


ALLOWING = {
    "PLUS": files.data_mining(files.DMI + "DMI-ALLOWED"),
    "TDMRep": files.xmp("<tdm:reservation>0</tdm:reservation>"),
}


@pytest.mark.parametrize("content", ALLOWING.values(), ids=ALLOWING)
def test_a_permission_at_the_top_of_a_packet_counts(content):
    assert only(content).preferences[Usage.TDM] is ALLOWED


@pytest.mark.parametrize("content", ALLOWING.values(), ids=ALLOWING)
def test_a_permission_in_a_packet_found_by_scanning_does_not(content):
    signal = only(content, is_scanned=True)
    assert not signal.preferences
    assert "not believed" in signal.warning


def test_what_an_ingredient_says_in_the_pantry_can_only_restrict():
    pantry = (
        '<xmpMM:Pantry xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"><rdf:Bag><rdf:li><rdf:Description>'
        "<plus:DataMining>{}</plus:DataMining></rdf:Description></rdf:li></rdf:Bag></xmpMM:Pantry>"
    )
    assert not only(files.xmp(pantry.format(files.DMI + "DMI-ALLOWED"))).preferences
    assert only(files.xmp(pantry.format(files.NO_TRAINING))).preferences == NO_TRAINING


CONDITIONS = {
    "plus:OtherConstraints": (
        "DMI-PROHIBITED-SEECONSTRAINT",
        '<plus:OtherConstraints><rdf:Alt><rdf:li xml:lang="x-default">ask first</rdf:li></rdf:Alt></plus:OtherConstraints>',
    ),
    "Iptc4xmpExt:EmbdEncRightsExpr": (
        "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR",
        """<Iptc4xmpExt:EmbdEncRightsExpr><rdf:Bag><rdf:li rdf:parseType="Resource">
        <Iptc4xmpExt:EncRightsExpr>ask first</Iptc4xmpExt:EncRightsExpr></rdf:li></rdf:Bag></Iptc4xmpExt:EmbdEncRightsExpr>""",
    ),
}


@pytest.mark.parametrize(("term", "condition"), CONDITIONS.values(), ids=CONDITIONS)
def test_the_condition_of_a_prohibition_is_evidence(term, condition):
    signal = only(files.xmp(f"<plus:DataMining>{files.DMI}{term}</plus:DataMining>{condition}"))
    assert signal.preferences == dict.fromkeys(Usage, REFUSED)
    assert "(ask first)" in signal.rule


def test_linked_rights_come_before_the_web_statement_and_the_licensor_is_the_contact():
    linked = (
        '<Iptc4xmpExt:LinkedEncRightsExpr><rdf:Bag><rdf:li rdf:parseType="Resource"><Iptc4xmpExt:LinkedRightsExpr>'
        "https://studio.example/odrl</Iptc4xmpExt:LinkedRightsExpr></rdf:li></rdf:Bag></Iptc4xmpExt:LinkedEncRightsExpr>"
    )
    licensor = (
        '<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorEmail>ask@studio.example'
        "</plus:LicensorEmail></rdf:li></rdf:Seq></plus:Licensor>"
    )
    statement = 'xmpRights:WebStatement="https://studio.example/rights"'
    mining = f"<plus:DataMining>{files.DMI}DMI-PROHIBITED-SEELINKEDRIGHTSEXPR</plus:DataMining>"
    assert only(files.xmp(mining + linked + licensor, statement)).terms.policy == "https://studio.example/odrl"
    assert only(files.xmp(mining + licensor, statement)).terms.policy == "https://studio.example/rights"
    assert only(files.xmp(mining + licensor)).terms.contact == "ask@studio.example"


def test_a_link_that_is_no_web_address_is_not_passed_on():
    assert (
        only(
            files.xmp(attributes=f'plus:DataMining="{files.NO_TRAINING}" xmpRights:WebStatement="javascript:x"')
        ).terms.policy
        is None
    )


TDM = {
    "TDMRep, its PDF example": (
        "<tdm:reservation>1</tdm:reservation><tdm:policy>https://provider.com/policies/policy.json</tdm:policy>",
        {Usage.TDM: REFUSED}, "https://provider.com/policies/policy.json",
    ),
    "TDMRep, a policy without a reservation is not processed": (
        "<tdm:reservation>0</tdm:reservation><tdm:policy>https://provider.com/policy</tdm:policy>", {Usage.TDM: ALLOWED}, None,
    ),
    "TDMRep, another value leaves it unset": ("<tdm:reservation>2</tdm:reservation>", {}, None),
    "TDMRep, departure: a word for 1 reserves": ("<tdm:reservation>yes</tdm:reservation>", {Usage.TDM: REFUSED}, None),
    "the namespace of the EPUB carrier": (
        '<t:reservation xmlns:t="http://www.w3.org/ns/tdmrep#">1</t:reservation>', {Usage.TDM: REFUSED}, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("properties", "preferences", "policy"), TDM.values(), ids=TDM)
def test_tdmrep_in_xmp(properties, preferences, policy):
    signal = only(files.xmp(properties))
    assert (signal.family, signal.preferences, signal.terms.policy) == (Family.TDMREP, preferences, policy)
    assert bool(signal.warning) == (not preferences or "yes" in properties)


ADDRESS = "https://studio.example/art/1.png"


def licensed(url, licence="<prohibits type='usage'>ai-train</prohibits>"):
    """An RSL licence of one scope, in XMP."""
    content = f"<content url='{url}'><license>{licence}</license></content>"
    return files.xmp(f"<rsl xmlns='https://rslstandard.org/rsl'>{content}</rsl>")


PERMITTED = "<permits type='usage'>ai-input</permits>"
OTHERS_REFUSED = {Usage.TRAIN_AI: REFUSED, Usage.SEARCH: REFUSED, Usage.TDM: REFUSED}


@pytest.mark.parametrize("url", ["", ADDRESS, "/art/"], ids=["this file", "its address", "its folder"])
def test_rsl_4_8_a_licence_is_read_for_the_file_it_is_in(url):
    (refused,) = xmp.read(Packet(licensed(url), "XMP"), ADDRESS)
    assert (refused.family, refused.preferences, refused.locator) == (Family.RSL, NO_TRAINING, "XMP")
    (listed,) = xmp.read(Packet(licensed(url, PERMITTED), "XMP"), ADDRESS)
    assert listed.preferences == OTHERS_REFUSED | {Usage.AI_USE: ALLOWED}


@pytest.mark.parametrize(
    ("packet", "is_scanned"),
    [
        (licensed("", PERMITTED), True),
        (licensed("", PERMITTED).replace(b"<rsl", b"<x:i><rsl").replace(b"</rsl>", b"</rsl></x:i>"), False),
    ],
    ids=["RSL 4.8: found by scanning", "RSL 4.8: below the top"],
)
def test_an_rsl_licence_that_may_be_about_another_file_restricts_and_never_allows(packet, is_scanned):
    (signal,) = xmp.read(Packet(packet, "XMP", is_scanned=is_scanned), ADDRESS)
    assert (signal.preferences, "may not be about the whole file" in signal.warning) == (OTHERS_REFUSED, True)


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (licensed("https://mirror.example/art/1.png", ""), "says nothing of this file"),
        (files.xmp("<rsl xmlns='https://rslstandard.org/rsl'/>"), "no content element"),
        (licensed("").replace(b"</rsl>", b"</rsl><rsl xmlns='https://rslstandard.org/rsl'/>"), "more than one"),
    ],
    ids=["RSL 4.8: another address, and no term", "RSL 3.2: an empty licence", "RSL 4.8: two licences"],
)
def test_an_rsl_licence_that_leaves_something_open_is_not_silence(packet, reason):
    signal = xmp.read(Packet(packet, "XMP"), ADDRESS)[-1]
    assert (signal.family, signal.preferences, signal.unchecked) == (Family.RSL, {}, True)
    assert reason in signal.warning


UNREAD = {
    "a manifest kept elsewhere": (
        files.xmp(attributes='dcterms:provenance="https://cai.example/m"'),
        [Family.CAWG],
    ),
    "an RSL licence in a packet that is cut off": (
        licensed("")[:-60],
        [Family.PLUS, Family.TDMREP, Family.RSL],
    ),
    "a packet with a DOCTYPE": (b"<!DOCTYPE x><x/>", [Family.PLUS, Family.TDMREP]),
    "a packet that is no XML": (b"\xff\xfe\xfd", [Family.PLUS, Family.TDMREP]),
    "a packet that is cut off": (files.xmp("")[:-60], [Family.PLUS, Family.TDMREP]),
    "a packet in Latin-1 that may reserve": (
        files.xmp("<a>\xe9 reservation</a>").replace(b"\xc3\xa9", b"\xe9"),
        [Family.PLUS, Family.TDMREP],
    ),
    "broken XML in UTF-16": ("</rdf:RDF>é".encode("utf-16-be"), [Family.PLUS, Family.TDMREP]),
}


@pytest.mark.parametrize(("content", "families"), UNREAD.values(), ids=UNREAD)
def test_what_is_there_but_cannot_be_read_is_said_for_every_family_that_may_speak_there(content, families):
    signals = read(content)
    assert [signal.family for signal in signals] == families
    assert all(not signal.preferences and signal.warning.startswith("could not be read") for signal in signals)


@pytest.mark.parametrize(
    "content",
    [b"", b" \n\0\0", files.xmp("<a>Jos\xe9</a>").replace(b"\xc3\xa9", b"\xe9"), files.xmp("<a>a\x0bb</a>")],
    ids=["empty", "blank", "Latin-1", "a control character"],
)
def test_a_broken_packet_that_has_no_name_in_it_that_could_state_anything_is_silent(content):
    assert read(content) == ()


def test_a_prohibition_in_a_packet_that_is_cut_off_still_forbids():
    content = files.data_mining(files.DMI + "DMI-PROHIBITED-GENAIMLTRAINING")
    fault, _, signal = read(content[: content.index(b"</plus:DataMining>") + 3])
    assert fault.warning.startswith("could not be read")
    assert signal.preferences == NO_TRAINING


def test_a_permission_in_a_packet_that_is_cut_off_does_not_allow():
    content = files.data_mining(files.DMI + "DMI-ALLOWED")
    assert not any(signal.preferences for signal in read(content[:-40]))


def test_more_values_than_any_sound_packet_has_are_counted_as_unread():
    signals = read(files.xmp("<plus:DataMining>DMI-ALLOWED</plus:DataMining>" * 1000))
    assert len(signals) < 70
    assert "more than 64 values" in signals[-1].warning


def test_damage_of_the_file_around_it_is_passed_on():
    (signal, _) = xmp.read(Damage(17, "PNG ends"))
    assert (signal.locator, signal.warning) == ("byte 17", "could not be read: PNG ends")


MISSPELT = [
    ("http://www.w3.org/ns/tdmrep/", "Reservation"),
    ("http://www.w3.org/ns/tdmrep/", "tdm-reservation"),
    ("https://www.w3.org/ns/tdmrep/", "reservation"),
    ("http://www.w3.org/ns/tdmrep", "reservation"),
    ("http://ns.adobe.com/pdfx/1.3/", "tdm-reservation"),
    ("http://ns.adobe.com/pdfx/1.3/", "tdmReservation"),
]


@pytest.mark.parametrize(("namespace", "name"), MISSPELT)
def test_a_misspelt_reservation_of_tdmrep_reserves_and_never_permits(namespace, name):
    for value, said in (("1", {Usage.TDM: Preference.DISALLOWED}), ("0", {})):
        packet = files.xmp(attributes=f'xmlns:own="{namespace}" own:{name}="{value}"')
        (signal,) = media.read(files.jpeg_xmp(packet), "")
        assert signal.preferences == said


@pytest.mark.parametrize("name", ["Reservation", "reservation", "reservationNumber"])
def test_a_reservation_of_anything_else_says_nothing(name):
    packet = files.xmp(attributes=f'xmlns:own="http://hotel.example/" own:{name}="1"')
    assert not media.read(files.jpeg_xmp(packet), "")
