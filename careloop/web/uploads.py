"""Files on their way in: held in memory, never on disk in the open, and cut off at the limit."""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from careloop.facts.documents import MAX_FILE_BYTES


class LimitedUpload(FileUploadHandler):
    """Keep up to the limit of each file; of a larger one only its size is left, to say no to it."""

    kept = BytesIO()
    size = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.kept, self.size = BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or nothing at all of a file that is too large."""
        self.size += len(raw_data)
        if self.size <= MAX_FILE_BYTES:
            self.kept.write(raw_data)
        else:
            self.kept = BytesIO()

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand the file over."""
        self.kept.seek(0)
        name = self.file_name or ""
        return InMemoryUploadedFile(self.kept, self.field_name, name, self.content_type, self.size, self.charset)
