"""What `<document-capture>` says, by the names of its script; that holds the English as well."""

from collections.abc import Mapping
from typing import Final

from service.locales.translate import Phrase, translate

TEXTS: Final[Mapping[str, Phrase]] = {
    "title": Phrase("Photograph your document"),
    "page": Phrase("Show the page with your photo"),
    "front": Phrase("Show the front of the document"),
    "back": Phrase("Show the back of the document"),
    "sheet": Phrase("Show the whole page"),
    "camera": Phrase("Use the camera"),
    "upload": Phrase("Upload a photo"),
    "drop": Phrase("You can also drop it here."),
    "take": Phrase("Take the photo"),
    "cancel": Phrase("Cancel"),
    "looking": Phrase("Looking for the document"),
    "closer": Phrase("Move closer"),
    "corners": Phrase("Show all four corners"),
    "dark": Phrase("Find more light"),
    "bright": Phrase("Turn away from the light"),
    "glare": Phrase("Tilt it away from the reflection"),
    "steady": Phrase("Hold still"),
    "flat": Phrase("Hold the phone flat above it"),
    "fingers": Phrase("Keep your fingers off it"),
    "one": Phrase("Show one document only"),
    "turn": Phrase("Turn it over"),
    "good": Phrase("Good, hold still"),
    "yourself": Phrase("You can also press the button yourself."),
    "taken": Phrase("The photo is taken."),
    "checking": Phrase("Checking your document"),
    "accepted": Phrase("Thank you. Your document is fine."),
    "review": Phrase("Thank you. We will look at your document."),
    "again": Phrase("Try again"),
    "other": Phrase("Use another document"),
    "left": Phrase("Tries left: {count}"),
    "denied": Phrase("The camera is not allowed. Allow it in your browser, or upload a photo."),
    "missing": Phrase("The camera cannot be used here. Upload a photo."),
    "offline": Phrase("The service cannot be reached. Check your connection and try again."),
    "expired": Phrase("This took too long. Start again."),
    "large": Phrase("The file is too big."),
}


def texts_in(language: str) -> dict[str, str]:
    """All of them in one language."""
    return {name: translate(text, language) for name, text in TEXTS.items()}
