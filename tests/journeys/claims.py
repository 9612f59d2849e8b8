"""The file the journeys are made of: a few claims of the sample's shoe shop, by its own profile."""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

CREDITOR = "fadenlauf"
HEADER = (
    *("order_id", "customer_id", "kind", "full_name", "street", "zip", "city", "country", "born", "email"),
    *("phone", "lang", "items", "ordered_on", "invoice", "invoiced_on", "due_on", "default_since", "default_by"),
    *("open_amount", "interest", "fees", "as_of", "reminders", "payments", "had_plan", "plan_until", "disputed"),
    *("represented", "insolvent", "no_email", "no_sms", "customer_since", "orders", "paid_orders", "tier"),
)


@dataclass(frozen=True)
class Person:
    """Somebody in the file, with what they would have to know at the door."""

    number: int
    name: str
    postcode: str
    language: str
    amount: str
    shown: str
    by_email: bool = True

    @property
    def email(self) -> str:
        return f"debtor{self.number}@example.com"

    @property
    def phone(self) -> str:
        return f"+4917139200{self.number:02}"

    @property
    def claim(self) -> str:
        return f"FL-J{self.number}"

    @property
    def debtor(self) -> str:
        return f"c-j{self.number}"

    def row(self, today: date) -> dict[str, str]:
        invoiced = today - timedelta(days=60)
        return {
            "order_id": self.claim,
            "customer_id": self.debtor,
            "kind": "B2C",
            "full_name": self.name,
            "street": "Lindenweg 7",
            "zip": self.postcode,
            "city": "Berlin",
            "country": "DE",
            "email": self.email if self.by_email else "",
            "phone": "" if self.by_email else self.phone,
            "lang": self.language,
            "items": "Ledersneaker, blau",
            "ordered_on": str(invoiced - timedelta(days=1)),
            "invoice": f"INV-J{self.number}",
            "invoiced_on": str(invoiced),
            "due_on": str(invoiced + timedelta(days=14)),
            "open_amount": self.amount,
            "interest": "0.00",
            "fees": "0.00",
            "as_of": str(today - timedelta(days=1)),
        }


MARTA = Person(31, "Marta Lindqvist", "10437", "de", "48.20", "48,20")
EMRE = Person(32, "Emre Yıldız", "12047", "en", "120.00", "120.00")
NOOR = Person(33, "Noor Haddad", "13353", "de", "75.55", "75,55")
OLGA = Person(34, "Olha Kovalenko", "10115", "de", "19.90", "19,90", by_email=False)
PAUL = Person(35, "Paul Okafor", "10999", "de", "64.00", "64,00")
INES = Person(46, "Inês Carvalho", "10243", "de", "88.10", "88,10")
# One person for each way, in the language they walk it in.
LENA = Person(51, "Lena Brückner", "10405", "de", "90.00", "90,00")
YUSUF = Person(52, "يوسف الحلبي", "12043", "ar", "75.50", "75.50")
ROBIN = Person(53, "Robin Maaß", "13055", "de", "30.00", "30,00")
MIRJA = Person(54, "Mirja Österreich", "10781", "de", "64.40", "64,40")
AMIRA = Person(55, "Amira Saleh", "13357", "ar", "112.00", "112.00")
CARLA = Person(56, "Carla Jansen", "12157", "de", "45.90", "45,90")
JOANA = Person(57, "Joana Petrov", "10317", "de", "59.95", "59,95")
VERA = Person(58, "Vera Lindholm", "10587", "en", "82.00", "82.00")
GRETA = Person(59, "Greta Sommer", "10999", "de", "38.70", "38,70")
TILDA = Person(60, "Tilda Morgenroth", "10435", "de", "52.30", "52,30")
PEOPLE = (MARTA, EMRE, NOOR, OLGA, PAUL, INES, LENA, YUSUF, ROBIN, MIRJA, AMIRA, CARLA, JOANA, VERA, GRETA, TILDA)


def claims_file() -> bytes:
    today = date.today()
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER, lineterminator="\n")
    writer.writeheader()
    for person in PEOPLE:
        writer.writerow({**dict.fromkeys(HEADER, ""), **person.row(today)})
    return text.getvalue().encode()
