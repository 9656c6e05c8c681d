"""Settings of the engine: where runs are computed."""

import os
from typing import Literal

from pydantic import Field

from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked

TLS = "tls://"
CERTIFICATES = ("ca_file", "cert_file", "key_file")


class EngineOptions(Checked):
    """Settings of the engine."""

    name: Literal["processes", "serial", "dask"] = Field(
        default="processes",
        description="processes: workers on this machine; serial: this process; dask: a cluster, by its address",
    )
    workers: int | None = Field(default=None, ge=1, le=1024, description="worker processes; default: one per core")
    address: str | None = Field(default=None, description="scheduler of a running Dask cluster, like tls://host:8786")
    ca_file: str | None = Field(
        default=None, description="certificate of the authority that both sides of the cluster trust"
    )
    cert_file: str | None = Field(default=None, description="certificate of this command, which the cluster asks for")
    key_file: str | None = Field(default=None, description="key of that certificate")
    shard_seconds: float = Field(
        default=5.0, gt=0.0, le=3600.0, allow_inf_nan=False, description="computing time of one shard, roughly"
    )

    @property
    def processes(self) -> int:
        """Processes that compute on this machine."""
        return 1 if self.name == "serial" else self.workers or os.cpu_count() or 1


def check(options: EngineOptions) -> None:
    """Check that a cluster has an address and TLS, and that no other engine has an address. Raises ConfigError."""
    if options.name != "dask":
        for key in ("address", *CERTIFICATES):
            if getattr(options, key) is not None:
                _refuse(key, options, "is for a cluster; add engine.name=dask")
        return
    if options.address is None or not options.address.startswith(TLS):
        allowed = f"must be like {TLS}HOST:PORT; whoever reaches a cluster without TLS can run code in it"
        _refuse("address", options, allowed)
    for key in CERTIFICATES:
        path = getattr(options, key)
        if path is None or not os.path.isfile(path):
            _refuse(key, options, f"must be a file: {EngineOptions.model_fields[key].description}")


def _refuse(key: str, options: EngineOptions, allowed: str) -> None:
    raise ConfigError(describe_fault(f"engine.{key}", getattr(options, key), allowed, ()))
