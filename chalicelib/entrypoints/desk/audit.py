"""Who saw and did what: for auditors, of the creditors they work for."""

from collections.abc import Mapping
from datetime import date, timedelta

from chalice.app import Response

from ... import wiring
from ...actions.read_audit import MOST_DAYS, Wanted, read_audit
from ...domain.audit import Noted
from ...domain.gate import HOUSE
from ...domain.staff import May
from ...presentation.desk.audit import audit as audit_view
from ...presentation.desk.audit import audit_csv
from ...presentation.frame import Problem
from .door import Clerk, desk_route

A_PAGE, A_FILE = 200, 20_000


@desk_route("/desk/audit", "GET", needs=May.AUDIT)
def audit(clerk: Clerk) -> Response:
    creditor, typed, wanted = _asked(clerk)
    creditors = {**{one.id: one.legal_name for one in clerk.creditors().values()}, HOUSE: _house(clerk)}
    if wanted is None:
        problems = (Problem("since", "desk.audit.days.wrong"),)
        return clerk.show(audit_view(clerk.frame("audit"), (), {}, creditors, typed, problems=problems))
    found, more = _found(clerk, creditor, wanted, A_PAGE)
    after = found[-1].id if found and more else ""
    return clerk.show(audit_view(clerk.frame("audit"), found, _names(clerk), creditors, typed, more=after))


@desk_route("/desk/audit/csv", "GET", needs=May.AUDIT)
def audit_file(clerk: Clerk) -> Response:
    creditor, typed, wanted = _asked(clerk)
    if wanted is None:
        return clerk.go(clerk.frame("audit").href("audit", **typed))
    found, _ = _found(clerk, creditor, wanted, A_FILE)
    return clerk.file(audit_csv(found, _names(clerk)), "text/csv", f"audit-{wanted.first}-{wanted.last}.csv")


def _asked(clerk: Clerk) -> tuple[str, dict[str, str], Wanted | None]:
    """Whose, what stood in the form, and what is meant by it; None where the days cannot be.

    The acts of the house itself (who works here, who signed in) are asked for as those of a creditor are.
    """
    today = clerk.now.date().isoformat()
    own = clerk.staff.creditors
    named = clerk.query.get("creditor", "") or (own[0] if own else HOUSE)
    creditor = named if named == HOUSE else clerk.creditor_of(named).id
    first = clerk.query.get("since", "") or today
    typed = {
        "creditor": creditor,
        "since": first,
        "till": clerk.query.get("till", "") or max(first, today),
        "by": clerk.query.get("by", "").strip()[:100],
        "debtor": clerk.query.get("debtor", "").strip()[:100],
    }
    try:
        since, until = date.fromisoformat(typed["since"]), date.fromisoformat(typed["till"])
        after = clerk.query.get("after", "")
        if after:
            date.fromisoformat(after[:10])
        # Nothing stands in a day that has begun nowhere yet; in the east one begins while it is yesterday by UTC.
        to_come = since > clerk.now.date() + timedelta(days=1)
        if to_come or not timedelta(0) <= until - since <= timedelta(days=MOST_DAYS):
            raise ValueError("days")
    except ValueError:
        return creditor, typed, None
    by = next((one for one, name in _names(clerk).items() if typed["by"] in (one, name)), typed["by"])
    return creditor, typed, Wanted(since, until, by, typed["debtor"], after)


def _found(clerk: Clerk, creditor: str, wanted: Wanted, most: int) -> tuple[tuple[Noted, ...], bool]:
    """To find what was done about a debtor their matter is read: that is a look too."""
    if wanted.debtor and creditor != HOUSE:
        clerk.see(creditor, wanted.debtor, None, "audit")
    found, more = read_audit(
        creditor, wanted, looks=wiring.looks(), outgoing=wiring.outgoing(), store=wiring.store(), most=most
    )
    if creditor != HOUSE:
        return found, more
    names = _names(clerk)
    return tuple(one for one in found if one.about in names), more


def _names(clerk: Clerk) -> Mapping[str, str]:
    """The staff of the creditors this auditor works for."""
    own = set(clerk.staff.creditors)
    return {one.id: one.name for one in wiring.roster().staff() if own & set(one.creditors)}


def _house(clerk: Clerk) -> str:
    return clerk.locale.text("desk.audit.house")
