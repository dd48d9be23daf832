"""Reports that were filed wrong: what came of them beside their referral, and the file for those who had it in hand."""

from uuid import UUID

from django.db import connection

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.documents import ENDINGS, DocumentFile, MediaType
from careloop.guard.doors import reading
from careloop.records.models import Referral


@reading(needs=Right.REFERRAL_READ, about=Referral)
def get_misfiled_file(acting: Acting, referral: Referral, *, report_id: UUID) -> DocumentFile:
    """Return the bytes of a report that was taken out, for who brought it, read it, told of it or took it out.

    :raises NotFound: for anybody else, and for a report that was not another person's
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM misfiled_document(%s, %s)", [referral.pk, report_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    media_type, content, sha256 = MediaType(row[0]), bytes(row[1]), bytes(row[2])
    return DocumentFile(referral.patient_id, f"report-{sha256.hex()[:8]}.{ENDINGS[media_type]}", media_type, content)
