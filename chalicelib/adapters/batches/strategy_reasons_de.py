"""Jede Zurückweisung einer eigenen Strategie auf Deutsch: was nicht stimmt, und was zu tun ist."""

SENTENCES: dict[str, tuple[str, str]] = {
    "charges_for_time": (
        "Raten und Aufschub kosten nichts: Wer Zeit verkauft, gewährt ein Verbraucherdarlehen (§ 506 BGB; "
        "EuGH C-127/15).",
        "Lassen Sie diese Angabe weg. Für Raten und Aufschub darf nichts verlangt werden.",
    ),
    "word_not_known": ("Dieses Wort ist keines von denen in Klammern.", "Schreiben Sie eines davon."),
    "group_wanted": (
        "Hier gehört eine eingerückte Gruppe von Angaben hin.",
        "Ein Beispiel steht in docs/strategies.md.",
    ),
    "list_wanted": ("Hier gehört eine Liste hin.", "Schreiben Sie je eine Zeile, mit einem Strich davor."),
    "days_wanted": ("Das ist keine Zahl von Tagen.", "Schreiben Sie es so: 10 days."),
    "count_wanted": ("Das ist keine ganze Zahl.", "Schreiben Sie es so: 24."),
    "share_wanted": (
        "Das ist kein Prozentsatz.",
        "Schreiben Sie ihn so: 15 %, mit Punkt, wo er einen braucht.",
    ),
    "money_wanted": (
        "Das ist kein Geldbetrag.",
        "Schreiben Sie ihn so: 10.00, mit Punkt und zwei Stellen, in der Währung Ihrer Forderungen.",
    ),
    "yes_or_no": ("Das ist weder ja noch nein.", "Schreiben Sie yes oder no."),
    "out_of_range": ("Das liegt außerhalb der Grenzen in Klammern.", "Wählen Sie einen Wert innerhalb."),
    "steps_number": ("Eine Strategie hat einen bis sechs Schritte.", "Streichen Sie, was zu viel ist."),
    "first_not_friendly": (
        "Das erste Wort ist freundlich.",
        "Schreiben Sie `tone: friendly` beim ersten Schritt.",
    ),
    "first_waits": (
        "Der erste Schritt hat keine Pause: Er folgt dem Tag der Fälligkeit.",
        "Lassen Sie `after` weg.",
    ),
    "after_missing": (
        "Dieser Schritt sagt nicht, wie lange vorher Ruhe ist.",
        "Ergänzen Sie `after: 10 days`.",
    ),
    "pause_range": (
        "Zwischen zwei Nachrichten liegen 3 bis 90 Tage.",
        "Wählen Sie eine Pause innerhalb davon.",
    ),
    "last_notice_early": (
        "Nur der letzte Schritt darf sagen, dass er der letzte ist.",
        "Wählen Sie hier einen anderen Ton, oder streichen Sie, was folgt.",
    ),
    "speed_and_steps": (
        "Eigene Schritte nennen ihre Tage selbst; ein Tempo hat daran nichts zu ändern.",
        "Streichen Sie `speed`, oder streichen Sie `steps`.",
    ),
    "new_explores_less": (
        "Wo von jemandem nichts bekannt ist, wird mindestens so viel ausprobiert wie sonst.",
        "Erhöhen Sie diesen Anteil, oder senken Sie `risk_tolerance`.",
    ),
    "value_harsher": (
        "Der Wert eines Kunden darf nur milder machen: nichts früher, härter oder mehr als bei anderen.",
        "Verlängern Sie diese Pause, mildern Sie diesen Ton, oder streichen Sie den Schritt.",
    ),
    "value_steps_only": (
        "Für eine Wertklasse dürfen nur die Schritte anders sein; Raten, Beträge, Anteile sind für alle gleich.",
        "Lassen Sie diese Angabe weg.",
    ),
    "class_name": (
        "Diese Wertklasse kann keine Forderung tragen: sie hat 1 bis 20 sichtbare Zeichen.",
        "Schreiben Sie sie wie in Ihrer Forderungsdatei.",
    ),
    "strategy_name": (
        "Der Name der Strategiedatei ist nicht der eines Gläubigers.",
        "Nennen Sie sie `strategies/<id>.yaml`, die id in Kleinbuchstaben, Ziffern und Bindestrichen.",
    ),
    "strategy_creditor": (
        "Für diesen Gläubiger gibt es keine angenommenen Einstellungen.",
        "Legen Sie zuerst `creditors/<id>.yaml` in den Eimer, dann diese Datei noch einmal.",
    ),
}
