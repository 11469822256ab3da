"""A statement that came packed: gzip, or a zip of one file. Opened within limits, and never an archive inside of an archive."""

from __future__ import annotations

import io
import zipfile
import zlib

from farthing.connections.files.model import BYTES_MAX, IN_PIECES
from farthing.core.errors import Rejected, TooLarge

RATIO_MAX = 200  # XML of banks shrinks to a thirtieth
_SMALL_BYTES = 1 << 20  # what is this small harms nobody, however densely it is packed
_MEMBERS_MAX = 1_000
GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def unpacked(content: bytes) -> bytes:
    """The file inside, or the same bytes where nothing is packed. Raises Rejected, TooLarge."""
    try:
        if content.startswith(GZIP):
            return _gunzipped(content)
        return _unzipped(content) if content.startswith(ZIP) else content
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OverflowError) as error:
        raise Rejected("broken_archive", "this archive is damaged or cut off: download it again", field="file") from error


def _gunzipped(content: bytes) -> bytes:
    flow = zlib.decompressobj(31)
    out = flow.decompress(content, BYTES_MAX + 1)
    _within(len(out), len(content))
    if not flow.eof:
        raise EOFError
    if flow.unused_data.strip(b"\x00"):
        raise Rejected("archive", "this archive holds several files: unpack it and import them one by one", field="file")
    return out


def _unzipped(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > _MEMBERS_MAX:
            raise TooLarge("too_many_files", f"an archive may have {_MEMBERS_MAX:,} files, of which one is a statement", field="file")
        files = [m for m in members if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
        if len(files) != 1:
            raise Rejected("archive", f"this archive holds {len(files)} files: unpack it and import them one by one", field="file")
        if files[0].flag_bits & 1:
            raise Rejected("archive_locked", "this archive has a password: unpack it and import the file in it", field="file")
        _within(files[0].file_size, len(content))
        with archive.open(files[0]) as packed:
            out = packed.read(BYTES_MAX + 1)  # whatever the archive says of its size
    _within(len(out), len(content))
    return out


def _within(size: int, packed: int) -> None:
    if size > _SMALL_BYTES and size > packed * RATIO_MAX:
        raise Rejected(
            "archive_too_dense", f"what is in this archive is more than {RATIO_MAX} times as large: no statement is", field="file"
        )
    if size > BYTES_MAX:
        raise TooLarge("too_large", f"a file may have {BYTES_MAX // 2**20} MB: {IN_PIECES}", field="file")
