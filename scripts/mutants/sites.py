"""Where a Swift file decides, and what could stand there instead.

There is no parser here: the house's format (`make lint`) makes the text regular enough, and what
is read wrongly does not compile and is dropped (tree.py). Strings and comments are passed over.
"""

import re
from dataclasses import dataclass, field

COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
LOGIC = {"&&": ["||", "left", "right"], "||": ["&&", "left", "right"]}
CALLS = {
    "filter": ["all pass"], "allSatisfy": ["true", "any"], "contains": ["false", "all"],
    "min": ["max"], "max": ["min"], "sorted": ["unsorted"], "first": ["last"], "last": ["first"],
}
NOT_STATEMENTS = (
    "let var return guard if for switch case default func init private fileprivate static public "
    "internal mutating precondition preconditionFailure defer do while break continue throw import "
    "extension struct enum repeat try indirect subscript else catch where in prefix infix typealias"
).split()


@dataclass
class Site:
    kind: str
    at: int  # where in the file
    end: int
    changes: list  # what each mutant of it is called
    number: int = 0
    path: str = ""
    line: int = 0
    source: str = ""
    values: dict = field(default_factory=dict)


def masked(text):
    """The same text with blanks in place of comments and of what strings say."""
    out, at, size = list(text), 0, len(text)

    def blank(start, stop):
        for place in range(start, stop):
            if out[place] != "\n":
                out[place] = "\x01"

    def string(start):
        quote = '"""' if text.startswith('"""', start) else '"'
        place = start + len(quote)
        while not text.startswith(quote, place):
            if text.startswith("\\(", place):
                depth, place = 1, place + 2
                while depth:
                    if text[place] == '"':
                        place = string(place)
                        continue
                    depth += {"(": 1, ")": -1}.get(text[place], 0)
                    place += 1
            else:
                place += 2 if text[place] == "\\" else 1
        return place + len(quote)

    while at < size:
        if text.startswith("//", at):
            stop = text.find("\n", at)
            for place in range(at, stop):
                out[place] = " "
            at = stop
        elif text[at] == '"':
            stop = string(at)
            blank(at, stop)
            at = stop
        else:
            at += 1
    return "".join(out)


def closing(code, at, stops):
    """The first of `stops` outside of any bracket that opens after `at`."""
    depth = 0
    while at < len(code):
        if depth == 0:
            for stop in stops:
                if re.match(stop, code[at:at + 8]):
                    return at
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(code[at], 0)
        if depth < 0:
            return None
        at += 1
    return None


def clauses(code, start, end):
    """What commas part, without blanks around."""
    found, begin = [], start
    while begin is not None and begin < end:
        stop = closing(code[:end], begin, [r","])
        stop = end if stop is None else stop
        left = begin + len(code[begin:stop]) - len(code[begin:stop].lstrip())
        right = begin + len(code[begin:stop].rstrip())
        if left < right:
            found.append((left, right))
        begin = stop + 1
    return found


def conditions(code):
    """Each condition of if, guard, while and where: (start, end, keyword)."""
    for match in re.finditer(r"(?<![\w.])(if|guard|while|where)\b(?!:)", code):
        word, start = match.group(1), match.end()
        if word == "where":
            line = code.rfind("\n", 0, start)
            opener = re.findall(
                r"(?<![\w.])(for|case|extension|func|init|struct)\b", code[max(0, start - 400):start])
            if not opener or opener[-1] not in ("for", "case") or line < 0:
                continue
            stops = [r"\{"] if opener[-1] == "for" else [r":(?!:)", r",", r"\{"]
            if opener[-1] == "case" and re.search(r"for case [^\n]*$", code[:start].rsplit("\n", 1)[1]):
                stops = [r"\{"]
        else:
            stops = [r"else\b"] if word == "guard" else [r"\{"]
        end = closing(code, start, stops)
        if end is None:
            continue
        for left, right in clauses(code, start, end):
            yield left, right, word


def statements(code):
    """Calls and assignments that stand by themselves."""
    lines, place, depth = code.split("\n"), 0, 0
    starts = []
    for line in lines:
        starts.append((place, depth, line))
        for letter in line:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(letter, 0)
        place += len(line) + 1
    before = "{"
    for number, (place, depth, line) in enumerate(starts):
        text = line.strip()
        if not text:
            continue
        ended = before
        before = text
        word = re.match(r"[A-Za-z_]\w*", text)
        if depth or not word or word.group() in NOT_STATEMENTS:
            continue
        if re.search(r"([=,(\[?:&|+*/<>-]|\breturn|\bin|\?\?)$", ended) and not re.search(
                r"^(case|default)\b.*:$", ended) and not ended.endswith("in"):
            continue
        begin = place + len(line) - len(line.lstrip())
        last = number
        while last + 1 < len(starts) and starts[last + 1][1] > 0:
            last += 1
        while last + 1 < len(starts) and re.match(r"[.?:]|&&|\|\||[+-] ", starts[last + 1][2].strip()):
            last += 1
            while last + 1 < len(starts) and starts[last + 1][1] > 0:
                last += 1
        end = starts[last][0] + len(starts[last][2].rstrip())
        body = code[begin:end]
        isCall = re.match(r"[\w.?!\[\]$]+(\(|\.)", body) and body.endswith(")")
        isAssignment = re.match(r"[\w.?!\[\]$(), ]+? (=|\+=|-=)\s", body)
        if (isCall or isAssignment) and body.count("{") == body.count("}"):
            if not (isCall and not isAssignment and " " in body.split("(")[0]):
                yield begin, end


def sites(text):
    code = masked(text)
    found = []
    plain = []  # conditions without && and ||: forced either way, so an opposite adds nothing

    def add(kind, at, end, changes, **values):
        if changes:
            found.append(Site(kind, at, end, changes, values=values))

    for left, right, word in conditions(code):
        clause = code[left:right]
        if re.match(r"(let|var|case)\b", clause):
            add("binding", left, right, ["never matches"])
        else:
            add("condition", left, right, ["never"] if word == "while" else ["always", "never"])
            if "&&" not in clause and "||" not in clause:
                plain.append((left, right))
    for begin, end in statements(code):
        add("statement", begin, end, ["left out"])

    def isPlain(at):
        return any(
            left <= at < right and code[left:at].count("(") == code[left:at].count(")")
            and code[left:at].count("{") == code[left:at].count("}") for left, right in plain)

    for match in re.finditer(r"(?<=[\s])(<|<=|>|>=|==|!=)(?=\s)", code):
        name = match.group()
        changes = [COMPARISONS[name]] if name in COMPARISONS else []
        if not isPlain(match.start()):
            changes.append(OPPOSITES[name])
        add("comparison", match.start(), match.end(), changes, name=name)
    for match in re.finditer(r"(?<=[\s])(&&|\|\|)(?=\s)", code):
        add("logic", match.start(), match.end(), LOGIC[match.group()], name=match.group())
    for match in re.finditer(r"(?<=[\s])\?\?(?=\s)", code):
        add("default", match.start(), match.end(), ["the default always"])
    for match in re.finditer(r"(?<=[\s])[-+*/](?=\s)", code):
        name = match.group()
        first = code.rfind("\n", 0, code.rfind("\n", 0, match.start())) + 1
        last = code.find("\n", code.find("\n", match.end()) + 1)
        if name != "+" or "\x01" not in code[first:last]:  # sentences are not put together there
            add("arithmetic", match.start(), match.end(), [ARITHMETIC[name]], name=name)
    for match in re.finditer(r"(?<=[\s({\[])!(?=[\w($.])", code):
        if not isPlain(match.start()):
            add("not", match.start(), match.end(), ["without it"])
    for match in re.finditer(r"(?<=\s)\?(?=\s)", code):
        add("ternary", match.start(), match.end(), ["the first always", "the second always"])
    for match in re.finditer(r"(?<![\w.$])(true|false)\b", code):
        if re.search(r"\n *case \([^\n:]*$", code[:match.start()]):
            continue  # a pattern, without which the switch would not be exhaustive
        add("flag", match.start(), match.end(), ["false" if match.group() == "true" else "true"])
    for match in re.finditer(r"(?<![\w.$])([1-9][0-9_]*|0)(?![\w.]| of\b)", code):
        value = int(match.group().replace("_", ""))
        changes = [value + 1] + ([value - 1] if value else []) if value < 10 else [
            value * 2, value // 2]
        add("number", match.start(), match.end(), [str(change) for change in changes])
    for match in re.finditer(
            r"(?<=\.)(filter|allSatisfy|contains|min|max|sorted|first|last)(?=\(where: | \{|\((?!where)|\(\))",
            code):
        name, after = match.group(), code[match.end():match.end() + 8]
        if name in ("first", "last") and not after.startswith(("(where", " {")):
            continue
        if name == "contains" and not after.startswith(("(where", " {")):
            continue
        # The where of a condition takes no trailing closure, so the label goes.
        add("call", match.start(), match.end(), CALLS[name], name=name, after=after)
    for match in re.finditer(r"(?<![\w.])(min|max)(?=\()", code):
        add("extreme", match.start(), match.end(), CALLS[match.group()], name=match.group())

    barred = []
    for match in re.finditer(r"(?<![\w.])precondition(Failure)?\(", code):
        barred.append((match.start(), closing(code, match.end(), [r"\)"])))
    for match in re.finditer(r"func [<>=+*/-]+ ?\(", code):
        barred.append((match.start(), match.end()))
    found = [
        site for site in found if not any(left <= site.at < right for left, right in barred)]
    lines = text.split("\n")
    for site in found:
        site.line = text.count("\n", 0, site.at) + 1
        site.source = lines[site.line - 1].strip()
        site.values["text"] = " ".join(text[site.at:site.end].split())
    return sorted(found, key=lambda site: (site.at, -site.end, site.kind))
