"""The second head learnt anew from a creditor's own log, by the same recipe and through the same gates.

Everybody is written to, so a log cannot tell who would have paid untouched: the first head goes over to the new
version as it is, and stays one feature among others whose curve the second head learns anew. What is usual in a
line of business goes over too, for the features in the log were reckoned with it (docs/model.md).
"""

import json
import shutil

from chalicelib.adapters.onnx.scorer import MODELS, newest_model
from models.train import own_log, recipe
from models.train.card import card_of, write_card
from models.train.recipe import PAYS, RESPONDS, Progress

LIMITS = (
    "It was learnt from one creditor's log, and says something about that creditor's debtors only.",
    "It was judged by claims kept apart; an export does not say whose they are, so a debtor of two may be on both"
    " sides.",
    "Paid means that money came for the claim within four weeks and before the next message about it.",
    "What an arm does is known as far as it was taken: one that is drawn by lot is known best, a firm one only"
    " where it was thought best.",
    "Who would pay untouched is not in a log of people who were written to; that head is the earlier one.",
    "It may order lawful options (channel, tone, time). It decides no plan, no deferral and no refusal.",
)


class NoBase(own_log.NoLog):
    """There is no earlier pair of heads to go on from, or it would go before what is learnt now."""


def relearn(folder, *, created, seed, out, creditor=None, since=None, base=MODELS):
    """Learn the second head from the log below `folder`; write both heads and their cards; returns their paths.

    created: ISO date, the new version. out: the folder to write to. base: where the heads lie that are gone on
    from, the newest. Raises figures.Refused (guard.Leak, own_log.NoLog) or parity.NotExact before it writes.
    """
    say = Progress(4)
    before = {head: _card(base, head) for head in (PAYS, RESPONDS)}
    _check_later(created, before[RESPONDS]["created"])
    say(f"reading the log below {folder}")
    log = own_log.read(folder, creditor=creditor, since=since)
    told = ", ".join(f"{count} {why}" for why, count in log.left_out.items()) or "none"
    say(f"fitting on {len(log.decisions)} messages of {log.first} to {log.last}; left out: {told}")
    fitted = recipe.train_response(log.decisions, seed=seed)
    worth = own_log.worth_of_arms(log.decisions)
    say("writing both heads")
    data = _data(log, worth)
    more = {
        "pair": f"{PAYS}-{created}",
        "noise": fitted.noise,
        "priors": before[RESPONDS]["priors"],
        "steered": list(recipe.STEERED),
    }
    card = card_of(
        fitted, created=created, data=data, versions=recipe.versions(), horizon=recipe.HORIZON_DAYS, more=more
    )
    path = out / f"{RESPONDS}-{created}.onnx"
    path.write_bytes(fitted.blob)
    write_card(path.with_suffix(".json"), {**card, "limits": list(LIMITS)})
    pays = _carried(base, before[PAYS], created, out)
    say(f"wrote {pays.name}, taken over, and {path.name}")
    recipe.table(fitted)
    _tell(worth)
    return [pays, path]


def _card(folder, head):
    path = newest_model(folder, head)
    if path is None:
        raise NoBase(f"no {head} model in {folder} to go on from: run make model first")
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def _check_later(created, newest):
    """The newest pair is asked, and a version is one pair: whoever it stepped back for knows only its name."""
    if created <= newest:
        raise NoBase(f"version {created} is not later than {newest}, which there is already: give a later --date")


def _carried(base, card, created, out):
    """The first head under the new version's name, and in its card from where it comes."""
    path = out / f"{PAYS}-{created}.onnx"
    source = base / f"{card['version']}.onnx"
    if path != source:
        shutil.copyfile(source, path)
    origin = card.get("taken_over_from", card["version"])
    named = {"version": path.stem, "created": created, "pair": f"{RESPONDS}-{created}", "taken_over_from": origin}
    write_card(path.with_suffix(".json"), {**card, **named})
    return path


def _data(log, worth):
    decisions = log.decisions
    return {
        "kind": "own log",
        "learnt_from": {
            "messages": len(decisions),
            "claims": len(set(decisions.claim.tolist())),
            "paid": round(float(decisions.paid.mean()), 4),
            "from": log.first.isoformat(),
            "to": log.last.isoformat(),
            "chosen_by": list(log.models),
            "left_out": log.left_out,
        },
        "judged_by": "three claims in ten, kept apart",
        "arms": {key: _rounded(estimate) for key, estimate in worth.items()},
    }


def _rounded(estimate):
    return {
        "paid": round(estimate.value, 4),
        "interval": [round(estimate.low, 4), round(estimate.high, 4)],
        "effective": round(estimate.effective),
    }


def _tell(worth):
    print("\nhad it been taken wherever it might have been, so many would have paid (SNIPS, 95 %)")
    for key, one in worth.items():
        print(f"{key:14} {one.value:7.1%}  {one.low:.1%} to {one.high:.1%}, worth {one.effective:.0f} messages")
