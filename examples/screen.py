"""Screens a document, and forwards it where it is accepted and a customer is given.

PRESCREEN=http://127.0.0.1:8000 KEY=psk_... python examples/screen.py FRONT [CUSTOMER_ID]
"""

import os
import sys

from prescreen.client import Client, InvalidError, PrescreenError


def main(front: str, customer_id: str | None = None) -> int:
    with Client(os.environ["PRESCREEN"], os.environ["KEY"], language="en") as client:
        try:
            # With `reference`, your own id of the person, attempts are counted.
            screening = client.screen(front, country=os.environ.get("COUNTRY", "GB"))
        except InvalidError as refusal:  # a file that cannot be read, a part that is missing
            print("\n".join(f"{one.field}: {one.message}" for one in refusal.errors))
            return 2
        print(screening.verdict)
        if screening.first:
            print(screening.first.message, screening.first.hint)
        if not screening.is_accepted:
            return 1
        print(screening.document["type"], screening.document["country"])
        if customer_id is not None:
            update = {"id_type": screening.document["type"]}
            submission = client.submit(customer_id, screening.id, update)
            print(submission.state)
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except PrescreenError as failure:
        sys.exit(str(failure))
