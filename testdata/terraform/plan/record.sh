#!/bin/sh
# Records recorded/plan.json with the terraform that is on the path (last: 1.11.4). It needs no
# network: terraform_data is built in.
set -eu
cd "$(dirname "$0")/recorded"
work=$(mktemp -d)
cp -R ./*.tf ./*.tfvars inner "$work"
(
  cd "$work"
  terraform init -input=false >/dev/null
  terraform plan -input=false -var-file=prod.tfvars -out=plan.bin >/dev/null
  terraform show -json plan.bin >plan.json
)
python3 -m json.tool --indent 1 "$work/plan.json" plan.json
rm -r "$work"
