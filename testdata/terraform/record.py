#!/usr/bin/env python3
"""Records what `terraform console` makes of expressions.

    testdata/terraform/record.py [FILE.yaml …]

Each file holds a list `cases` of maps with `expr`; this adds `prints` (what the console
prints) or `fails` (the summary of its error), and `terraform`, the version that said so.
Cases that are recorded already are recorded again. Needs `terraform` on the PATH, no network.
The files that the expressions read lie in `files/` beside this script.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ENV = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "TZ": "UTC"}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def terraform(*args, **kwargs):
    return subprocess.run(
        ["terraform", *args], cwd=HERE / "files", env=ENV, capture_output=True, text=True, **kwargs
    )


def record(expr):
    """One process for each expression: the console prints the last result only."""
    with tempfile.TemporaryDirectory() as folder:
        # A copy, because the console locks the folder it runs in.
        files = shutil.copytree(HERE / "files", pathlib.Path(folder) / "files")
        done = subprocess.run(
            ["terraform", "console"],
            cwd=files,
            env={**ENV, "TF_DATA_DIR": folder},
            input=expr + "\n",
            capture_output=True,
            text=True,
        )
    if done.returncode == 0:
        return {"prints": done.stdout.removesuffix("\n")}
    errors = COLOUR.sub("", done.stdout + done.stderr)
    summary = re.search(r"Error: (.*)", errors)
    return {"fails": summary.group(1).strip() if summary else "error"}


def main():
    version = json.loads(terraform("version", "-json").stdout)["terraform_version"]
    paths = [pathlib.Path(p) for p in sys.argv[1:]] or sorted(HERE.glob("functions/*.yaml"))
    for path in paths:
        # JSON strings are YAML strings; a case is one or two lines.
        exprs = [
            json.loads(m.group(1))
            for m in re.finditer(r'^- expr: (".*")$', path.read_text(), re.MULTILINE)
        ]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(record, exprs))
        lines = [f"terraform: {version}", "cases:"]
        for expr, result in zip(exprs, results):
            lines.append(f"- expr: {json.dumps(expr, ensure_ascii=False)}")
            for key, value in result.items():
                lines.append(f"  {key}: {json.dumps(value, ensure_ascii=False)}")
        path.write_text("\n".join(lines) + "\n")
        print(f"{path.name}: {len(exprs)}")


if __name__ == "__main__":
    main()
