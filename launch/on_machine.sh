#!/usr/bin/env bash
# Install this checkout on the machine that the script runs on, and train there. The other scripts call it.
set -euo pipefail

usage() {
  cat >&2 <<'TEXT'
usage: launch/on_machine.sh cpu|cuda|tpu [OVERRIDE...]

  cpu|cuda|tpu  what JAX shall run on
  OVERRIDE      flags of experiments.train, for example --config.num_envs=32 or --workdir=runs/mine
TEXT
  exit 2
}

accelerator=${1:-}
case $accelerator in
  cpu) packages=(-e .) ;;
  cuda) packages=(-e '.[cuda]') ;;
  tpu) packages=(-r requirements-tpu.txt -e '.[tpu]') ;;
  *) usage ;;
esac
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fits() { "$1" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=$(command -v python3.13 || command -v python3.12 || command -v python3.11 || command -v python3 || true)
if ! fits "${python:-python3}"; then
  # Ubuntu 22.04, which TPU VMs and many rented machines run, has Python 3.11 beside its own 3.10.
  sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
  $sudo apt-get update
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y python3-venv
  fits python3 || $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y python3.11 python3.11-venv
  python=$(command -v python3.11 || command -v python3)
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/pip install "${packages[@]}"
.venv/bin/python -m experiments.train --config=experiments/configs/castle.py "$@"
