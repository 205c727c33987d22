#!/bin/sh
# Writes the hashed locks, without addresses, good for Python 3.11 to 3.13 on every system.
set -eu
cd "$(dirname "$0")/.."
compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --no-header pyproject.toml "$@"
}
compile --extra build --output-file requirements.txt "$@"
compile --extra build --extra dev --output-file requirements-dev.txt "$@"
