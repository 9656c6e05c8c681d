"""Files of a results folder: written completely or not at all, read with their checksums."""

import io
import re
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.results.writing import StoreFault
from sim.core.received import read_bytes, reason_of
from sim.core.whole_file import write_bytes

LARGEST_TABLE = 1 << 34  # bytes of a file
_SHARD = re.compile(r"\d{8}-[0-9a-f]{12}\.parquet")


def write_whole(path: Path, data: bytes) -> None:
    """Write under another name, flush to the disk, then rename. Raises StoreFault and leaves nothing half-written."""
    try:
        write_bytes(path, data)
    except OSError as error:
        raise StoreFault(
            f"{path}: cannot be written ({reason_of(error)}); what was written before is complete"
        ) from None


def write_shard(folder: Path, number: int, data: bytes) -> None:
    """Write a shard. Its name holds its number and the hash of its content."""
    write_whole(folder / f"{number:08d}-{_hash(data)}.parquet", data)


def shard_number(path: Path) -> int:
    """Number of a shard."""
    return int(path.stem.partition("-")[0])


def _hash(data: bytes) -> str:
    return blake2b(data, digest_size=6).hexdigest()


def read(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a table. A shard must have the content that its name promises, bit for bit. Raises StoreFault."""
    try:
        data = read_bytes(path, LARGEST_TABLE)
        if _SHARD.fullmatch(path.name) and _hash(data) != path.stem.partition("-")[2]:
            raise pa.ArrowInvalid("its content is not what was written")
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        return file.read(
            columns, use_threads=False
        )  # a thread of Arrow that outlives the interpreter aborts the process
    except (OSError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())[:120]
        advice = (
            ". Repeat the command that made the folder: it sets the file aside and runs again what was in it; all other "
            "files stay as they are"
        )
        shard = _SHARD.fullmatch(path.name)
        raise StoreFault(f"{path}: cannot be read ({reason}){advice if shard else ''}") from None


def fault(path: Path) -> StoreFault | None:
    """Read a file to its end; return the fault, or None."""
    try:
        read(path)
    except StoreFault as store_fault:
        return store_fault
    return None


def as_parquet(table: pa.Table) -> bytes:
    """Parquet file of a table, with a checksum on every page and without optional parts, because shards are small."""
    buffer = io.BytesIO()
    keys = [name for name in ("point", "replication") if name in table.column_names]
    options = {"write_statistics": keys, "use_dictionary": False, "store_schema": False}
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True, **options)
    return buffer.getvalue()
