"""Zip archives with the same bytes for the same content."""

import io
import zipfile
from collections.abc import Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can hold


def pack(files: Mapping[str, bytes]) -> bytes:
    """Pack files, name -> content, in the order given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def repack(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Pack an archive anew, without the times at which its files were written, and with some files changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return pack({name: changed.get(name) or archive.read(name) for name in archive.namelist()})
