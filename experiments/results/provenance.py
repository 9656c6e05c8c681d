"""Provenance of a result: manifest and configurations, read from its folder, a figure or a report."""

import base64
import json
import lzma
import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from experiments.results.figure_file import read_figure
from experiments.results.manifest import command_line
from experiments.results.saved_files import Manifest, SweepManifest, faults_of
from experiments.results.unfinished import check_finished
from sim.core.faults import ConfigError, describe_fault
from sim.core.received import check_folder, file_digest, inside, parse_json, read_bytes, read_json, reason_of
from sim.spec.config_files import saved_tree
from sim.spec.renamed_keys import refuse_result

MARK = "suasion"  # name of the text in a figure and of the element in a report
LARGEST = 1 << 26  # bytes of an unpacked text; sixteen arms take two million
MEMORY = 1 << 28  # bytes that unpacking may take
EXPECTED = "must be a results folder, its manifest.json, or a figure (PNG, GIF) or report (HTML) that suasion made"


@dataclass(frozen=True)
class Provenance:
    """A manifest with the resolved configurations by file stem, and the folder of the results if there is one."""

    manifest: dict[Any, Any]
    trees: dict[str, dict[Any, Any]]
    folder: Path | None = None

    @property
    def experiment(self) -> str:
        """The command: run, compare, sweep."""
        return self.manifest["words"][0]


def tree_digest(tree: dict[Any, Any]) -> str:
    """SHA-256 of a resolved configuration. The order of keys counts, because it is the order of the rows."""
    return sha256(json.dumps(tree, separators=(",", ":")).encode()).hexdigest()


def result_digests(folder: Path) -> dict[str, str]:
    """File name -> SHA-256, of all values of a Parquet table whatever its compression, or of the text of a JSON file."""
    files = [f for kind in ("*.parquet", "*.json") for f in sorted(folder.glob(kind)) if f.name != "manifest.json"]
    return {f.name: _file_digest(f) for f in files}


def _file_digest(path: Path) -> str:
    try:
        return _table_digest(path) if path.suffix == ".parquet" else file_digest(path)
    except (OSError, ValueError) as error:  # of pyarrow too
        raise ConfigError(_fault(path, f"is damaged or cannot be read ({str(error).splitlines()[0]})")) from None


def _table_digest(path: Path) -> str:
    import pyarrow.parquet

    digest = sha256()
    file = pyarrow.parquet.ParquetFile(path)
    for name in file.schema_arrow.names:  # a column at a time: tables may be larger than memory
        column = file.read([name]).column(0)
        digest.update(repr((name, str(column.type), len(column))).encode())
        values = column.to_numpy()
        digest.update(json.dumps(values.tolist()).encode() if values.dtype == object else values.tobytes())
    return digest.hexdigest()


def pack(manifest: dict[Any, Any], trees: dict[str, dict[Any, Any]]) -> str:
    """Manifest and configurations as one short text for figures and reports."""
    text = json.dumps({"manifest": manifest, "trees": trees}, separators=(",", ":"))
    return base64.b64encode(lzma.compress(text.encode(), preset=3)).decode()


def read_provenance(file: str) -> Provenance:
    """Provenance of a results folder, a manifest, a figure or a report. Raises ConfigError."""
    path = Path(file)
    if os.path.isdir(path):
        return _from_folder(path / "manifest.json")
    try:
        content = read_bytes(path)
    except OSError as error:
        raise ConfigError(_fault(path, f"cannot be read ({error.strerror or error}); it {EXPECTED}")) from None
    if path.name == "manifest.json":
        return _from_folder(path)
    if content.startswith((b"\x89PNG", b"GIF8")):
        return _unpack(path, _figure_text(path))
    if b"<html" in content[:1000].lower():
        pattern = rb'<script type="text/plain" id="%s">([^<]*)</script>' % MARK.encode()
        packed_text = re.search(pattern, content)
        return _unpack(path, packed_text.group(1).decode("ascii", "replace") if packed_text else None)
    raise ConfigError(_fault(path, EXPECTED))


def _from_folder(path: Path) -> Provenance:
    folder = path.parent
    check_folder("FILE", folder)
    check_finished("FILE", folder)
    try:
        manifest = read_json(path)
    except FileNotFoundError:
        raise ConfigError(_fault(folder, "holds no manifest.json, so it is not a results folder")) from None
    except (OSError, ValueError) as error:
        raise ConfigError(_fault(path, f"is damaged or cannot be read ({reason_of(error)})")) from None
    manifest = check_manifest(path, manifest)
    trees = {}
    for name, digest in manifest.get("configuration", {}).items():
        trees[name] = saved_tree("FILE", inside("FILE", folder, f"{name}.yaml"))
        refuse_result("FILE", folder, trees[name], manifest["suasion"])
        if tree_digest(trees[name]) != digest:
            allowed = "was changed after the result was made, so it cannot repeat the result; `suasion run config=FILE` runs a changed one"
            raise ConfigError(_fault(folder / f"{name}.yaml", allowed))
    return Provenance(manifest, trees, folder)


def _figure_text(path: Path) -> str | None:
    try:
        figure = read_figure(path)
    except (OSError, ValueError) as error:
        raise ConfigError(_fault(path, f"is a damaged figure ({error})")) from None
    mark, _, text = figure.comment.partition(":")
    return figure.text.get(MARK) or (text if mark == MARK else None)


def _unpack(path: Path, text: str | None) -> Provenance:
    if text is None:
        raise ConfigError(_fault(path, f"does not say how it was made; it {EXPECTED}"))
    try:
        decompressor = lzma.LZMADecompressor(memlimit=MEMORY)
        content = parse_json(decompressor.decompress(base64.b64decode(text, validate=True), LARGEST))
        manifest, trees = content["manifest"], content["trees"]
    except (ValueError, KeyError, TypeError, EOFError, lzma.LZMAError) as error:
        raise ConfigError(_fault(path, f"is damaged: what it says of its making cannot be read ({error})")) from None
    manifest = check_manifest(path, manifest)
    if not isinstance(trees, dict) or trees.keys() != manifest.get("configuration", trees).keys():
        raise ConfigError(_fault(path, "is damaged: its configurations are not those that its manifest names"))
    for tree in (tree for tree in trees.values() if isinstance(tree, dict)):
        refuse_result("FILE", path, tree, manifest["suasion"])
    return Provenance(manifest, trees)


def check_manifest(path: Path, manifest: object) -> dict[Any, Any]:
    """Check that a manifest can be repeated; the message on an old one gives at least its command. Raises ConfigError.

    The command is written anew from the recorded words, so that pasting it into a shell runs suasion and nothing else.
    """
    if not isinstance(manifest, dict) or "suasion" not in manifest:
        raise ConfigError(_fault(path, "is not a manifest that suasion wrote"))
    words = manifest.get("words")
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        manifest = manifest | {"command": command_line(words)}
    faults = faults_of(SweepManifest if "bases" in manifest else Manifest, manifest)
    if faults:
        keys = ", ".join(dict.fromkeys(key.partition(".")[0] or "content" for key, _ in faults))
        key, reason = faults[0]
        by_hand = f"; repeat it by hand: {manifest['command']}" if isinstance(manifest.get("command"), str) else ""
        raise ConfigError(_fault(path, f"has no usable {keys} ({key}: {reason}){by_hand}"))
    return manifest


def _fault(path: Path, allowed: str) -> str:
    return describe_fault("FILE", path, allowed, ())


def check_results(provenance: Provenance) -> None:
    """Refuse a folder in which a table or a JSON file is not the one that was written. Raises ConfigError with the file."""
    if provenance.folder is None or "results" not in provenance.manifest:
        return
    now = result_digests(provenance.folder)
    for name, digest in provenance.manifest["results"].items():
        path = inside("FILE", provenance.folder, name)
        if name not in now:
            raise ConfigError(_fault(path, "is missing, and belongs to the result"))
        if now[name] != digest:
            raise ConfigError(_fault(path, "was changed after the result was made, or is damaged"))
