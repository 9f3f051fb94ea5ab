"""Runs the tests on mutants: those that reach the place, the quick ones first, to the first failure."""

import json
import mmap
import os
import re
import resource
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

QUICK = 0.25  # seconds of a processor
MANY_SEEDS = ["SimKitTests.SimulationTests", "SimKitTests.FleetTests"]


class Trials:
    def __init__(self, tree, build, jobs, deep):
        self.tree, self.build, self.jobs, self.deep = tree, build, jobs, deep
        self.binary = build / "out/debug/mutantsPackageTests.xctest"
        self.suites = {}  # by name: (seconds, the sites it reaches)

    def learn(self):
        """What each suite costs and reaches; kept as long as the binary stays."""
        stamp = f"{self.binary.stat().st_mtime_ns} {self.deep}"
        file = self.build / "learnt.json"
        stored = json.loads(file.read_text()) if file.exists() else {}
        if stored.get("stamp") == stamp:
            self.suites = {name: (cost, set(sites)) for name, (cost, sites) in stored["suites"].items()}
            return
        listed = subprocess.run(
            [self.binary, "--testing-library", "swift-testing", "--list-tests"],
            capture_output=True, text=True, timeout=120).stdout
        names = sorted({line.split("/")[0].strip() for line in listed.splitlines() if "/" in line})
        if not self.deep:
            names = [name for name in names if name not in MANY_SEEDS]
        names = [name for name in names if name != "SimKitTests.FlawTests"]
        with ThreadPoolExecutor(self.jobs) as pool:
            for name, (outcome, seconds, reached) in zip(names, pool.map(self.observe, names)):
                if outcome != "passed":
                    raise SystemExit(f"{name} fails without any mutant ({outcome}); mend that first")
                self.suites[name] = (seconds, reached)
        learnt = {name: (cost, sorted(sites)) for name, (cost, sites) in self.suites.items()}
        file.write_text(json.dumps({"stamp": stamp, "suites": learnt}))

    def observe(self, name):
        size = len(self.tree.sites)
        path = self.build / f"reached-{name}"
        path.write_bytes(bytes(size))
        began = resource.getrusage(resource.RUSAGE_CHILDREN)
        outcome, seconds = self.start([name], {"SIAGA_REACHED": str(path)}, limit=120)
        with path.open("rb") as file, mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as map:
            reached = {site for site in range(size) if map[site]}
        path.unlink()
        return outcome, seconds, reached

    def run(self, mutants):
        with ThreadPoolExecutor(self.jobs) as pool:
            yield from pool.map(self.judge, mutants)

    def judge(self, mutant):
        """(key, killed or survived or unreached, by which suites)."""
        site, change, key = mutant
        able = [name for name, (_, reached) in self.suites.items() if site.number in reached]
        if not able:
            return key, "unreached", ""
        world = {"SIAGA_MUTANT": f"{site.number}:{change}"}
        for names in self.stages(able):
            seconds = sum(self.suites[name][0] for name in names)
            outcome, _ = self.start(names, world, limit=5 * seconds + 3)
            if outcome != "passed":
                return key, "killed", outcome
        return key, "survived", ""

    def stages(self, names):
        cost = lambda name: (name.startswith("SimKitTests"), self.suites[name][0])
        names = sorted(names, key=cost)
        quick = [n for n in names if self.suites[n][0] < QUICK and not n.startswith("SimKit")]
        return ([quick] if quick else []) + [[name] for name in names if name not in quick]

    def start(self, suites, world, limit):
        """How the suites end: passed, or what was noticed first; and the seconds it took them."""
        filters = [part for name in suites for part in ("--filter", f"^{re.escape(name)}/")]
        began = time.monotonic()
        process = subprocess.Popen(
            ["nice", "-n", "10", self.binary, "--testing-library", "swift-testing",
             "--no-parallel", *filters],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            env={**os.environ, **world, "SWIFT_BACKTRACE": "enable=no"},
            preexec_fn=lambda: bounded(int(limit) + 1))
        outcome = None
        for line in process.stdout:
            if "recorded an issue" in line:
                outcome = re.sub(r"\x1b\[[0-9;]*m", "", line).split('"')[1:2]
                outcome = outcome[0] if outcome else "an issue"
                os.kill(process.pid, signal.SIGKILL)  # Popen would reap it first
                break
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        seconds = usage.ru_utime + usage.ru_stime
        if outcome is None:
            code = os.waitstatus_to_exitcode(status)
            outcome = {0: "passed", -signal.SIGXCPU: "too slow", -signal.SIGKILL: "too slow"}.get(
                code, f"ended with {code}")
        return outcome, seconds


def bounded(seconds):
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
