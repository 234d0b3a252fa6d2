#!/usr/bin/env bash
# Train on a Google Cloud A3 machine (8 x NVIDIA H100 80 GB): make it, install, train, bring the run back.
set -euo pipefail

usage() {
  cat >&2 <<'TEXT'
usage: launch/a3.sh NAME ZONE [OVERRIDE...]

  NAME      of the machine; one that exists already is used again
  ZONE      where, for example us-central1-a
  OVERRIDE  flags of experiments.train, for example --config.num_envs=256

environment:
  MAX_RUN_DURATION  after this time Google Cloud deletes the machine, whatever it is doing (default: 12h)
  IMAGE_FAMILY      of the machine's disk (default: ubuntu-accelerator-2404-amd64-with-nvidia-580)
  IMAGE_PROJECT     that the image belongs to (default: ubuntu-os-accelerator-images)

Needs gcloud, logged in, with a project that has a quota for A3 machines. What is committed travels to the machine.
TEXT
  exit 2
}

[[ $# -ge 2 && $1 != -* ]] || usage
name=$1 zone=$2
shift 2
overrides=$([ $# -eq 0 ] || printf ' %q' "$@")
command -v gcloud >/dev/null || { echo "a3.sh: gcloud is not installed" >&2; exit 1; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."

trap 'echo "The machine costs money while it exists. Delete it: gcloud compute instances delete $name --zone=$zone"' EXIT

gcloud compute instances describe "$name" --zone="$zone" >/dev/null 2>&1 ||
  gcloud compute instances create "$name" --zone="$zone" \
    --machine-type=a3-highgpu-8g \
    --maintenance-policy=TERMINATE \
    --image-family="${IMAGE_FAMILY:-ubuntu-accelerator-2404-amd64-with-nvidia-580}" \
    --image-project="${IMAGE_PROJECT:-ubuntu-os-accelerator-images}" \
    --boot-disk-size=200GB \
    --max-run-duration="${MAX_RUN_DURATION:-12h}" \
    --instance-termination-action=DELETE

for _ in {1..30}; do # a new machine needs a minute until it answers
  gcloud compute ssh "$name" --zone="$zone" --command=true && break
  sleep 10
done

# python -m experiments.train --config=experiments/configs/castle.py, over all eight GPUs.
git archive --format=tar.gz HEAD |
  gcloud compute ssh "$name" --zone="$zone" --command="mkdir -p genie3-sima && tar -xz -C genie3-sima"
gcloud compute ssh "$name" --zone="$zone" \
  --command="genie3-sima/launch/on_machine.sh cuda --config.mesh.data=8$overrides"
gcloud compute scp --recurse "$name:genie3-sima/runs" . --zone="$zone"
