#!/usr/bin/env bash
# Compares floating-point arithmetic with this machine's units, libgcc, glibc, QEMU and exact fractions on many more cases than CI does.
#
#     tests/floating-point.sh [CASES]        # cases an operation, 20000 unless said otherwise; the same ones every time
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/Emulator.Core.Tests -c Release
EMULATOR_FLOAT_CASES="${1:-20000}" dotnet tests/Emulator.Core.Tests/bin/Release/net10.0/Emulator.Core.Tests.dll \
    --filter-namespace Emulator.Core.Tests.Execution.FloatingPoint
