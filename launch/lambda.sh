#!/usr/bin/env bash
# Train on a machine with an NVIDIA GPU that is reached by ssh: Lambda, or any other that is rented or one's own.
set -euo pipefail

usage() {
  cat >&2 <<'TEXT'
usage: launch/lambda.sh USER@HOST [OVERRIDE...]

  USER@HOST  where ssh goes; the machine has Debian or Ubuntu and NVIDIA's driver
  OVERRIDE   flags of experiments.train, for example --config.num_envs=128 --config.mesh.data=8

environment:
  SSH        the ssh command (default: ssh), for example SSH="ssh -p 2222 -i key"

What is committed travels to the machine. The run comes back into runs/ here.
TEXT
  exit 2
}

[[ $# -ge 1 && $1 != -* ]] || usage
host=$1
shift
overrides=$([ $# -eq 0 ] || printf ' %q' "$@")
read -ra ssh <<<"${SSH:-ssh}"
command -v "${ssh[0]}" >/dev/null || { echo "lambda.sh: ${ssh[0]} is not installed" >&2; exit 1; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# python -m experiments.train --config=experiments/configs/castle.py
git archive --format=tar.gz HEAD | "${ssh[@]}" "$host" "mkdir -p genie3-sima && tar -xz -C genie3-sima"
"${ssh[@]}" -t "$host" "genie3-sima/launch/on_machine.sh cuda$overrides"
"${ssh[@]}" "$host" "tar -cz -C genie3-sima runs" | tar -xz
