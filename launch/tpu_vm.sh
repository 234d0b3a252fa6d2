#!/usr/bin/env bash
# Train on a Cloud TPU VM, of one host or of many: make it, install on every host, train, bring the run back.
set -euo pipefail

usage() {
  cat >&2 <<'TEXT'
usage: launch/tpu_vm.sh NAME ZONE TYPE [OVERRIDE...]

  NAME      of the TPU VM; one that exists already is used again
  ZONE      where, for example us-west4-a
  TYPE      of the accelerator: v5litepod-8, v6e-8 (one host), v5litepod-32 (several hosts) ...
  OVERRIDE  flags of experiments.train, for example --config.mesh.data=8

environment:
  VERSION   of the TPU's software (default: v2-alpha-tpuv5-lite for v5litepod-*, v2-alpha-tpuv5 for v5p-*,
            v2-alpha-tpuv6e for v6e-*, tpu-ubuntu2204-base for others)

Needs gcloud, logged in, with a project that has a quota for the type. What is committed travels to every host.
TEXT
  exit 2
}

[[ $# -ge 3 && $1 != -* ]] || usage
name=$1 zone=$2 type=$3
shift 3
overrides=$([ $# -eq 0 ] || printf ' %q' "$@")
command -v gcloud >/dev/null || { echo "tpu_vm.sh: gcloud is not installed" >&2; exit 1; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case $type in
  v5litepod-*) version=v2-alpha-tpuv5-lite ;;
  v5p-*) version=v2-alpha-tpuv5 ;;
  v6e-*) version=v2-alpha-tpuv6e ;;
  *) version=tpu-ubuntu2204-base ;;
esac

tpu() { gcloud compute tpus tpu-vm "$@" --zone="$zone"; }
on_every_host() { tpu ssh "$name" --worker=all --command="$1"; }

folder=$(mktemp -d)
trap 'rm -r "$folder"
  echo "The TPU costs money while it exists. Delete it: gcloud compute tpus tpu-vm delete $name --zone=$zone"' EXIT
git archive --format=tar.gz --output="$folder/genie3-sima.tar.gz" HEAD

tpu describe "$name" >/dev/null 2>&1 ||
  tpu create "$name" --accelerator-type="$type" --version="${VERSION:-$version}"

# python -m experiments.train --config=experiments/configs/castle.py, the same on every host.
tpu scp "$folder/genie3-sima.tar.gz" "$name:" --worker=all
on_every_host "mkdir -p genie3-sima && tar -xz -C genie3-sima -f genie3-sima.tar.gz"
on_every_host "genie3-sima/launch/on_machine.sh tpu$overrides"
tpu scp --recurse "$name:genie3-sima/runs" . --worker=0
