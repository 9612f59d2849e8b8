"""Invented people and small businesses, with names of many origins and in several scripts."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

# Per origin: a language, given names and family names, each with the form it takes in an e-mail address.
WESTERN = (
    ("de", "Anna Lukas Marlene Jörg:joerg Käthe:kaethe Björn:bjoern Frieda Malte Sönke:soenke Ute",
     "Hoffmann Groß:gross Müller-Lüdenscheidt:mueller Jäger:jaeger Weiß:weiss Krüger:krueger Brandt"),
    ("de", "Elif Mehmet Aylin Can Deniz Emre", "Yilmaz Kaya Demir Aydin Öztürk:oeztuerk"),
    ("de", "Zofia Tomasz Agnieszka Marek", "Nowak Kowalska Wisniewski Zielinska"),
    ("en", "Grace Kwame Chidi Amara Tendai", "Mensah Okafor Adeyemi Owusu Dube"),
    ("de", "Chloé:chloe François:francois Núria:nuria José:jose Inês:ines Søren:soeren Åsa:asa",
     "Dubois Peña:pena Castaño:castano Gonçalves:goncalves Ødegård:oedegard Lindqvist"),
    ("en", "Siobhán:siobhan Callum Priya Arjun Mei", "O'Connor Mac_an_Ghoill:macanghoill Sharma Patel Chen"),
)  # fmt: skip
WORLD = (
    *WESTERN,
    ("uk", "Олена:olena Тарас:taras Оксана:oksana Андрій:andrii", "Шевчук:shevchuk Бондаренко:bondarenko"),
    ("ru", "Ирина:irina Дмитрий:dmitri Светлана:svetlana", "Соколова:sokolova Лебедев:lebedev"),
    ("ar", "فاطمة:fatima يوسف:yusuf ليلى:layla خالد:khaled", "الحداد:alhaddad منصور:mansour النجار:alnajjar"),
    ("fa", "زهرا:zahra آرش:arash مریم:maryam", "رضایی:rezaei کریمی:karimi"),
    ("pl", "Łukasz:lukasz Małgorzata:malgorzata Żaneta:zaneta", "Wójcik:wojcik Dąbrowska:dabrowska"),
    ("tr", "Şule:sule Çağrı:cagri Işıl:isil", "Yıldız:yildiz Güneş:gunes Doğan:dogan"),
    ("el", "Ελένη:eleni Νίκος:nikos", "Παπαδοπούλου:papadopoulou Γεωργίου:georgiou"),
    ("ro", "Ștefan:stefan Ioana", "Popescu Țurcanu:turcanu"),
    ("vi", "Nguyễn_Thị:nguyenthi Trần_Văn:tranvan", "Hương:huong Đức:duc"),
    ("zh", "王:wang 李:li", "小明:xiaoming 静怡:jingyi"),
    ("hi", "अनिता:anita राहुल:rahul", "शर्मा:sharma वर्मा:verma"),
    ("ka", "ნინო:nino გიორგი:giorgi", "ბერიძე:beridze"),
)
BUSINESSES = (
    "Bäckerei Morgenrot OHG:morgenrot",
    "Kiosk am Wehr e. K.:kiosk-am-wehr",
    "Tischlerei Spanholz GmbH:spanholz",
    "Café Zur Weile UG (haftungsbeschränkt):zurweile",
    "Fahrradladen Freilauf GbR:freilauf",
    "Praxis für Physiotherapie Beweggrund:beweggrund",
)
STREETS = (
    "Lindenweg", "Am Mühlbach", "Gartenstraße", "Schulgasse", "Kastanienallee", "Bahnhofstraße", "Rosenhag",
    "Zum Alten Hafen", "Hinter den Höfen", "Goethestraße", "Feldrain", "Straße des Friedens", "Kirchplatz",
)  # fmt: skip
PLACES = (
    ("01067", "Dresden"), ("04109", "Leipzig"), ("10437", "Berlin"), ("20359", "Hamburg"),
    ("28203", "Bremen"), ("30451", "Hannover"), ("44137", "Dortmund"), ("50674", "Köln"),
    ("60316", "Frankfurt am Main"), ("70176", "Stuttgart"), ("79098", "Freiburg im Breisgau"),
    ("80469", "München"), ("90402", "Nürnberg"),
    ("99084", "Erfurt"), ("23552", "Lübeck"), ("18055", "Rostock"), ("66111", "Saarbrücken"),
)  # fmt: skip
DOMAINS = ("example.com", "example.net", "example.org", "post.example", "mail.example")


@dataclass(frozen=True)
class Person:
    """Somebody who owes; an empty text where nothing is known."""

    number: str
    business: bool
    name: str
    street: str
    postcode: str
    city: str
    birth_date: date | None
    email: str
    phone: str
    language: str


def people(rng: random.Random, count: int, origins: tuple, prefix: str, mobiles: list[str], today: date):
    """`count` people, none twice, each with a mobile number from the list; every eleventh is a business."""
    taken: set[str] = set()
    for place in range(count):
        business = place % 11 == 7
        name, handle, language = _business(place) if business else _name(rng, origins, taken)
        postcode, city = rng.choice(PLACES)
        born = None if business or rng.random() < 0.15 else _birth_date(rng, today)
        yield Person(
            number=f"{prefix}{20417 + 13 * place}",
            business=business,
            name=name,
            street=f"{rng.choice(STREETS)} {rng.randint(1, 118)}{rng.choice(('', '', '', 'a', 'b'))}",
            postcode=postcode,
            city=city,
            birth_date=born,
            email="" if rng.random() < 0.15 else f"{handle}@{rng.choice(DOMAINS)}",
            phone="" if rng.random() < 0.2 else mobiles[place],
            language=language,
        )


def _parts(text: str) -> list[tuple[str, str]]:
    pairs = [word.partition(":") for word in text.split()]
    return [(name.replace("_", " "), handle or name.lower().replace("'", "")) for name, _, handle in pairs]


def _name(rng: random.Random, origins: tuple, taken: set[str]) -> tuple[str, str, str]:
    while True:
        language, given, family = rng.choice(origins)
        (first, first_handle), (last, last_handle) = rng.choice(_parts(given)), rng.choice(_parts(family))
        name = f"{first}{'' if language == 'zh' else ' '}{last}"
        if name not in taken:
            taken.add(name)
            return name, f"{first_handle}.{last_handle}", language


def _business(place: int) -> tuple[str, str, str]:
    name, _, handle = BUSINESSES[place // 11 % len(BUSINESSES)].partition(":")
    later = place // 11 // len(BUSINESSES)
    return (f"{name}, Filiale {later + 1}" if later else name), f"{handle}{later or ''}", "de"


def _birth_date(rng: random.Random, today: date) -> date:
    """Between 19 and 82 years before today."""
    return today - timedelta(days=rng.randint(19 * 366, 82 * 365))
