#!/bin/sh
# A browser's part: asks for an upload token with the key, then screens with the token alone.
# PRESCREEN=http://127.0.0.1:8000 KEY=psk_... sh examples/upload_token.sh FRONT
set -eu
token=$(curl -sSf -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -d '{"country": "GB"}' "$PRESCREEN/v1/upload-tokens" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])')
curl -sSf -H "Authorization: Bearer $token" -F "front=@$1" "$PRESCREEN/v1/screenings"
