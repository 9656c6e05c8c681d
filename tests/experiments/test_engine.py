"""Engines: the same results, what a task raises, workers that die, and who may be sent a task."""

import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
from click.testing import CliRunner

from benchmarks.loopback import certificates
from experiments.cli import main
from experiments.engine import EngineOptions, LostWorker, open_engine
from experiments.engine.processes import Processes

pytestmark = pytest.mark.exact

QUICK = ("scenario=both", "citizens=100", "days=3", "replications=2", "quiet=true")


def square(number: int) -> int:
    """A task."""
    return number * number


def large(number: int) -> bytes:
    """A result that no pipe holds at once."""
    return bytes(number)


def failing(number: int) -> int:
    """A task that raises."""
    if number == 3:
        raise ZeroDivisionError("by chance")
    return number


def deadly(number: int) -> int:
    """A task whose process dies."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def secret(number: int):
    """A result that cannot travel."""
    return lambda: number


@pytest.fixture(scope="module")
def engine():
    """Two worker processes."""
    with open_engine(EngineOptions(workers=2)) as processes:
        yield processes


def test_every_shard_is_answered_once(engine):
    """By several runs of one engine, whatever the size of what travels."""
    assert sorted(engine.run(square, range(20))) == [n * n for n in range(20)]
    sizes = [5_000_000, 10, 3_000_000, 0]
    assert sorted(map(len, engine.run(large, iter(sizes)))) == sorted(sizes)
    assert list(engine.run(square, ())) == []


def test_shards_may_be_added_while_results_come(engine):
    """The generator is asked again after it was exhausted."""

    class Growing:
        def __init__(self):
            self.shards = [1]

        def __iter__(self):
            return self

        def __next__(self):
            if not self.shards:
                raise StopIteration
            return self.shards.pop()

    growing, results = Growing(), []
    for result in engine.run(square, growing):
        results.append(result)
        if len(results) < 4:
            growing.shards.append(len(results) + 1)
    assert results == [1, 4, 9, 16]


def test_what_a_task_raises_is_raised_here(engine):
    """With the traceback of the worker; the engine works on."""
    with pytest.raises(ZeroDivisionError, match="by chance") as caught:
        list(engine.run(failing, range(6)))
    assert "in failing" in caught.value.__notes__[0]
    with pytest.raises(RuntimeError, match="cannot be sent"):
        list(engine.run(secret, [1]))
    assert sorted(engine.run(square, range(3))) == [0, 1, 4]


def test_a_shard_that_kills_its_worker_is_given_up(engine):
    """After some tries; all others are answered."""
    results = list(engine.run(deadly, range(6)))
    lost = [r for r in results if isinstance(r, LostWorker)]
    assert [r.shard for r in lost] == [3]
    assert sorted(r for r in results if r not in lost) == [0, 1, 2, 4, 5]


def test_a_worker_that_is_killed_is_replaced():
    """Between two shards, or while it computes; the command says so."""
    notices: list[str] = []
    engine = Processes(2, notices.append)
    try:
        results = engine.run(square, range(50))
        first = [next(results)]
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                child.kill()
        assert sorted(first + list(results)) == [n * n for n in range(50)]
    finally:
        engine.close()
    assert notices and "is replaced" in notices[0]


def test_workers_end_with_the_command(tmp_path):
    """However it ends, also amid a shard."""
    program = tmp_path / "program.py"
    program.write_text(
        "import os, time\n"
        "from experiments.engine import EngineOptions, open_engine\n"
        "if __name__ == '__main__':\n"
        "    with open_engine(EngineOptions(workers=2)) as engine:\n"
        "        for _ in engine.run(time.sleep, [0, 0, 60, 60]):\n"
        "            print('ready', flush=True)\n",
        encoding="utf-8",
    )
    command = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
    try:
        command.stdout.readline()
        family = psutil.Process(command.pid).children(recursive=True)
        command.kill()
        command.wait(20)
        assert family and not psutil.wait_procs(family, timeout=10)[1]
    finally:
        command.kill()
        command.stdout.close()


@pytest.mark.parametrize("words", [("compare", "runs=5000"), ("sweep", "scenario=both", "replications=5000")])
def test_ctrl_c_is_one_message(words, tmp_path):
    """It reaches all processes of a terminal at once; the command alone answers, and no worker prints anything."""
    command = [
        sys.executable,
        "-m",
        "experiments.cli",
        *words,
        "citizens=200",
        "quiet=true",
        "out=" + (tmp_path / "out").as_posix(),
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 60
        while not psutil.Process(process.pid).children() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        pressed = time.monotonic()
        output, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130 and output.startswith("interrupted;") and output.count("\n") == 1
    assert time.monotonic() - pressed < 15  # ten, and a busy machine


def test_workers_import_nothing_from_the_current_folder(tmp_path):
    """A folder that somebody sent may hold files with the names of modules."""
    for name in ("multiprocessing", "pickle", "numpy", "sim", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("open('executed', 'w').close()\n", encoding="utf-8")
    words = [*QUICK, "engine.workers=2", "out=here"]
    script = "from experiments.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, "sweep", *words], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "executed").exists()


def test_workers_open_no_port(monkeypatch):
    """Nobody else on the machine can send them a task."""
    engine = Processes(2)
    try:
        results = engine.run(time.sleep, [0.0] * 20)
        next(results)
        processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
        listening = [c for p in processes for c in p.net_connections() if c.status == psutil.CONN_LISTEN]
        assert len(processes) >= 3 and listening == []
        list(results)
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["engine.address=tcp://127.0.0.1:1"],
            "engine.address=tcp://127.0.0.1:1: is for a cluster; add engine.name=dask",
        ),
        (["engine.name=dask"], "engine.address=None: must be like tls://HOST:PORT"),
        (
            ["engine.name=dask", "engine.address=tcp://127.0.0.1:1"],
            "whoever reaches a cluster without TLS can run code",
        ),
        (["engine.name=dask", "engine.address=tls://127.0.0.1:1"], "engine.ca_file=None: must be a file"),
        (["engine.cert_file=here.pem"], "engine.cert_file=here.pem: is for a cluster"),
        (["engine.name=dusk"], "'processes', 'serial' or 'dask'"),
    ],
)
def test_a_cluster_without_tls_is_refused(words, message, tmp_path):
    """Before anything is written, in one message."""
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["sweep", *QUICK, *words, f"out={out.as_posix()}"], catch_exceptions=False)
    assert result.exit_code == 2 and message in result.stderr and result.stderr.count("\n") == 1 and not out.exists()


@pytest.mark.parametrize("listens", [False, True], ids=["closed", "silent"])
@pytest.mark.parametrize("command", [("sweep", *QUICK), ("backtest", "quiet=true")], ids=["sweep", "backtest"])
def test_a_cluster_that_does_not_answer_is_refused(tmp_path, command, listens):
    """Within ten seconds, also where somebody listens and never speaks; nothing is left behind."""
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        if listens:
            there.listen()
        words = ["engine.name=dask", f"engine.address=tls://127.0.0.1:{there.getsockname()[1]}"]
        words += [f"engine.{key}={path}" for key, path in certificates(tmp_path).items()]
        out, start = tmp_path / "new" / "out", time.monotonic()
        result = CliRunner().invoke(main, [*command, *words, f"out={out.as_posix()}"], catch_exceptions=False)
    assert result.exit_code == 2 and "no scheduler answers" in result.stderr and not out.parent.exists()
    assert time.monotonic() - start < 10 and result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "word", ["seed=1", "engine={workers:2}", "+engine={shard_seconds:3}", "engine.workers=2", "engine.name=dask"]
)
def test_a_file_cannot_choose_the_cluster(tmp_path, word):
    """Whatever else the command line says of the engine, it must say the address."""
    (tmp_path / "experiment").mkdir()
    files = ", ".join(f"{key}: {path}" for key, path in certificates(tmp_path).items())
    engine = f"engine: {{name: dask, address: 'tls://127.0.0.1:1', {files}}}"
    text = f"# @package _global_\ndefaults: [sweep, _self_]\n{engine}\n"
    (tmp_path / "experiment" / "evil.yaml").write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    words = ["sweep", "--config-dir", str(tmp_path), "experiment=evil", word, *QUICK, f"out={out.as_posix()}"]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 2 and "must be typed on the command line" in result.stderr and not out.exists()


def test_a_missing_extra_is_named(tmp_path, monkeypatch):
    """Without Dask everything but a cluster works."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ["engine.name=dask", "engine.address=tls://127.0.0.1:1"]
    words += [f"engine.{key}={path}" for key, path in certificates(tmp_path).items()]
    result = CliRunner().invoke(main, ["sweep", *QUICK, *words], catch_exceptions=False)
    assert result.exit_code == 2 and "pip install 'suasion[cluster]'" in result.stderr
    words = ["sweep", *QUICK, "engine.workers=2", f"out={(tmp_path / 'out').as_posix()}"]
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
