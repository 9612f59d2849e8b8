"""Every key shape of the one table.

Access patterns, each with the requests it costs:

| who asks | pk | sk | requests |
|---|---|---|---|
| a page: the matter behind a link | `CR#<creditor>#D#<debtor>` | all | 1 Query |
| - the debtor's card | | `DEBTOR` | |
| - its claims, contacts, attempts | | `CLAIM#<id>`, `CONTACT#<id>`, `ATTEMPT#<id>` | |
| - what was agreed | | `PLAN#<id>`, `DEFERRAL#<id>`, `OFFER#<id>`, `MANDATE#<id>` | |
| - what was asked and said | | `DISPUTE#<id>`, `TASK#<id>`, `EVIDENCE#<id>` | |
| - its papers | | `DOCUMENT#<id>` | |
| a page: the link itself | `LINK#<hash of token>` | `LINK` | 1 Get |
| the ledger of a claim, and whose it is | `CR#<creditor>#L#<claim>` | `ENTRY#<number>` | 1 Query |
| a creditor's settings (cached 60 s) | `CR#<creditor>` | `CREDITOR` | 1 Get |
| the versions of its own strategy | `CR#<creditor>#K` | `STRATEGY#<number>` | 1 Query |
| up to when its money was compared | `CR#<creditor>` | `RECONCILED` | 1 Get |
| was this money booked, and where did it go? | `CR#<creditor>#P#<object>` | `SOURCE` | a condition, 1 Get |
| what was booked over all claims on a day | `CR#<creditor>#J#<shard>#<day>` | `<moment>#<id>` | 1 Query a shard |
| was this event handled? | `CR#<creditor>#E#<event>` | `EVENT`, `SEEN` | 1 Get, a condition |
| money that fits no claim | `CR#<creditor>#S#<shard>` | `SUSPENSE#<source>` | 1 Query a shard |
| what was written to a debtor | `CR#<creditor>#M#<contact>` | `MESSAGE` | 1 Get |
| what was written back to it, word for word | `CR#<creditor>#M#<contact>` | `REPLY#<id>` | 1 Query |
| the same where nobody knows to what | `CR#<creditor>#I#<id>` | `REPLY` | 1 Get |
| what a person must answer, and whose it is | `CR#<creditor>#T#<shard>` | `TASK#<id>` | 1 Query a shard |
| - what nobody has taken yet (sparse) | index `due`: `free-<creditor>-`shard | due time | 1 Query a shard |
| - what somebody of the staff holds (sparse) | index `due`: `taken-<staff>` | due time | 1 Query |
| - what waits for a second person (sparse) | index `due`: `motions-<creditor>` | since | 1 Query |
| where the talk with a debtor stands | `CR#<creditor>#C#<debtor>` | `CONVERSATION` | 1 Query, both |
| - all that was said, in order | | `SAID#<moment>#...` | |
| - what two people decide about them | | `MOTION#<id>` | |
| calls promised for the parts of a day | `CR#<creditor>#X` | `CALLS#<day>#<part>` | 1 Query |
| complaints of a month | `CR#<creditor>#G#<year>-<month>` | `COMPLAINT#<moment>...` | 1 Query a month |
| the rows of a batch | `CR#<creditor>#B#<batch>#<chunk>` | `ROW#<line>` | 1 Query a chunk |
| a batch | `CR#<creditor>#B#<batch>` | `BATCH`, `CHUNK#<n>` | 1 Get |
| what is to go back, and how far it has come | `CR#<creditor>#R#<shard>` | `REFUND#<id>` | 1 Query a shard |
| payouts to a creditor, files for its bank | `CR#<creditor>#Y` | `PAYOUT#<number>`, `FILE#<id>` | 1 Query |
| the provider's payouts, and the bank credits | `CR#<creditor>#Y` | `SETTLED#<id>`, `CREDIT#<source>` | 1 Query |
| how the books compared | `CR#<creditor>#Y` | `COMPARED#<id>` | 1 Get |
| differences that people let stand | `CR#<creditor>#Y` | `ACCEPTED#<id>` | 1 Query |
| what people did to money, by month | `CR#<creditor>#H#<year>-<month>` | `ACT#<moment>#...` | 1 Query a month |
| a bank's statement, and how far it has come | `CR#<creditor>#A#<statement>` | `STATEMENT`, `CHUNK#<n>` | 1 Get |
| the statements of a month | `CR#<creditor>#Z#<year>-<month>` | `STATEMENT#<id>` | 1 Query a month |
| what became of its entries | `CR#<creditor>#A#<statement>#<chunk>` | `TOLD#<number>` | 1 Query a chunk |
| the first sighting of some money at the bank | `CR#<creditor>#N#<source>` | `SIGHTING` | 1 Get |
| the payments a return may mean | `CR#<creditor>#O#<keyed hash>` | `SOURCE#<source>` | 1 Query a mark |
| how a collective entry is told: as a sum or in parts | `CR#<creditor>#U#<keyed hash>` | `COLLECTIVE` | 1 Get |
| what was said at an address | `CR#<creditor>#Q#<keyed hash>` | `SILENCE` | 1 Get, a condition |
| claims by reference, number, name or account | `CR#<creditor>#W#<keyed hash>` | `WAY#<claim>` | 1 Query a mark |
| facts that wait for the bus | `CR#<creditor>#F#<id>` | `FACTS` | the stream |
| facts nobody relayed (sparse) | index `unrelayed`: shard | time | 1 Query a shard |
| contacts planned or half sent, agreements (sparse) | index `due`: shard | due time | 1 Query a shard |
| mandates to be looked at (sparse) | index `due`: `drawing-`shard | the moment | 1 Query a shard |
| claims whose fee may rise (sparse) | index `due`: `charging-`shard | the moment | 1 Query a shard |
| whose data may have had its time | index `due`: `forget-`shard | the day | 1 Query a shard |
| a creditor's contacts by their hour | index `due`: `past-<creditor>-`shard | due time | 1 Query a shard |
| money in suspense, what is to leave (sparse) | index `due`: `suspense-`, `refund-` | since | 1 Query a shard |
| who is at the desk, and what they were given | `PRESENCE` | `SEEN#<staff>`, `HAND#<staff>` | 1 Query, 1 Get |
| what operators hold back, and where a contact asks | `GATE`, `GATE#<place>` | `GATE` | 1 Get, a condition |
| sends to one address over all creditors | `POINT#<keyed hash>` | `SENDS` | 1 Get |
| whom it belongs to, as far as we wrote there | `POINT#<keyed hash>` | `REACHED#<channel>#...` | 1 Query |
| the return from the hosted page, a mandate's too | `ATTEMPT#<id>` | `ATTEMPT` | 1 Get |
| whose debtors pay to a bank account | `ACCOUNT#<hash>` | `HOLDER` | 1 Get |
| a delivery receipt of a channel | `RECEIPT#<id>` | `RECEIPT` | 1 Get |
| who was shown what, by day | `CR#<creditor>#V#<day>` | `LOOK#<moment>#...` | 1 Query a day |
| who works here, for whichever creditors | `STAFF` | `STAFF#<id>` | 1 Get, 1 Query all |

Every key starts with the creditor, but for the staff, who of them is at the desk, the gate, what is found by an
address, an attempt, an account or a receipt, and the link: there the id is all the asker has, and each of those
ids is random, hashed or keyed. The gate holds back what is every creditor's, and the staff work for several.
"""

import hashlib
from datetime import datetime

SHARDS = 8
# Sending asks the gate in every transaction; at one place all of them would stand in each other's way.
PLACES = 8
STAFF = "STAFF"


def shard(text: str) -> str:
    """Which of the creditor-wide partitions a thing lies in, spread evenly by hash."""
    return str(int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % SHARDS)


def forgetting(shard: str) -> str:
    """The shard, in the index of what is due, of debtors by the day on which their data is looked at."""
    return f"forget-{shard}"


def suspended(shard: str) -> str:
    """The shard, in the index of what is due, of money in suspense that has found no home yet."""
    return f"suspense-{shard}"


def refunding(shard: str) -> str:
    """The shard, in the index of what is due, of refunds that have not come to their end."""
    return f"refund-{shard}"


def drawing(shard: str) -> str:
    """The shard, in the index of what is due, of mandates that are to be looked at."""
    return f"drawing-{shard}"


def past(creditor: str, shard: str) -> str:
    """The shard, in the index of what is due, of a creditor's contacts that are planned no more."""
    return f"past-{creditor}-{shard}"


def charging(shard: str) -> str:
    """The shard, in the index of what is due, of claims whose collection fee may rise."""
    return f"charging-{shard}"


def creditor(creditor: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}", "sk": "CREDITOR"}


def strategies(creditor: str) -> str:
    return f"CR#{creditor}#K"


def strategy(creditor: str, number: int) -> dict[str, str]:
    return {"pk": strategies(creditor), "sk": f"STRATEGY#{number:05d}"}


def reconciled(creditor: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}", "sk": "RECONCILED"}


def matter(creditor: str, debtor: str) -> str:
    return f"CR#{creditor}#D#{debtor}"


def debtor(creditor: str, number: str) -> dict[str, str]:
    return {"pk": matter(creditor, number), "sk": "DEBTOR"}


def claim(creditor: str, debtor: str, claim: str) -> dict[str, str]:
    return {"pk": matter(creditor, debtor), "sk": f"CLAIM#{claim}"}


def contact(creditor: str, debtor: str, contact: str) -> dict[str, str]:
    return {"pk": matter(creditor, debtor), "sk": f"CONTACT#{contact}"}


def attempt(creditor: str, debtor: str, attempt: str) -> dict[str, str]:
    return {"pk": matter(creditor, debtor), "sk": f"ATTEMPT#{attempt}"}


def attempt_pointer(attempt: str) -> dict[str, str]:
    return {"pk": f"ATTEMPT#{attempt}", "sk": "ATTEMPT"}


def ledger(creditor: str, claim: str) -> str:
    return f"CR#{creditor}#L#{claim}"


def entry(creditor: str, claim: str, number: int) -> dict[str, str]:
    return {"pk": ledger(creditor, claim), "sk": f"ENTRY#{number:06d}"}


def source(creditor: str, source: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#P#{source}", "sk": "SOURCE"}


def journal(creditor: str, shard: str, day: str) -> str:
    """What was booked on one day (UTC), in one of the creditor's shards."""
    return f"CR#{creditor}#J#{shard}#{day}"


def event(creditor: str, event: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#E#{event}", "sk": "EVENT"}


def reply(creditor: str, reply: str, contact: str | None) -> dict[str, str]:
    """Beside the message it answers, and so gone with it; by itself where nobody knows which that is."""
    if contact:
        return {"pk": message(creditor, contact)["pk"], "sk": f"REPLY#{reply}"}
    return {"pk": f"CR#{creditor}#I#{reply}", "sk": "REPLY"}


def seen(creditor: str, event: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#E#{event}", "sk": "SEEN"}


def suspense(creditor: str, source: str) -> dict[str, str]:
    return {"pk": suspense_shard(creditor, shard(source)), "sk": f"SUSPENSE#{source}"}


def suspense_shard(creditor: str, shard: str) -> str:
    return f"CR#{creditor}#S#{shard}"


def refund(creditor: str, order: str) -> dict[str, str]:
    return {"pk": refund_shard(creditor, shard(order)), "sk": f"REFUND#{order}"}


def refund_shard(creditor: str, shard: str) -> str:
    return f"CR#{creditor}#R#{shard}"


def treasury(creditor: str) -> str:
    return f"CR#{creditor}#Y"


def payout(creditor: str, number: int) -> dict[str, str]:
    return {"pk": treasury(creditor), "sk": f"PAYOUT#{number:05d}"}


def settlement(creditor: str, name: str) -> dict[str, str]:
    return {"pk": treasury(creditor), "sk": f"SETTLED#{name}"}


def payout_credit(creditor: str, source: str) -> dict[str, str]:
    return {"pk": treasury(creditor), "sk": f"CREDIT#{source}"}


def file(creditor: str, name: str) -> dict[str, str]:
    return {"pk": treasury(creditor), "sk": f"FILE#{name}"}


def reconciliation(creditor: str, name: str) -> dict[str, str]:
    return {"pk": treasury(creditor), "sk": f"COMPARED#{name}"}


def acceptance(creditor: str, name: str) -> dict[str, str]:
    return {"pk": treasury(creditor), "sk": f"ACCEPTED#{name}"}


def acts(creditor: str, month: str) -> str:
    return f"CR#{creditor}#H#{month}"


def act(creditor: str, at: datetime, name: str) -> dict[str, str]:
    return {"pk": acts(creditor, f"{at:%Y-%m}"), "sk": f"ACT#{name}"}


def looks(creditor: str, day: str) -> str:
    return f"CR#{creditor}#V#{day}"


def look(creditor: str, at: datetime, name: str) -> dict[str, str]:
    return {"pk": looks(creditor, f"{at:%Y-%m-%d}"), "sk": f"LOOK#{name}"}


def staff(member: str) -> dict[str, str]:
    return {"pk": STAFF, "sk": f"STAFF#{member}"}


def message(creditor: str, contact: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#M#{contact}", "sk": "MESSAGE"}


def part(kind: str, creditor: str, debtor: str, name: str) -> dict[str, str]:
    """A plan, an offer, a document ... of a matter."""
    return {"pk": matter(creditor, debtor), "sk": f"{kind}#{name}"}


def task_pointer(creditor: str, task: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#T#{shard(task)}", "sk": f"TASK#{task}"}


def free(creditor: str, shard: str) -> str:
    """The shard, in the index of what is due, of a creditor's tasks that nobody of the staff has taken."""
    return f"free-{creditor}-{shard}"


def taken(owner: str) -> str:
    """The place, in the index of what is due, of the tasks that somebody of the staff holds."""
    return f"taken-{owner}"


def presences() -> str:
    return "PRESENCE"


def presence(staff: str) -> dict[str, str]:
    return {"pk": presences(), "sk": f"SEEN#{staff}"}


def hand(staff: str) -> dict[str, str]:
    return {"pk": presences(), "sk": f"HAND#{staff}"}


def conversation(creditor: str, debtor: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#C#{debtor}", "sk": "CONVERSATION"}


def utterance(creditor: str, debtor: str, name: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#C#{debtor}", "sk": f"SAID#{name}"}


def motion(creditor: str, debtor: str, name: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#C#{debtor}", "sk": f"MOTION#{name}"}


def calls(creditor: str) -> str:
    return f"CR#{creditor}#X"


def promised(creditor: str, day: str, part: str = "") -> dict[str, str]:
    """The calls of one part of a day."""
    return {"pk": calls(creditor), "sk": f"CALLS#{day}#{part}"}


def complaints(creditor: str, month: str) -> str:
    return f"CR#{creditor}#G#{month}"


def complaint(creditor: str, at: datetime, task: str) -> dict[str, str]:
    """By the month it came in (UTC)."""
    return {"pk": complaints(creditor, f"{at:%Y-%m}"), "sk": f"COMPLAINT#{at:%Y-%m-%dT%H:%M:%S.%f}#{task}"}


def motions(creditor: str) -> str:
    """The place, in the index of what is due, of a creditor's motions that wait for a second person."""
    return f"motions-{creditor}"


def chunk_rows(creditor: str, batch: str, chunk: int) -> str:
    return f"CR#{creditor}#B#{batch}#{chunk}"


def row(creditor: str, batch: str, chunk: int, line: int) -> dict[str, str]:
    return {"pk": chunk_rows(creditor, batch, chunk), "sk": f"ROW#{line:08d}"}


def batch(creditor: str, batch: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#B#{batch}", "sk": "BATCH"}


def chunk(creditor: str, batch: str, chunk: int) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#B#{batch}", "sk": f"CHUNK#{chunk:06d}"}


def statement(creditor: str, statement: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#A#{statement}", "sk": "STATEMENT"}


def statement_chunk(creditor: str, statement: str, chunk: int) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#A#{statement}", "sk": f"CHUNK#{chunk:06d}"}


def statements(creditor: str, month: str) -> str:
    return f"CR#{creditor}#Z#{month}"


def statement_pointer(creditor: str, month: str, statement: str) -> dict[str, str]:
    return {"pk": statements(creditor, month), "sk": f"STATEMENT#{statement}"}


def told_in(creditor: str, statement: str, chunk: int) -> str:
    return f"CR#{creditor}#A#{statement}#{chunk}"


def told(creditor: str, statement: str, chunk: int, number: int) -> dict[str, str]:
    return {"pk": told_in(creditor, statement, chunk), "sk": f"TOLD#{number:08d}"}


def sighting(creditor: str, source: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#N#{source}", "sk": "SIGHTING"}


def originals(creditor: str, mark: str) -> str:
    return f"CR#{creditor}#O#{mark}"


def original(creditor: str, mark: str, source: str) -> dict[str, str]:
    return {"pk": originals(creditor, mark), "sk": f"SOURCE#{source}"}


def collective(creditor: str, mark: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#U#{mark}", "sk": "COLLECTIVE"}


def ways(creditor: str, mark: str) -> str:
    return f"CR#{creditor}#W#{mark}"


def way(creditor: str, mark: str, claim: str) -> dict[str, str]:
    return {"pk": ways(creditor, mark), "sk": f"WAY#{claim}"}


def facts(creditor: str, facts: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#F#{facts}", "sk": "FACTS"}


def link(link: str) -> dict[str, str]:
    return {"pk": f"LINK#{link}", "sk": "LINK"}


def gate() -> dict[str, str]:
    return {"pk": "GATE", "sk": "GATE"}


def gate_place(number: int) -> dict[str, str]:
    return {"pk": f"GATE#{number}", "sk": "GATE"}


def gate_of(contact: str) -> dict[str, str]:
    """Where this contact asks."""
    return gate_place(int(hashlib.sha256(contact.encode()).hexdigest()[:8], 16) % PLACES)


def sends(point: str) -> dict[str, str]:
    return {"pk": f"POINT#{point}", "sk": "SENDS"}


def reached(point: str, channel: str, creditor: str = "", debtor: str = "") -> dict[str, str]:
    """Where a debtor was written to; without one, what all of those there begin with."""
    whose = f"{creditor}#{debtor}" if creditor else ""
    return {"pk": f"POINT#{point}", "sk": f"REACHED#{channel}#{whose}"}


def silence(creditor: str, point: str) -> dict[str, str]:
    return {"pk": f"CR#{creditor}#Q#{point}", "sk": "SILENCE"}


def account(iban: str) -> dict[str, str]:
    """A creditor's own account, which every debtor reads; it is hashed because no key tells an account."""
    return {"pk": f"ACCOUNT#{hashlib.sha256(iban.encode()).hexdigest()[:32]}", "sk": "HOLDER"}


def receipt(receipt: str) -> dict[str, str]:
    return {"pk": f"RECEIPT#{receipt}", "sk": "RECEIPT"}
