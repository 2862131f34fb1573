"""What each mail got, and whether that is what it should: compare.py VERDICTS EXCEPTIONS. 0 when all is so, else 1."""
import json
import os
import sys

WORSE = ("malicious", "suspicious", "spoof")


def exceptions_of(path):
    """{"good/name": "suspicious"}: the worst that is permitted; "#" begins a comment."""
    lines = [line.split("#")[0].split() for line in open(path, encoding="utf-8")]
    return {words[0]: words[1] for words in lines if words}


def main(verdicts, exceptions):
    permitted = exceptions_of(exceptions)
    wrong, counts, seen = [], {}, set()
    for line in open(verdicts, encoding="utf-8"):
        verdict = json.loads(line)
        kind, name = verdict["file"].split(os.sep)[-2:]
        name = kind + "/" + name.removesuffix(".eml")
        got = verdict["disposition"]
        seen.add(name)
        counts[kind, got] = counts.get((kind, got), 0) + 1
        if kind == "good":
            right = got == permitted.get(name, got if got not in WORSE else None)
        else:
            right = got in WORSE[:2] or permitted.get(name) == got
        errors = "; ".join(str(error) for error in verdict.get("errors") or [])
        print(f"{'' if right else 'WRONG':5} {name:38} {got:10} {verdict['score'] or 0:5.1f} "
              + " ".join(hit["rule"] for hit in verdict["hits"]) + (f" [{errors}]" if errors else ""))
        if not right:
            wrong.append(name)
    wrong += sorted(set(permitted) - seen)
    for (kind, got), number in sorted(counts.items()):
        print(f"{kind:8} {got:10} {number:4}")
    if wrong:
        print("not as it should be:", *wrong)
    # A gate that judged nothing has not been passed.
    good, hostile = (sum(n for (kind, _), n in counts.items() if kind == which) for which in ("good", "hostile"))
    return 1 if wrong or good < 60 or hostile < 15 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
