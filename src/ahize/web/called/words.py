"""The page's sentences, all in one place, so that templates hold none and each has its Turkish."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

EXAMPLES: Mapping[str, tuple[str, str]] = {
    "TR": ("+90 532 000 00 00", "0532 000 00 00"),
    "US": ("+1 212 555 0142", "(212) 555-0142"),
    "CA": ("+1 416 555 0142", "(416) 555-0142"),
    "GB": ("+44 7700 900142", "07700 900142"),
    "DE": ("+49 171 3920042", "0171 3920042"),
    "FR": ("+33 6 39 98 00 42", "06 39 98 00 42"),
    "AU": ("+61 491 570 156", "0491 570 156"),
}
"""How a number is written there, from abroad and at home: numbers kept for plays and films, so nobody's."""


def words(house: str, country: str = "") -> Mapping[str, str]:
    """Every sentence of the page in the present language; ``house`` is who calls, ``country`` where it is at home."""
    return {
        "title": _("Did %(house)s call you?") % {"house": house},
        "intro": _(
            "Here you can stop the calls, see what is on record about your number, and check who is calling you."
        ),
        "no_account": _(
            "You need no account. This page sets no cookies, loads nothing from anybody else and follows nobody."
        ),
        "number": _("Your telephone number"),
        "number_hint": _number_hint(country),
        "country": _("Country of the number"),
        "country_hint": _("Only where the number does not begin with + or 00."),
        "country_none": _("The number begins with +"),
        "stop_title": _("Do not call me again"),
        "stop_text": _(
            "From the moment you press the button nobody of this house calls this number, for whomever it calls."
            " You need prove nothing. The answer is the same for every number."
        ),
        "stop_button": _("Stop all calls"),
        "read_title": _("See who called and why"),
        "read_text": _(
            "We bring a code to the number, so that nobody but you reads what is on record about it. To keep this page"
            " from disturbing others, a code is brought only to numbers that this house has called itself, between 8"
            " and 21 o'clock where the number is, three times a day at most. If none comes, there is nothing to read,"
            " or it is not the time for it."
        ),
        "read_none": _(
            "This house has not set up how codes are brought. Please write to it: a letter has the same rights."
        ),
        "read_button": _("Bring me a code"),
        "way": _("How shall it come?"),
        "way_text": _("By a text message"),
        "way_call": _("By a call that reads it out"),
        "way_none": _("Please choose a text message or a call, as the page offers them."),
        "calls_rest": _("No call can be made now: the house's telephones rest."),
        "calls_rest_next": _(
            "Please try again in a few minutes, choose a text message where there is one, or write to us."
        ),
        "call_text": _(
            "If this house has called your number, it is called now: pick up, press 1, and write the six digits down;"
            " they are said twice. If nobody calls within two minutes, ask again in ten. The code is good for ten"
            " minutes and five tries."
        ),
        "code_title": _("Enter the code"),
        "code_text": _(
            "If this house has called your number, a code is on its way. It is good for ten minutes and five tries."
        ),
        "code": _("The code"),
        "code_button": _("Show what is on record"),
        "really_title": _("Is somebody calling you now?"),
        "really_text": _(
            "Ask the caller for their code and type it in here. Nobody who calls for this house may refuse it."
        ),
        "really_button": _("Is this really you?"),
        "really_no": _(
            "No. This code belongs to no call of this house at this moment. Ask the caller to show a new one; if they"
            " will not, hang up."
        ),
        "receipt_title": _("Look up a receipt"),
        "receipt_code": _("Your receipt's code"),
        "receipt_button": _("Look it up"),
        "receipt_none": _("There is no receipt with this code here. Look again at its letters."),
        "receipt_yours": _("Your receipt"),
        "receipt_keep": _("Write this code down or take a picture of it. It is shown this once."),
        "receipt_at": _("Date and time (UTC)"),
        "receipt_what": _("What for"),
        "receipt_hash": _("Hash of this receipt"),
        "receipt_chain": _("Hash of its entry in the chain of the house's records"),
        "receipt_number": _("Number of that entry"),
        "receipt_due": _("You are answered by"),
        "receipt_is": _("Is this receipt about this number?"),
        "receipt_fits": _("Yes: this receipt is about this number."),
        "receipt_fits_not": _("No: this receipt is not about this number."),
        "stopped": _("Nobody of this house calls this number any more, from now on."),
        "taken_down": _("It is written down. What comes next stands below."),
        "record_title": _("What is on record about your number"),
        "record_for": _("Everything below is about this number alone; it is shown for half an hour."),
        "calls": _("Calls to you"),
        "calls_none": _("This number was never called."),
        "call_when": _("When (UTC)"),
        "call_shown": _("Number you saw"),
        "call_for": _("For whom"),
        "call_by": _("Called by"),
        "call_why": _("Why"),
        "call_list": _("From which list"),
        "call_outcome": _("What came of it"),
        "call_recorded": _("It was recorded."),
        "hear": _("Recording of the call"),
        "hear_hint": _(
            "You on the left, what you heard on the right. Each time it is played stands in the house's records."
        ),
        "hear_save": _("Download the recording"),
        "code_calls": _("Calls that brought you a code"),
        "not_dialled": _("Times we did not call, because a rule or your wish forbade it"),
        "data": _("What is known about you"),
        "data_none": _("Nothing besides what stands above."),
        "consents": _("What you agreed to, as it was written down"),
        "consents_none": _("No consent is on record."),
        "stops": _("Stops"),
        "stops_none": _("No stop is on record."),
        "in_force": _("in force"),
        "ended": _("ended"),
        "given": _("Given"),
        "since": _("Since"),
        "source": _("Source"),
        "requests": _("Your requests"),
        "due": _("due"),
        "what_next": _("What you can ask for"),
        "copy_button": _("Download a copy"),
        "copy_text": _("Everything above as a file (JSON)."),
        "correction": _("Correct something"),
        "correction_hint": _("What is wrong, and what is right?"),
        "erasure": _("Erase what is known about me"),
        "erasure_hint": _(
            "The calls stop first. What a law makes the house keep is kept without your number and name; the answer"
            " says what and why."
        ),
        "complaint": _("Complain"),
        "complaint_hint": _("What happened? A person reads this."),
        "send": _("Send"),
        "back": _("Back to the beginning"),
        "which_title": _("Who called you?"),
        "which_text": _("Several houses call from here. Type in the number that called you."),
        "which_number": _("The number that called"),
        "which_button": _("Find the house"),
        "which_none": _("No house here calls with this number. It may have been forged; look at it again."),
        "made_up": _("This house is made up: no real telephone rings. What the made-up telephone of a number shows:"),
        "made_up_button": _("Look at the made-up telephone"),
        "made_up_none": _("It shows nothing."),
        "problem": _("That did not work"),
        "too_large": _("That was far too much text. Please send less than ten thousand characters."),
        "not_found": _("There is no such page."),
    }


def _number_hint(country: str) -> str:
    if country not in EXAMPLES:
        return _("As you like to write it; with + and the country code where you can.")
    abroad, home = EXAMPLES[country]
    return _("As you like to write it, for example %(abroad)s or %(home)s.") % {"abroad": abroad, "home": home}


def kind_in_words(kind: str) -> str:
    """What a receipt is for."""
    known = {
        "stop": _("You asked not to be called again. It is in force."),
        "copy": _("You took a copy of what is on record."),
        "access": _("You asked for what is on record about you."),
        "correction": _("You asked for a correction."),
        "erasure": _("You asked to be erased."),
        "objection": _("You objected to being called. It is in force."),
        "complaint": _("You complained."),
        "erased": _("What was known about you was erased."),
    }
    return known.get(kind, kind)


def confirmation(seller: str, purpose: str) -> str:
    """What the page says to the right code of a call."""
    return _("Yes: %(seller)s is calling you now about this: %(purpose)s.") % {"seller": seller, "purpose": purpose}
