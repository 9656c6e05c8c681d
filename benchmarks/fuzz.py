"""Fuzzer of commands: generated words give a clear message or a valid result, never a traceback or half a folder.

python -m benchmarks.fuzz [EXAMPLES]     2,000 by default, and a tenth of them on words and files that are hard to read
"""

import contextlib
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from click.testing import CliRunner, Result
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from experiments.cli import main
from experiments.describe.parameters import parameters
from experiments.sweep.store import Store

CHEAP = ("citizens=100", "days=3", "samples=2", "engine.name=serial", "quiet=true")
PATHS = [p.path for p in parameters() if p.path.startswith(("mechanisms.", "network."))]
OTHERS = ["scenario", "stage", "days", "citizens", "indicators", "parameters", "seed", "replication", "scenario.host", "scenario.patrons",
          "scenario.split.depth", "scenario.directives", "scenario.directives.HOST.request.CSTO", "scenario.events.fuel_price.size",
          "scenario.start_date", "states.KAZ.indicators.legitimacy", "states.KAZ.segments.mangystau_kk.population_k", "organisations.CSTO.lags.decide",
          "organisations.OTS.leader", "network.cut", "levers", "uncertainties", "rules", "design", "samples", "n_levels", "cases", "replications", "part", "series",
          "on_error", "engine", "engine.name", "engine.address", "design_seed", "state@states.KAZ", "+new", "~scenario", "hydra.job.name", "experiment"]  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-3, 6), st.floats(-2, 3, allow_nan=False).map(lambda x: round(x, 3)), st.sampled_from(["nan", "inf", "1e400", "1e-3"])
)  # fmt: skip
NAMES = st.sampled_from(
    ["both", "no_outside_act", "KAZ", "RUS", "nobody", "true", "null", "never", "smooth", "ring", "prior", "drawn", "lhs", "sobol", "saltelli", "morris", "oat", "grid", "auto", "1/2", "RUS->KAZ"]
)  # fmt: skip
SCALARS = st.one_of(NUMBERS.map(str), NAMES, st.text("aé'\"\\ {}[](),:=$\n\t-.", max_size=6))
TABLES = st.builds(
    lambda path, inner: f"{{{path}:{inner}}}",
    st.sampled_from(PATHS + OTHERS),
    st.one_of(
        SCALARS,
        st.lists(SCALARS, max_size=3).map(lambda v: f"[{','.join(v)}]"),
        st.builds(lambda a, b: f"{{low:{a},high:{b}}}", NUMBERS, NUMBERS),
        st.builds(lambda d, a, b: f"{{distribution:{d},mean:{a},sd:{b}}}", st.sampled_from(["normal", "nomal", "beta"]), NUMBERS, NUMBERS),
    ),
)  # fmt: skip
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, min_size=2, max_size=3).map(",".join),
    st.lists(SCALARS, max_size=2).map(lambda v: f"[{','.join(v)}]"),
    st.builds(lambda a, b: f"interval({a},{b})", NUMBERS, NUMBERS),
    st.builds(lambda a, b: f"range({a},{b})", st.integers(-1, 3), st.integers(0, 5)),
    st.just("glob(*)"),
    TABLES,
)
KEYS = st.one_of(
    st.sampled_from(PATHS),
    st.sampled_from(OTHERS),
    st.builds(
        lambda path, cut: path[:cut] + path[cut + 1 :], st.sampled_from(PATHS + OTHERS), st.integers(0, 20)
    ),  # a typo
)
RANGED = [(p.path, *map(float, p.allowed.split(" to "))) for p in parameters() if p.allowed]
TAMED = st.builds(
    lambda ranged, a, b, form: f"{ranged[0]}={form}".format(
        *sorted(ranged[1] + x * (ranged[2] - ranged[1]) for x in (a, b))
    ),
    st.sampled_from(RANGED),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(["interval({0},{1})", "{0},{1}", "{1}", "choice({0},{1})"]),
)
GOOD = st.sampled_from(["scenario=both,no_outside_act", "design=oat", "design=saltelli", "series=true", "part=1/2", "indicators=central,drawn", "scenario.split.depth=0.1,0.9"])  # fmt: skip
WORDS = st.lists(
    st.one_of(st.builds("{}={}".format, KEYS, VALUES), TAMED, st.text("ab=.,", max_size=5)), min_size=1, max_size=3
)
# words that are hard to read: nesting, encodings, paths, labels, names and folders of the user
DEPTHS = st.sampled_from([1, 5, 19, 21, 200, 3000])
NESTED = st.builds(lambda key, pair, n, close: f"{key}={pair[0] * n}{pair[1] * n * close}", st.sampled_from(PATHS + OTHERS),
                   st.sampled_from(["[]", "{}", "()", ("{a:", "}"), ("sort(", ")"), ("'", "'")]), DEPTHS, st.booleans())  # fmt: skip
ANY_TEXT = st.text(st.characters(), max_size=12)  # with controls, half characters and every script
LONG = st.builds(
    lambda text, n: text * n,
    st.sampled_from(["x", "é", "x/", "[", "9", " "]),
    st.sampled_from([60, 300, 5000, 100_000]),
)
LABELS = st.one_of(ANY_TEXT, LONG, st.text("$\\^_{}%#&~ a5", max_size=12))
PLACES = st.one_of(
    ANY_TEXT,
    LONG,
    st.sampled_from(
        [
            ".",
            "..",
            "",
            "C:/x",
            "D:x",
            "\\\\s\\x",
            "s3://b/x",
            "~",
            "~/x",
            "/",
            "/proc/x",
            "/dev/null",
            "a b",
            "نتائج",
            "it's",
            "[x]",
        ]
    ),
)
LITTLE = st.sampled_from(["{}", "'{}'", '"{}"'])
ODD = st.one_of(
    NESTED,
    st.builds("{}={}".format, st.sampled_from(OTHERS), st.one_of(ANY_TEXT, LONG)),
    st.builds(lambda label, quotes: "scenario.label=" + quotes.format(label), LABELS, LITTLE),
    st.builds(
        lambda name, quotes: "scenario=" + quotes.format(name),
        st.one_of(ANY_TEXT, st.sampled_from(["BOTH", "CSTO intervention", "csto", "2022"])),
        LITTLE,
    ),
    st.builds(lambda place, quotes: "out=" + quotes.format(place), PLACES, LITTLE),
    st.builds("~{}".format, st.sampled_from(OTHERS)),
    ANY_TEXT,
    LONG,
)
FOLDERS = st.one_of(
    st.none(), st.text(st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=12)
)
# a scenario of the user: files that it builds on, and one setting
BUILT_ON = st.sampled_from(["[csto_intervention, _self_]", "[mine, _self_]", "[nobody]", "[5]", "5", "{a: 1}", "[{/state@states.X: [0]}]", "[{/state@states.X: KAZ}, _self_]", "[null]", "[]"])  # fmt: skip
SETTING = st.builds(
    "{}: {}".format,
    st.sampled_from(["label", "split", "split: {depth", "host", "patrons", "events", "directives", "policies", "start_date", "nme", "defaults"]),
    st.one_of(SCALARS, ANY_TEXT, st.sampled_from(["[", "{a: b}", "[KAZ]", "[[1]]", "&a [*a]", "!!python/none", "2022-02-30", ".inf", "0.5}"])),
)  # fmt: skip
USER_FILES = st.builds("defaults: {}\nname: mine\nlabel: Mine\n{}\n".format, BUILT_ON, SETTING)
ASKED = st.sampled_from(
    [
        "run --cfg",
        "sweep plan=true",
        "compare runs=0",
        "describe",
        "discover",
        "sensitivity",
        "merge",
        "report",
        "rerun",
    ]
)
RUNS = 60  # larger sweeps are planned only


def try_words(words: list[str], folder: Path) -> str:
    """Sweep the words into a folder, and return the ending. Raises AssertionError for an invalid one."""
    out = folder / "out"
    replications = [] if any(w.startswith("replications") for w in words) else ["replications=1"]
    plan = CliRunner().invoke(main, ["sweep", *CHEAP, *replications, *words, "plan=true", f"out={out.as_posix()}"])
    end = ending(plan, words)
    assert not out.exists(), words
    runs = [int(line.split()[0].replace(",", "")) for line in plan.stdout.splitlines() if " s each" in line]
    if (
        end != "done"
        or not runs
        or runs[0] > RUNS
        or any(w.startswith(("citizens", "days", "engine", "out")) for w in words)
    ):
        return "refused" if end == "refused" else "planned"
    end = ending(CliRunner().invoke(main, ["sweep", *CHEAP, *replications, *words, f"out={out.as_posix()}"]), words)
    if end == "refused":
        assert list(folder.iterdir()) == [], words
        return end
    store = Store.open(out)
    assert len(store.table()) == runs[0] == store.manifest["runs"] and store.manifest["missing"] == 0, words
    return end


def ending(result: Result, words: list[str]) -> str:
    """Ending of a command: done, with failed runs, or refused with a message. Raises AssertionError for a traceback."""
    assert result.exception is None or isinstance(result.exception, SystemExit), (words, result.exc_info)
    assert "Traceback" not in result.output and result.exit_code in (0, 1, 2), (words, result.output)
    if result.exit_code == 2:
        assert result.stderr.startswith(("error: ", "Usage: ")) and len(result.stderr) > 15, (words, result.stderr)
    return {0: "done", 1: "some failed", 2: "refused"}[result.exit_code]


def try_odd(command: str, words: list[str], user: str | None, text: str, folder: Path) -> str:
    """Give odd words to a command that computes nothing or next to it. Raises AssertionError for a traceback or a leftover."""
    name, *first = command.split()
    source = []
    if user is not None and user not in (".", "..") and name in ("run", "sweep", "compare"):
        (folder / "user" / user / "scenario").mkdir(parents=True)
        path = folder / "user" / user / "scenario" / "mine.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        words = words if name == "compare" else ["scenario=mine", *words[1:]]
        source = ["--config-dir", str(folder / "user" / user)]
    (folder / "here").mkdir()
    cheap = CHEAP if name == "sweep" else CHEAP[:2] if name in ("run", "compare") else ()
    with contextlib.chdir(folder / "here"):
        end = ending(CliRunner().invoke(main, [name, *source, *first, *cheap, "--", *words]), [name, *words])
    assert list((folder / "here").iterdir()) == [], words
    return f"odd words {end}"


def run(examples: int) -> Counter:
    """Number of examples by ending."""
    ends: Counter = Counter()

    @settings(max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate, Phase.shrink],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(WORDS)
    def attempt(words: list[str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            ends[try_words(words, Path(folder))] += 1

    @settings(max_examples=max(1, examples // 10), deadline=None, database=None, derandomize=True,
              phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(ASKED, st.lists(ODD, min_size=1, max_size=2), FOLDERS, USER_FILES)
    def attempt_odd(command: str, words: list[str], user: str | None, text: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            ends[try_odd(command, words, user, text, Path(folder))] += 1

    attempt()
    attempt_odd()
    return ends


if __name__ == "__main__":
    start = time.perf_counter()
    ends = run(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    print(", ".join(f"{n:,} {end}" for end, n in ends.most_common()), f"in {time.perf_counter() - start:.0f} s")
