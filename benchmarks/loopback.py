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


def _commands(files: dict[str, str], address: str, port: str) -> list[list[str]]:
    """Command lines of the scheduler and of a worker per host."""
    secure = ["--protocol", "tls", "--no-dashboard"]
    secure += ["--tls-ca-file", files["ca_file"], "--tls-cert", files["cert_file"], "--tls-key", files["key_file"]]
    scheduler = ["distributed.cli.dask_scheduler", "--host", HOSTS[0], "--port", port]
    workers = [["distributed.cli.dask_worker", address, "--nthreads", "1", "--host", host] for host in HOSTS]
    return [[sys.executable, "-m", *words, *secure] for words in (scheduler, *workers)]


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Loopback]:
    """Run a scheduler and two workers within the block."""
    with socket.socket() as probe:
        probe.bind((HOSTS[0], 0))
        port = str(probe.getsockname()[1])
    files, address = certificates(folder), f"tls://{HOSTS[0]}:{port}"
    commands = _commands(files, address, port)
    processes = [
        subprocess.Popen(c, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder) for c in commands
    ]
    try:
        words = [
            "engine.name=dask",
            f"engine.address={address}",
            *(f"engine.{key}={path}" for key, path in files.items()),
        ]
        yield Loopback(words, [process.pid for process in processes[1:]])
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
