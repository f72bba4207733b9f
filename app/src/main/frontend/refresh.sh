#!/bin/sh
# Fetches nhsuk-frontend from npm and writes the few files that Trellis serves to
# ../resources/assets. Needs npm and the network; the Maven build needs neither.
#
#   ./refresh.sh            the version named below
#   ./refresh.sh 10.6.1     another version
#
# What is changed on the way, and why:
# - every @font-face rule and the name of the Frutiger font go: the font is licensed to the NHS
#   only and would be fetched from outside;
# - the NHS identity colours become Trellis's own palette;
# - the pointers to source maps go, because the maps are not served.
# The NHS logo and the NHS icons are not taken.
set -eu

version=${1:-10.6.1}
here=$(cd "$(dirname "$0")" && pwd)
assets=$here/../resources/assets
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm pack --silent "nhsuk-frontend@$version" > /dev/null
tar xzf nhsuk-frontend-*.tgz
dist=package/dist/nhsuk

mkdir -p "$assets/nhsuk" "$assets/images"
sed -e 's/@font-face{[^}]*}//g' \
    -e 's/Frutiger W01,//g' \
    -e 's/font-family:Frutiger W01;//g' \
    -e 's/#005eb8/#14566b/g' -e 's/#337ec6/#3a7a90/g' -e 's/#004b93/#0f4355/g' \
    -e 's/#0055a6/#124e61/g' -e 's/#002f5c/#0a2f3b/g' -e 's/#003d78/#0c3a49/g' \
    -e 's/#004281/#0d3f4f/g' -e 's/#003087/#0b3948/g' -e 's/#c7dcef/#cfe0e6/g' \
    -e 's/#d9e7f4/#dde9ed/g' -e 's/#ccdff1/#d0e2e8/g' -e 's/#edf4fa/#eff5f7/g' \
    -e 's/rgba(0,85,166,/rgba(18,78,97,/g' \
    -e 's|/\*# sourceMappingURL=[^*]*\*/||g' \
    "$dist/nhsuk-frontend.min.css" > "$assets/nhsuk/nhsuk.css"
sed -e 's|//# sourceMappingURL=.*||' "$dist/nhsuk-frontend.min.js" > "$assets/nhsuk/nhsuk.js"
for icon in arrow-down arrow-up arrow-up-down cross; do
    cp "$dist/assets/images/nhsuk-icon-$icon.svg" "$assets/images/"
done

if grep -qiE 'https?://|frutiger' "$assets/nhsuk/nhsuk.css"; then
    echo "refresh.sh: the style sheet still names something outside" >&2
    exit 1
fi

cat > "$assets/nhsuk/NOTICE.txt" <<NOTICE
nhsuk-frontend $version, from the npm package of that name, changed by app/src/main/frontend/refresh.sh.

The MIT License (MIT)
Copyright (c) NHS England

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
NOTICE
echo "nhsuk-frontend $version written to $assets"
