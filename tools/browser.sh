#!/usr/bin/env bash
# Makes sure there is a Chromium to test with, and the accessibility checker that the page tests put into a page;
# installs what it may, else says in one line what to do. Before the tests, not in them: two of npm at once break.
set -euo pipefail
cd "$(dirname "$0")"

has_chromium() {
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

if ! has_chromium; then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "the browser tests need Chromium: install the package chromium (Debian: apt-get install chromium fonts-noto-core)" >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null
fi

axe=node_modules/axe-core/axe.min.js
if [ ! -s "$axe" ]; then
  if ! command -v npm >/dev/null; then
    echo "the page tests need axe-core: install Node.js with npm (Debian: apt-get install npm)" >&2
    exit 1
  fi
  for pause in 1 5 20; do
    rm -rf node_modules
    npm install --loglevel=error --no-package-lock --no-audit --no-fund >/dev/null || true
    if [ -s "$axe" ]; then exit 0; fi
    sleep "$pause"
  done
  echo "axe-core could not be installed: run make browser where npm can reach its registry" >&2
  exit 1
fi
