"""Articles from elsewhere: whoever imports them chooses whether their texts are fetched, too."""

from brubeck.formerrors import FormErrors
from savedlinks import importpages
from weblinks.typedlinks import is_yes


class ImportHandler(importpages.ImportHandler):
    """Takes a file of links, or pasted addresses."""

    fields = ("pasted", "fetch", "keep_public")

    def fresh_form(self) -> FormErrors:
        """Return the form as it is before anything is typed: texts are fetched."""
        return FormErrors({"fetch": "yes"})

    def wants_pages(self) -> bool:
        """Whether the texts are to be fetched."""
        return is_yes(self.get_argument("fetch", ""))
