#!/usr/bin/env bash
# Publishes the emulator as the documents say, and as everything that is timed is: for this machine, with the runtime beside it.
#   bench/publish.sh DIRECTORY
set -euo pipefail
(($# == 1)) || { echo 'usage: bench/publish.sh DIRECTORY' >&2; exit 2; }
echo "publishing ..." >&2
dotnet publish "$(dirname "$0")/../Emulator.Cli" -c Release -r linux-x64 --self-contained true --nologo -v quiet -o "$1" >&2
