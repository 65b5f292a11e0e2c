#!/usr/bin/env bash
# Makes the pictures in docs/images anew: drawings by the emulator itself, and pages as Chromium shows them. Needs chromium and pngquant.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in chromium pngquant; do
    command -v "$tool" >/dev/null || { echo "docs/images.sh: $tool is not installed" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sandbox=()
[ "$(id -u)" != 0 ] || sandbox=(--no-sandbox)       # Chromium's sandbox does not work for root

dotnet build -c Release --nologo -v quiet Emulator.Cli >&2
emulator() { Emulator.Cli/bin/Release/net10.0/emulator "$@" >/dev/null; }

# photograph NAME SCHEME WIDTH,HEIGHT [#MOMENT]
photograph() {
    chromium --headless "${sandbox[@]}" --hide-scrollbars --virtual-time-budget=10000 --blink-settings=preferredColorScheme="$([ "$2" = dark ] && echo 0 || echo 1)" \
        --window-size="$3" --screenshot="$work/shot.png" "file://$work/page.html${4:-}" >/dev/null 2>&1
    pngquant --force --strip --speed 1 --output "docs/images/$1.png" 160 "$work/shot.png"
    echo "docs/images/$1.png: $(stat -c %s "docs/images/$1.png") bytes" >&2
}

emulator compare --kernel 2.6.32 --svg docs/images/s390-31-bit.svg Emulator.Cli/Programs/s390/show a b

emulator compare --arg-bytes 15000 --html "$work/page.html" Emulator.Cli/Programs/s390/show
photograph page-s390-moving light 1280,900 "#30"

emulator compare --kernel 6.1 --mmu la57 --arg-pages 2048 --arg-cap none --stack-limit unlimited --html "$work/page.html" Emulator.Cli/Programs/x86_64/show
photograph page-la57-dark dark 1500,1000
