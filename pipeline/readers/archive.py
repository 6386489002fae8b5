"""Zip archives from outside, which .docx and .xlsx files are: their size is known before they are unpacked."""

import io
import zipfile
import zlib

from pipeline.readers.reading import Source, Unreadable

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and new ones with a password
MAX_PARTS = 10_000  # files in one archive; Office writes some tens
BLOCK = 1 << 20


def check_archive(source: Source, needed: str) -> zipfile.ZipFile:
    """Open the archive and check that unpacking it stays below the limit.

    Args:
        source: the file.
        needed: part that a file of this format has.

    Raises:
        Unreadable: it is no archive, is locked or damaged, lacks the part, or unpacks to more than the limit.
    """
    if source.data.startswith(OLE_SIGNATURE):
        raise Unreadable("is locked with a password or in an old Office format; save it anew without a password")
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise Unreadable("is damaged: it is not the zip archive that it should be") from None
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise Unreadable(f"holds {len(parts)} parts, far more than an Office file does")
    if needed not in archive.namelist():
        raise Unreadable(f"is not what its name says: it has no part {needed}")
    limit = source.limits.max_unpacked_mb * 1_000_000
    if sum(part.file_size for part in parts) > limit or _unpacked(archive, limit) > limit:
        raise Unreadable("unpacks to more than ingest.max_unpacked_mb allows")
    return archive


def _unpacked(archive: zipfile.ZipFile, limit: int) -> int:
    """Bytes that the archive really unpacks to, counted block by block up to a limit: what it says may be a lie."""
    total = 0
    try:
        for part in archive.infolist():
            with archive.open(part) as stream:
                while (block := stream.read(BLOCK)) and total <= limit:
                    total += len(block)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise Unreadable("is damaged or locked: a part of it cannot be unpacked") from None
    return total
