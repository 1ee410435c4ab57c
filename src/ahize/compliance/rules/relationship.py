"""Relationship: did the person deal with this seller, of late enough? What a stop ends, a purchase does not mend."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, Truth, earliest, names
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.facts import Relationship as Dealing
from ahize.compliance.rules.suppression import Stops
from ahize.kernel.windows import add_months

_DAY = timedelta(days=1)

Term = int | timedelta
"""Months, or a span of days."""


class Relationship:
    """One law's notion of an established relationship.

    Args:
        months: by kind of dealing, how many months it lasts; None: without end. The anniversary itself is too late.
            A span of days lasts through the last of them.
        from_its_end: kinds whose months count from the day they ended; until then they last.
        of_product: only dealings in the very product that the call is about.
        refusal_offered: only dealings in which the person could refuse, free of charge, when the number was taken.
    """

    def __init__(
        self,
        name: str,
        months: Mapping[str, Term | None],
        *,
        stops: Stops | None,
        ends_when_ended: bool,
        from_its_end: Collection[str] = (),
        of_product: bool = False,
        refusal_offered: bool = False,
    ) -> None:
        self.name = name
        self.months = months
        self.stops = stops
        self.ends_when_ended = ends_when_ended
        self.from_its_end = frozenset(from_its_end)
        self.of_product = of_product
        self.refusal_offered = refusal_offered

    def held(self, ask: Ask) -> Answer:
        """Is there one? Done once for each question."""
        found: Answer = ask.once(self, self._look)
        return found

    def _look(self, ask: Ask) -> Answer:
        dealings = ask.facts.relationships
        if dealings is UNKNOWN:
            return Answer(MAYBE, ("relationships",))
        answers = [answer for dealing in dealings if (answer := self._judge(dealing, ask)).truth is not NO]
        edge = earliest(*(answer.edge for answer in answers), *(self._begins(dealing, ask) for dealing in dealings))
        if not answers:
            return Answer(NO, edge=edge)
        if self.stops is not None:
            ended = self.stops.end_dealings(ask)
            if ended.truth is YES:
                return Answer(NO)
            if ended.truth is MAYBE:
                return Answer(MAYBE, ended.gaps, edge)
        if any(answer.truth is YES for answer in answers):
            # It lasts as long as its last dealing does; an earlier edge only asks once more.
            return Answer(YES, edge=edge)
        return Answer(MAYBE, names(*(answer.gaps for answer in answers)), edge)

    def _judge(self, dealing: Dealing, ask: Ask) -> Answer:
        if dealing.kind is not UNKNOWN and dealing.kind not in self.months:
            return Answer(NO)
        seller = ask.facts.principal.id
        if dealing.principal is not UNKNOWN and seller is not UNKNOWN and dealing.principal != seller:
            return Answer(NO)
        gaps = []
        if dealing.kind is UNKNOWN:
            gaps.append("relationships.kind")
        if dealing.principal is UNKNOWN:
            gaps.append("relationships.principal")
        if seller is UNKNOWN:
            gaps.append("principal.id")
        terms = self._terms_of_it(dealing, ask)
        if terms.truth is NO:
            return terms
        gaps.extend(terms.gaps)
        over = self._is_ended(dealing, ask)
        if over is not NO:
            return Answer(over, ("callee.zones",)) if over is MAYBE else Answer(NO)
        term = self._term(dealing, ask)
        if term.truth is NO:
            return term
        gaps.extend(term.gaps)
        return Answer(MAYBE, tuple(gaps), term.edge) if gaps else Answer(YES, edge=term.edge)

    def _terms_of_it(self, dealing: Dealing, ask: Ask) -> Answer:
        """Is it in the product spoken of, and was a refusal offered, where the law asks for that?"""
        gaps = []
        if self.of_product:
            called = ask.facts.product
            if dealing.product is UNKNOWN or called is UNKNOWN:
                gaps.append("relationships.product" if dealing.product is UNKNOWN else "product")
            elif dealing.product != called:
                return Answer(NO)
        if self.refusal_offered:
            if dealing.opt_out_offered is UNKNOWN:
                gaps.append("relationships.opt_out_offered")
            elif not dealing.opt_out_offered:
                return Answer(NO)
        return Answer(MAYBE, tuple(gaps)) if gaps else Answer(YES)

    def _is_ended(self, dealing: Dealing, ask: Ask) -> Truth:
        if not self.ends_when_ended or dealing.ended_on is None or ask.last_day < dealing.ended_on:
            return NO
        return YES

    def _term(self, dealing: Dealing, ask: Ask) -> Answer:
        """Within the months? Where the kind is Unknown, the longest term is read and the gap stays."""
        if dealing.kind is not UNKNOWN and dealing.kind in self.from_its_end:
            return self._after_its_end(dealing, ask)
        if dealing.last_on is UNKNOWN:
            endless = dealing.kind is not UNKNOWN and self.months[dealing.kind] is None
            return Answer(YES) if endless else Answer(MAYBE, ("relationships.last_on",))
        if dealing.last_on > ask.last_day:
            return Answer(NO)
        terms = [self.months[dealing.kind]] if dealing.kind is not UNKNOWN else list(self.months.values())
        if any(months is None for months in terms):
            return Answer(YES)
        return ask.still(max(_last_day(dealing.last_on, term) for term in terms if term is not None))

    def _after_its_end(self, dealing: Dealing, ask: Ask) -> Answer:
        """While it runs, and for its months after."""
        months = self.months[dealing.kind] if dealing.kind is not UNKNOWN else None
        if dealing.last_on is not UNKNOWN and dealing.last_on > ask.last_day:
            return Answer(NO)
        if dealing.ended_on is None or months is None:
            return Answer(YES)
        return ask.still(_last_day(dealing.ended_on, months))

    def _begins(self, dealing: Dealing, ask: Ask) -> Any:
        """A dealing dated ahead begins on its day; one that ends, ends on its day."""
        marks = [day for day in (dealing.last_on, dealing.ended_on) if isinstance(day, date) and day > ask.first_day]
        return earliest(*(ask.starts(day) for day in marks))


def _last_day(since: date, term: Term) -> date:
    return since + term if isinstance(term, timedelta) else add_months(since, term) - _DAY
