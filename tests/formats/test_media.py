"""What a file is, by its bytes; and C-CDA as plain text that nothing can run in."""

import pytest

from careloop.facts.documents import MediaType
from careloop.formats.ccda import CcdaError, is_ccda, read_ccda
from careloop.formats.media import find_media_type, read_words

CDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Summary of care</title>
<recordTarget><patientRole><id extension="SECRET-ID"/></patientRole></recordTarget>
<component><structuredBody><component><section><code code="1"/><title>Medicines</title>
<text><table><thead><tr><th>Name</th><th>Dose</th></tr></thead>
<tbody><tr><td>Metformin</td><td>500 mg</td></tr></tbody></table>
<paragraph>Take with <content styleCode="Bold">food</content>.</paragraph>
<list><item>Áspero &amp; liso</item></list></text></section></component></structuredBody></component>
</ClinicalDocument>"""


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"%PDF-1.7\n", MediaType.PDF),
        (b"\x89PNG\r\n\x1a\n....", MediaType.PNG),
        (b"\xff\xd8\xff\xe0....", MediaType.JPEG),
        (b"GIF89a....", MediaType.GIF),
        (b"II*\x00....", MediaType.TIFF),
        (b"MM\x00*....", MediaType.TIFF),
        (CDA.encode(), MediaType.CDA),
        (CDA.replace("UTF-8", "UTF-16").encode("utf-16"), MediaType.CDA),
        (b"<html><script>alert(1)</script></html>", MediaType.TEXT),
        (b"<ClinicalDocument>not of HL7</ClinicalDocument>", MediaType.TEXT),
        ("Dolor de cabeza, náuseas".encode(), MediaType.TEXT),
        ("Dolor de cabeza, náuseas".encode("latin-1"), MediaType.OTHER),
        (b"MZ\x90\x00\x03", MediaType.OTHER),
        (b"PK\x03\x04....", MediaType.OTHER),
        (b"a\x00b", MediaType.OTHER),
    ],
)
def test_the_bytes_say_what_a_file_is(raw: bytes, kind: MediaType) -> None:
    assert find_media_type(raw) is kind


def test_the_narrative_of_a_ccda_comes_out_as_lines() -> None:
    assert read_ccda(CDA.encode()) == (
        "Summary of care\n\nMedicines\n\nName | Dose\nMetformin | 500 mg\nTake with food.\nÁspero & liso"
    )


BOMB = """<?xml version="1.0"?><!DOCTYPE ClinicalDocument [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&b;</title></ClinicalDocument>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE ClinicalDocument [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&x;</title></ClinicalDocument>"""
DEEP = '<ClinicalDocument xmlns="urn:hl7-org:v3">' + "<a>" * 300 + "</a>" * 300 + "</ClinicalDocument>"


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, DEEP, CDA[:300]])
def test_what_would_unfold_or_reach_outside_is_refused(text: str) -> None:
    with pytest.raises(CcdaError):
        read_ccda(text.encode())


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_a_declared_document_type_makes_it_plain_text_whose_words_are_shown_as_they_stand(text: str) -> None:
    assert not is_ccda(text.encode())
    assert read_words(text.encode(), find_media_type(text.encode())) == text


def test_pictures_and_pdfs_have_no_words_here() -> None:
    assert read_words(b"%PDF-1.7 words", MediaType.PDF) == ""


@pytest.mark.parametrize("encoding", ["cp125s1", "utf-7", "rot13", "x" * 5000])
def test_an_encoding_that_cannot_be_read_is_no_document(encoding: str) -> None:
    raw = f'<?xml version="1.0" encoding="{encoding}"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>'.encode()

    assert find_media_type(raw) is not MediaType.CDA
    with pytest.raises(CcdaError) as told:
        read_ccda(raw)
    assert len(str(told.value)) < 300
