#!/bin/sh
# Screens a document and prints the one thing to tell the person.
# PRESCREEN=http://127.0.0.1:8000 KEY=psk_... sh examples/screen.sh FRONT [BACK]
set -eu
front=$1
back=${2:-}
curl -sS -H "Authorization: Bearer $KEY" -H "Accept-Language: ${LANGUAGE:-en}" \
  -F "front=@$front" ${back:+-F "back=@$back"} -F "country=${COUNTRY:-GB}" \
  "$PRESCREEN/v1/screenings" |
  python3 -c '
import json, sys
answer = json.load(sys.stdin)
if "verdict" not in answer:
    sys.exit(answer["code"] + ": " + answer["detail"])
print(answer["verdict"])
for finding in answer["findings"][:1]:
    print(finding["message"], finding["hint"])
'
