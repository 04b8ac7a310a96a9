"""What the rows of exports answer: files."""

from typing import ClassVar

from channel_gateway.service import Written


class ExportFile(Written):
    """One of the kinds below."""

    media_type: ClassVar[str] = "application/octet-stream"

    content: bytes

    def written(self) -> bytes:
        return self.content


class CsvExport(ExportFile):
    media_type: ClassVar[str] = "text/csv; charset=utf-8"


class XlsxExport(ExportFile):
    media_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
