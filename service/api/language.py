"""The language of messages and hints, by Accept-Language."""

from fastapi import Request

from service.locales.translate import LANGUAGES


def language_of(request: Request) -> str:
    """The best language that we speak; English where there is none."""
    ranked: list[tuple[float, int, str]] = []
    for order, part in enumerate(request.headers.get("accept-language", "").split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        try:
            weight = float(parameters.strip().removeprefix("q=")) if parameters else 1.0
        except ValueError:
            continue
        primary = tag.split("-")[0].casefold()
        if weight > 0 and primary in LANGUAGES:
            ranked.append((-weight, order, primary))
    return min(ranked)[2] if ranked else "en"
