"""What every composition starts from: the defaults of the schema, and a digest of all files that it may read."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import hydra
import omegaconf
from pydantic import BaseModel

from sim.core.caches import configs
from sim.spec.config_files import content_of
from sim.spec.fixed_parameters import unnamed_parameters
from sim.spec.schema import Spec


def inputs_digest(subject: str, config_dir: str | None = None) -> str:
    """Digest of a name and of all inputs of a composition: every YAML file, the schema, the libraries."""
    digest = sha256(repr((subject, schema_defaults(), hydra.__version__, omegaconf.__version__)).encode())
    for folder in (configs(), *([Path(config_dir)] if config_dir else [])):
        for path in sorted(folder.rglob("*.yaml")):
            digest.update(repr((str(path.relative_to(folder)), content_of(path))).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@cache
def schema_defaults() -> dict[Any, Any]:
    """Defaults of the typed tree, so that every parameter is a known key; those of mechanisms are missing, see `sim.spec.fixed_parameters`."""
    from_schema = {name: f.get_default() for name, f in Spec.model_fields.items() if not f.is_required()}
    tree = {k: v.model_dump(mode="json") if isinstance(v, BaseModel) else v for k, v in from_schema.items()}
    return tree | {"fixed": [], "mechanisms": unnamed_parameters()}
