"""A Dask cluster on loopback: a scheduler and two workers, with certificates of one authority."""

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import trustme

HOSTS = ("127.0.0.1", "127.0.0.2")
PATIENCE = 20  # seconds before a process that does not end is killed


@dataclass(frozen=True)
class Loopback:
    """words: settings of the cluster for `suasion sweep`; processes: ids of the workers' processes."""

    words: list[str]
    processes: list[int]


def certificates(folder: Path) -> dict[str, str]:
    """Files of an authority and of one certificate, by the setting of `suasion`."""
    authority = trustme.CA()
    certificate = authority.issue_cert(*HOSTS)
    files = {key: folder / f"{key}.pem" for key in ("ca_file", "cert_file", "key_file")}
    authority.cert_pem.write_to_path(str(files["ca_file"]))
    certificate.private_key_pem.write_to_path(str(files["key_file"]))
    certificate.cert_chain_pems[0].write_to_path(str(files["cert_file"]))
    return {key: path.as_posix() for key, path in files.items()}


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Loopback]:
    """Run a scheduler and two workers within the block."""
    with socket.socket() as probe:
        probe.bind((HOSTS[0], 0))
        port = str(probe.getsockname()[1])
    files, address = certificates(folder), f"tls://{HOSTS[0]}:{port}"
    tls = ["--tls-ca-file", files["ca_file"], "--tls-cert", files["cert_file"], "--tls-key", files["key_file"]]
    scheduler = [
        "distributed.cli.dask_scheduler",
        "--protocol",
        "tls",
        "--host",
        HOSTS[0],
        "--port",
        port,
        "--no-dashboard",
    ]
    worker = [
        "distributed.cli.dask_worker",
        address,
        "--protocol",
        "tls",
        "--nthreads",
        "1",
        "--no-dashboard",
        "--host",
    ]
    commands = [[sys.executable, "-m", *words, *tls] for words in (scheduler, *([*worker, host] for host in HOSTS))]
    started = [subprocess.Popen(c, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder) for c in commands]
    try:
        words = [
            "engine.name=dask",
            f"engine.address={address}",
            *(f"engine.{key}={path}" for key, path in files.items()),
        ]
        yield Loopback(words, [process.pid for process in started[1:]])
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
