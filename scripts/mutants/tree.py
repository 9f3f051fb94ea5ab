"""A copy of the tree with every mutant compiled in, chosen at run time by SIAGA_MUTANT."""

import re
import subprocess
import sys
from pathlib import Path

from sites import sites

TARGETS = ["Model", "Wire", "Config", "Checks", "Election", "Engine", "Reconcile", "Pilot", "SimKit"]
MUTATED = ["Checks", "Election", "Engine"]
TESTED = ["ChecksTests", "ElectionTests", "EngineTests", "SimKitTests"]
PRECEDENCES = {
    "comparison": "Comparison", "&&": "LogicalConjunction", "||": "LogicalDisjunction",
    "default": "NilCoalescing", "+": "Addition", "-": "Addition", "*": "Multiplication",
    "/": "Multiplication",
}


class Tree:
    def __init__(self, root, build):
        self.root, self.build = root, build
        self.here = build / "tree"
        self.sites = []
        self.dropped = set()
        for target in MUTATED:
            for path in sorted((root / "Sources" / target).rglob("*.swift")):
                for site in sites(path.read_text()):
                    site.path = str(path.relative_to(root / "Sources"))
                    site.number = len(self.sites)
                    self.sites.append(site)

    def mutants(self):
        """(site, number of the change, what it is called, a key that moved lines do not change)."""
        seen = {}
        for site in self.sites:
            for change, name in enumerate(site.changes, 1):
                text = site.values["text"]
                what = text if len(text) <= 60 else text[:57] + "..."
                key = f"{site.path} | {site.source} | {what} → {name}"
                seen[key] = seen.get(key, 0) + 1
                if seen[key] > 1:
                    key += f" #{seen[key]}"
                if site.number not in self.dropped:
                    yield site, change, key

    # Writing

    def write(self):
        for folder in [f"Sources/{name}" for name in TARGETS] + [f"Tests/{name}" for name in TESTED]:
            wanted = {path.relative_to(self.root) for path in (self.root / folder).rglob("*.swift")}
            for path in wanted:
                text = (self.root / path).read_text()
                parts = path.parts
                if parts[0] == "Sources" and parts[1] in MUTATED:
                    text, _ = self.woven(str(Path(*parts[1:])), text)
                put(self.here / path, text)
            for path in (self.here / folder).rglob("*.swift"):
                if path.relative_to(self.here) not in wanted:
                    path.unlink()
        runtime = (Path(__file__).parent / "Mutants.swift").read_text()
        for target in MUTATED:
            put(self.here / "Sources" / target / "Mutants.swift", runtime)
            put(self.here / "Sources" / target / "Operators.swift", self.operators(target))
        put(self.here / "Tests/SimKitTests/FewSeeds.swift", FEW_SEEDS)
        put(self.here / "Package.swift", package())

    def woven(self, path, text):
        """The text with the sites in it, and where each stands then: (line, column, site)."""
        opening, ending, instead = {}, {}, {}
        for site in self.sites:
            if site.path != path or site.number in self.dropped:
                continue
            number = site.number
            before, after, replaced = self.pieces(site)
            if replaced is not None:
                instead[site.at] = (site, *replaced)
            if before:
                opening.setdefault(site.at, []).append((-site.end, number, before, site))
            if after:
                ending.setdefault(site.end, []).append((-site.at, -number, after, site))
        out, places, line, column, at = [], [], 1, 1, 0

        def say(piece, site=None):
            nonlocal line, column
            if site:
                places.append((line, column, site))
            out.append(piece)
            line += piece.count("\n")
            column = len(piece) - piece.rfind("\n") if "\n" in piece else column + len(piece)

        while at <= len(text):
            for _, _, piece, site in sorted(ending.get(at, []), key=lambda each: each[:2]):
                say(piece, site)
            for _, _, piece, site in sorted(opening.get(at, []), key=lambda each: each[:2]):
                say(piece, site)
            if at in instead:
                site, piece, length = instead[at]
                say(piece, site)
                at += length
                continue
            if at < len(text):
                say(text[at])
            at += 1
        return "".join(out), places

    def pieces(self, site):
        """What goes before it, after it, and in its place."""
        number, values = site.number, site.values
        match site.kind:
            case "condition":
                name = "mutantWhile" if site.changes == ["never"] else "mutantIf"
                return f"{name}({number}, ", ")", None
            case "binding":
                return "", f", mutantAllows({number})", None
            case "statement":
                return f"if mutantAllows({number}) {{ ", " }", None
            case "ternary":
                return f"⟐ {number} ", "", None
            case "flag":
                return f"mutantFlag({number}, ", ")", None
            case "number":
                return f"mutantNumber({number}, ", f", {', '.join(site.changes)})", None
            case "call":
                name, after = f"mutant{values['name']}", values["after"]
                for label in ("(where: ", "(by: "):
                    if after.startswith(label):
                        return "", "", (f"{name}({number}, ", site.end - site.at + len(label))
                if after.startswith(" {"):
                    return "", "", (f"{name}({number})", site.end - site.at)
                rest = "" if after.startswith("()") else ", "
                return "", "", (f"{name}({number}{rest}", site.end - site.at + 1)
            case "extreme":
                return "", "", (
                    f"mutant{values['name']}({number}, ", site.end - site.at + 1)
            case _:
                return "", "", (token(number), site.end - site.at)

    def operators(self, target):
        lines = ["import Model", ""]
        for site in self.sites:
            if site.number not in self.dropped and site.path.startswith(target + "/"):
                lines += operator(site)
        return "\n".join(lines) + "\n"

    # Building

    def compile(self):
        """Drops what does not compile, until all does."""
        for target in MUTATED:
            self.compiled(["--target", target])
        self.compiled(["--build-tests"])

    def compiled(self, what):
        for _ in range(40):
            self.write()
            done = subprocess.run(
                ["nice", "-n", "10", "swift", "build", *what, "--package-path", self.here,
                 "--scratch-path", self.build / "out"],
                capture_output=True, text=True, timeout=1500)
            if done.returncode == 0:
                return
            dropped = self.drop(done.stdout + done.stderr)
            print(f"{what[-1]}: {dropped} sites do not compile", flush=True)
            if not dropped:
                sys.exit(done.stdout[-6000:] + done.stderr[-2000:])
        sys.exit("after 40 builds there is still what does not compile")

    def assigned(self, path, line, message):
        """The statements that gave a value to what has none now: of an initializer, of a name."""
        name = re.search(r"'(\w+)' .*before being init|'self' used", message)
        if not re.search(r"without initializing|'self.init' isn't called", message) and not name:
            return set()
        lines = (self.root / "Sources" / path).read_text().split("\n")
        while line > 1 and not re.search(r"\b(init\??|func|var)\b.*[({]$", lines[line - 1]):
            line -= 1
        end = line
        while not re.match(r"  ?}|}", lines[end - 1]) and end < len(lines):
            end += 1
        begins = rf"{name.group(1)} = " if name and name.group(1) else r"[\w.]+ = |\(.*\) = "
        return {
            site.number for site in self.sites
            if site.path == path and line <= site.line <= end and site.kind == "statement"
            and site.number not in self.dropped and re.match(begins, site.values["text"])
        }

    def drop(self, output):
        before, woven = len(self.dropped), {}
        errors = set(re.findall(r"Sources/(\S+?\.swift):(\d+):(\d+): error: (.*)", output))
        chosen = set()
        for path, line, column, message in errors:
            if not (self.root / "Sources" / path).exists():
                continue
            if path not in woven:
                woven[path] = self.woven(path, (self.root / "Sources" / path).read_text())[1]
            line, column = int(line), int(column)
            unset = self.assigned(path, line, message)
            if unset:
                chosen |= unset
                continue
            on = [place for place in woven[path] if place[0] == line]
            if not on:  # said of the end of what lacks something
                above = [p for p in woven[path] if p[0] < line and p[2].kind in ("statement", "condition")]
                on = above[-1:]
                column = on[0][1] if on else 0
            if on:
                nearest = min(abs(place[1] - column) for place in on)
                chosen |= {p[2].number for p in on if abs(p[1] - column) == nearest}
                if "reasonable time" in message:
                    chosen |= {p[2].number for p in on}
        self.dropped |= chosen
        return len(self.dropped) - before


def put(path, text):
    """Writes only what changed, so that little is built again."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def token(number):
    """An operator of its own: two signs of 0x2200–0x22ff."""
    return chr(0x2200 + number // 256) + chr(0x2200 + number % 256)


def operator(site):
    name, number, kind = token(site.number), site.number, site.kind
    said = site.values.get("name", "")
    if kind == "not":
        return [f"prefix operator {name}",
                f"prefix func {name} (a: Bool) -> Bool {{ (mutant({number}) == 0) != a }}"]
    if kind not in ("comparison", "logic", "default", "arithmetic"):
        return []
    precedence = PRECEDENCES.get(kind) or PRECEDENCES[said]
    lines = [f"infix operator {name}: {precedence}Precedence"]

    def function(generic, left, right, result, cases, effects="", before=""):
        body = " ".join(
            f"case {place}: {case};" if place < len(cases) - 1 else f"default: {case}"
            for place, case in enumerate(cases))
        lines.append(
            f"{before}func {name} {generic}(a: {left}, b: {right}){effects} -> {result} "
            f"{{ switch mutant({number}) {{ {body} }} }}".replace(";", "\n"))

    if kind == "comparison":
        needs = "Equatable" if said in ("==", "!=") else "Comparable"
        function(f"<T: {needs}>", "T", "T", "Bool",
                 [f"a {other} b" for other in [said, *site.changes]])
        if needs == "Equatable":
            function("<T>", "T?", "_OptionalNilComparisonType", "Bool",
                     [f"a {other} b" for other in [said, *site.changes]],
                     before="@_disfavoredOverload ")
    elif kind == "logic":
        cases = {"&&": "try a && b()", "||": "try a || b()", "left": "a", "right": "try b()"}
        function("", "Bool", "@autoclosure () throws -> Bool", "Bool",
                 [cases[case] for case in [said, *site.changes]], " rethrows")
    elif kind == "default":
        for result in ("T", "T?"):
            function("<T>", "T?", f"@autoclosure () throws -> {result}", result,
                     ["try a ?? b()", "try b()"], " rethrows")
    elif said in "+-":
        cases = [f"a {other} b" for other in [said, *site.changes]]
        function("<T: AdditiveArithmetic>", "T", "T", "T", cases)
        function("", "Instant", "Duration", "Instant", cases)
        if said == "-":
            function("", "Instant", "Instant", "Duration", ["a - b", "b - a"])
        else:
            function("<T, S: Sequence<T>>", "[T]", "S", "[T]", ["a + b", "a"])
    else:
        cases = [f"a {other} b" for other in [said, *site.changes]]
        function("<T: BinaryInteger>", "T", "T", "T", cases)
        function("", "Duration", "Int", "Duration", cases)
    return lines


FEW_SEEDS = """import SimKit
import Testing

struct FewSeeds {
  @Test(arguments: UInt64(301)...312)
  func few(seed: UInt64) { #expect(simulate(seed: seed).violation == nil) }
}

struct FewSeedsOfNodes {
  @Test(arguments: UInt64(301)...330)
  func few(seed: UInt64) { #expect(FleetSimulation(seed: seed).run().violation == nil) }
}
"""


def package():
    imports = {
        "Model": [], "Wire": ["Model"], "Config": ["Model"], "Checks": ["Model"],
        "Election": ["Model", "Wire"],
        "Engine": ["Model", "Wire", "Config", "Checks", "Election"], "Reconcile": ["Model"],
        "Pilot": ["Model", "Config", "Engine", "Reconcile"],
        "SimKit": ["Model", "Wire", "Config", "Checks", "Engine", "Reconcile", "Pilot"],
    }
    said = []
    for name in TARGETS:
        names = ", ".join(f'"{each}"' for each in imports[name])
        said.append(
            f'.target(name: "{name}", dependencies: [{names}], swiftSettings: settings + '
            f'[.unsafeFlags(["-O"])]),')
        if f"{name}Tests" in TESTED:
            names = ", ".join(f'"{each}"' for each in [name, *imports[name]])
            said.append(
                f'.testTarget(name: "{name}Tests", dependencies: [{names}], '
                "swiftSettings: settings),")
    return (
        "// swift-tools-version: 6.2\nimport PackageDescription\n\n"
        "let settings: [SwiftSetting] = [\n"
        '  .enableUpcomingFeature("ExistentialAny"), .enableExperimentalFeature("Lifetimes"),\n'
        "]\n"
        'let package = Package(\n  name: "mutants",\n  targets: [\n    '
        + "\n    ".join(said) + "\n  ],\n  swiftLanguageModes: [.v6]\n)\n")
