#!/usr/bin/env bash
# Makes sure there is a Chromium to test with; installs it where it may, else says in one line what to do.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null
  exit 0
fi
echo "the browser tests need Chromium: install the package chromium (Debian: apt-get install chromium fonts-noto-core)" >&2
exit 1
