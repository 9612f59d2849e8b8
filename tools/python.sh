#!/usr/bin/env bash
# Runs Python 3.13, wherever it is on this machine; says in one line what to install when it is nowhere.
set -euo pipefail
for candidate in python3.13 python3; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then
    exec "$candidate" "$@"
  fi
done
if command -v pyenv >/dev/null; then
  newest=$(find "$(pyenv root)/versions" -maxdepth 1 -name '3.13.*' 2>/dev/null | sort -V | tail -1)
  if [ -n "$newest" ] && [ -x "$newest/bin/python" ]; then
    exec "$newest/bin/python" "$@"
  fi
fi
if command -v uv >/dev/null; then
  exec uv run --no-project --python 3.13 python "$@"
fi
echo "Kulanz needs Python 3.13: install it with your system's packages, pyenv or uv, then call make again." >&2
exit 1
