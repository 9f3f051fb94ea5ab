"""What came of it, room by room, and what no test noticed."""

FILE = "mutations/survivors.txt"
ENOUGH = 0.9


def known(root):
    """Those that need not be noticed: key → reason."""
    path, reasons, reason = root / FILE, {}, ""
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.startswith("  "):
            reasons[line.strip()] = reason
        elif line and not line.startswith("#"):
            reason = line
    return reasons


def room(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def report(tree, mutants, found, reasons, options, seconds):
    rooms, open_ones = {}, []
    for site, _, key in mutants:
        outcome = found[key][0]
        row = rooms.setdefault(room(site.path), {"caught": 0, "known": 0, "not": 0})
        if outcome == "killed":
            row["caught"] += 1
        elif key in reasons:
            row["known"] += 1
        else:
            row["not"] += 1
            open_ones.append((outcome, key))
    print(f"\n{len(tree.dropped)} sites of {len(tree.sites)} do not compile; {seconds:.0f} s\n")
    print("| Room | Mutants | Caught | Harmless | Not caught | Rate |\n|---|---|---|---|---|---|")
    for name, row in [*sorted(rooms.items()), ("All", total(rooms.values()))]:
        number = sum(row.values())
        print(
            f"| {name} | {number} | {row['caught']} | {row['known']} | {row['not']} "
            f"| {100 * row['caught'] / max(1, number):.1f} % |")
    for outcome, key in open_ones:
        print(f"{outcome}: {key}")
    row = total(rooms.values())
    weighed = row["caught"] + row["not"]
    if row["caught"] < ENOUGH * weighed:
        print(
            f"\nless than {100 * ENOUGH:.0f} % were caught: write a test that notices one of these, "
            f"or, where nobody could, list it in {FILE} with the reason")
        return 1
    return 0


def total(rows):
    rows = list(rows)
    return {name: sum(row[name] for row in rows) for name in ("caught", "known", "not")}
