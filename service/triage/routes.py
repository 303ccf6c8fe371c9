"""How the pages of the console are mounted."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from service.triage import case_pages, insight_pages, queue_pages
from service.triage.live import Feed
from service.triage.page import (
    HERE,
    FormTooOld,
    SignedOut,
    answer_signed_out,
    answer_too_old,
)


def mount_triage(app: FastAPI) -> None:
    """Adds the pages and their static files."""
    app.state.triage_feed = Feed()
    app.add_exception_handler(SignedOut, answer_signed_out)
    app.add_exception_handler(FormTooOld, answer_too_old)
    app.mount("/triage/static", StaticFiles(directory=HERE / "static"), name="triage-static")
    # Those with a screening's id in their path come last: they take any word.
    for pages in (insight_pages, queue_pages, case_pages):
        app.include_router(pages.router)
