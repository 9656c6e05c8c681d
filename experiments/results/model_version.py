"""Version of the model: results of one version are equal bit for bit, results of two versions are never mixed."""

from functools import cache
from hashlib import blake2b
from pathlib import Path

import sim
from sim.core.version import product_version


@cache
def model_version() -> str:
    """Version of the product with a digest of the model's source files; line ends and figures do not count."""
    folder = Path(sim.__file__).parent
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
    digest = blake2b(digest_size=16)
    for name in names:
        if not name.startswith("plots/"):
            text = name.encode() + (folder / name).read_bytes().replace(b"\r\n", b"\n")
            digest.update(len(text).to_bytes(8, "little") + text)
    return f"{product_version()}+{digest.hexdigest()[:12]}"
