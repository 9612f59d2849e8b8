"""Jede Zurückweisung einer Gläubigerdatei auf Deutsch: was nicht stimmt, und was zu tun ist."""

SENTENCES: dict[str, tuple[str, str]] = {
    # Die ganze Datei.
    "file_kind": (
        "Diese Art Datei wird nicht gelesen.",
        "Senden Sie .csv, .csv.gz oder ein .zip mit einer .csv.",
    ),
    "too_large": ("Die Datei ist entpackt größer als 2 GiB.", "Senden Sie sie in kleineren Teilen."),
    "bomb": (
        "Die gepackte Datei wächst auf mehr als das Hundertfache.",
        "Senden Sie sie ungepackt oder in Teilen.",
    ),
    "damaged_pack": (
        "Die gepackte Datei ist beschädigt.",
        "Packen Sie sie neu und senden Sie sie noch einmal.",
    ),
    "pack_method": (
        "Das Zip ist verschlüsselt oder ungewöhnlich gepackt.",
        "Packen Sie es ohne Kennwort (Deflate).",
    ),
    "many_files": ("Das Zip enthält mehr als eine Datei.", "Legen Sie in jedes Zip eine .csv."),
    "encoding": (
        "Ab diesem Byte passt die Datei nicht zur erklärten Kodierung. Nichts daraus wurde übernommen.",
        "Speichern Sie sie in der erklärten Kodierung oder ändern Sie `profile.encoding`.",
    ),
    "encoding_mark": (
        "Die Datei beginnt mit dem Zeichen einer anderen Kodierung als der erklärten.",
        "Speichern Sie sie in der erklärten Kodierung oder ändern Sie `profile.encoding`.",
    ),
    "encoding_utf16": (
        "Die Datei sieht nach UTF-16 ohne Byte-Reihenfolge-Marke aus, und erklärt ist etwas anderes.",
        "Speichern Sie sie als „CSV UTF-8“, oder als UTF-16 mit dieser Marke und erklären Sie das.",
    ),
    "encoding_no_mark": (
        "Eine UTF-16-Datei muss mit ihrer Byte-Reihenfolge-Marke beginnen; diese tut es nicht.",
        "Speichern Sie sie als UTF-16 mit dieser Marke, oder als UTF-8 und erklären Sie das.",
    ),
    "nul_byte": ("Die Datei enthält ein NUL-Zeichen.", "Exportieren Sie sie neu; Textdateien haben keines."),
    "line_too_long": (
        "Eine Zeile ist länger als eine Million Zeichen.",
        "Prüfen Sie die Zeilenumbrüche des Exports.",
    ),
    "empty": ("Die Datei ist leer.", "Senden Sie eine Datei mit Kopfzeile und Zeilen."),
    "too_many_rows": ("Die Datei hat mehr als 1.000.000 Zeilen.", "Senden Sie sie in kleineren Teilen."),
    "header_unreadable": (
        "Die Kopfzeile ist nicht lesbar.",
        "Prüfen Sie die Anführungszeichen in Zeile 1 und beenden Sie sie mit einem Zeilenumbruch.",
    ),
    "header_missing": (
        "In der Kopfzeile fehlen Spalten, die Ihr Profil nennt.",
        "Ergänzen Sie die Spalten oder berichtigen Sie ihre Namen unter `profile.columns`.",
    ),
    "header_twice": (
        "Die Kopfzeile nennt eine Spalte doppelt.",
        "Geben Sie jeder Spalte einen eigenen Namen.",
    ),
    "header_unknown": (
        "Die Kopfzeile hat Spalten, die das eingebaute Profil nicht kennt.",
        "Nehmen Sie die Namen des Handbuchs oder erklären Sie ein eigenes Profil.",
    ),
    # Eine Zeile, deren Zellen sich nicht trennen lassen.
    "quoting": (
        "Die Anführungszeichen dieser Zeile passen nicht zusammen.",
        "Verdoppeln Sie jedes Anführungszeichen innerhalb einer Zelle.",
    ),
    "open_quote": (
        "Eine Zelle dieser Zeile beginnt mit einem Anführungszeichen und endet nicht.",
        "Schließen Sie sie; verdoppeln Sie jedes Anführungszeichen darin.",
    ),
    "cut_off": (
        "Die Datei endet vor dieser Zeile; die Zeile wurde deshalb nicht übernommen.",
        "Senden Sie die Datei vollständig; auch ihre letzte Zeile endet mit einem Zeilenumbruch.",
    ),
    "column_count": (
        "Die Zeile hat mehr oder weniger Zellen als die Kopfzeile.",
        "Setzen Sie Zellen, die das Trennzeichen enthalten, in Anführungszeichen.",
    ),
    # Eine Zeile unter anderen.
    "twin_claim": (
        "Eine frühere Zeile dieser Datei hat dieselbe Forderungsnummer; jene wurde übernommen.",
        "Geben Sie jeder Forderung eine eigene Nummer und senden Sie diese Zeile noch einmal.",
    ),
    "differs": (
        "Diese Forderung wurde schon mit anderen Angaben angenommen; jene gelten weiter.",
        "Eine Datei berichtigt keine angenommene Forderung. Fragen Sie am Schreibtisch: Dort tun das zwei.",
    ),
    # Eine Zelle.
    "missing": ("Dieses Feld wird gebraucht und ist leer.", "Füllen Sie es aus."),
    "too_long": (
        "Der Text ist länger, als dieses Feld sein darf.",
        "Kürzen Sie ihn; das Handbuch nennt die Länge.",
    ),
    "control_characters": ("Der Text enthält unsichtbare Steuerzeichen.", "Tippen Sie ihn neu ein."),
    "id_form": (
        "Eine Nummer hat 1 bis 64 Buchstaben A bis Z, Ziffern, Leerzeichen und . _ : / + - und beginnt mit"
        " Buchstabe oder Ziffer.",
        "Ändern Sie die Nummer in Ihrem Export.",
    ),
    "not_a_choice": (
        "Dieses Wort ist für das Feld nicht bekannt.",
        "Nehmen Sie ein Wort des Handbuchs oder ordnen Sie Ihres unter `profile.values` zu.",
    ),
    "yes_no": (
        "Das ist weder ja noch nein.",
        "Schreiben Sie yes oder no, oder ordnen Sie Ihre Wörter unter `profile.values` zu.",
    ),
    "date_form": (
        "Das ist kein Tag in der erklärten Form.",
        "Schreiben Sie ihn wie {day}, so sagt es Ihr Profil; und einen Tag, den es gibt.",
    ),
    "amount_form": (
        "Das ist kein Betrag in der erklärten Form.",
        "Schreiben Sie ihn wie {amount}, so sagt es Ihr Profil; ohne Währungszeichen.",
    ),
    "amount_huge": (
        "Der Betrag liegt über 10 Millionen.",
        "Prüfen Sie ihn; größere Forderungen werden nicht per Datei übernommen.",
    ),
    "amount_not_positive": (
        "Die Hauptforderung muss über null liegen, andere Beträge bei null oder darüber.",
        "Prüfen Sie den Betrag; lassen Sie Erledigtes und Gutschriften weg.",
    ),
    "count_form": (
        "Das ist keine ganze Zahl mit höchstens sechs Ziffern.",
        "Schreiben Sie nur Ziffern, ohne Trennzeichen.",
    ),
    "country_form": (
        "Das ist kein Länderkürzel aus zwei Großbuchstaben.",
        "Schreiben Sie DE, AT, PL und so weiter (ISO 3166).",
    ),
    "language_form": ("Das ist kein Sprachkürzel.", "Schreiben Sie de, en, tr, ar und so weiter (ISO 639)."),
    "name_form": ("Der Name hat keinen Buchstaben.", "Schreiben Sie den Namen."),
    "postcode_form": (
        "Das ist keine Postleitzahl dieses Landes. Vielleicht fehlt eine führende Null.",
        "Exportieren Sie Postleitzahlen als Text, mit allen Ziffern.",
    ),
    "default_before_due": (
        "Verzug kann nicht vor der Fälligkeit beginnen.",
        "Berichtigen Sie einen der beiden Tage.",
    ),
    "birth_after_invoice": (
        "Der Geburtstag liegt nach dem Rechnungsdatum.",
        "Berichtigen Sie einen der beiden Tage.",
    ),
    # Was eine übernommene Zeile entbehrt.
    "bad_email": (
        "Das kann keine E-Mail-Adresse sein; die Forderung wurde ohne sie übernommen.",
        "Senden Sie die richtige Adresse.",
    ),
    "bad_phone": (
        "Das kann keine Telefonnummer sein; die Forderung wurde ohne sie übernommen.",
        "Senden Sie die richtige Nummer.",
    ),
    "landline": (
        "Ein Festnetzanschluss empfängt keine SMS; die Forderung wurde ohne ihn übernommen.",
        "Senden Sie eine Mobilnummer, wenn Sie eine haben.",
    ),
    "bad_iban": ("Die IBAN stimmt nicht; die Forderung wurde ohne sie übernommen.", "Prüfen Sie die IBAN."),
    "characters_removed": ("Unsichtbare Steuerzeichen wurden entfernt.", "Es ist nichts zu tun."),
    # Warum niemand angeschrieben wird.
    "no_contact_point": (
        "Es gibt weder E-Mail-Adresse noch Mobilnummer.",
        "Senden Sie eine, wenn Sie sie haben.",
    ),
    "no_factor": (
        "Es gibt kein Geburtsdatum und keine Postleitzahl oder Rechnungsnummer von mindestens vier Zeichen; "
        "niemand könnte zeigen, dass er gemeint ist.",
        "Senden Sie eines von beiden.",
    ),
    "only_invoice_number": (
        "Es gibt weder Postleitzahl noch Geburtsdatum; gefragt werden kann nur nach der Rechnungsnummer.",
        "Senden Sie eines von beiden.",
    ),
    "costs_above_cap": (
        "Die Kosten sind höher, als ein Anwalt hierfür berechnen dürfte; mehr ist nicht zu erstatten (RDG § 13e).",
        "Nehmen Sie heraus, was darüber liegt und nicht Ihre eigenen, nachgewiesenen Mahnkosten sind.",
    ),
    "payment_under_way": ("Eine Zahlung ist unterwegs.", "Nichts, bis sie angekommen ist."),
    "task_open": ("Jemand hat um Antwort gebeten.", "Beantworten Sie zuerst die Anfrage."),
    "operator": ("Wer Kulanz betreibt, hat Nachrichten angehalten.", "Fragen Sie dort nach."),
    "deferral": ("Ein späterer Tag ist vereinbart.", "Nichts, bis er da ist."),
    "chargeback": (
        "Die Bank hat eine Zahlung zurückgeholt; ob sie wiederkommt, wird geprüft.",
        "Nichts, bis es entschieden ist.",
    ),
    "transferred": ("Eine Überweisung ist angekündigt.", "Nichts; sieben Bankarbeitstage wird gewartet."),
    "notice_missing": (
        "Das erste Schreiben eines Inkassodienstes wurde noch nicht versandt (§ 13a RDG).",
        "Nichts; es geht zuerst hinaus.",
    ),
    "steps_used_up": ("Alle Erinnerungen dieser Vorgehensweise sind versandt.", "Entscheiden Sie das Weitere."),
    "due": (
        "Der Hinweis vor der Fälligkeit wäre erst am Tag oder danach gekommen.",
        "Nichts: Die Erinnerungen folgen.",
    ),
    "unreleased": ("Diese Datei ist noch nicht freigegeben.", "Lassen Sie sie freigeben; dann wird geplant."),
    "opted_out": ("Auf keinem bekannten Weg sind Nachrichten erwünscht.", "Schreiben Sie per Post."),
    "dead_address": (
        "Nachrichten an jede hier bekannte Adresse kommen zurück.",
        "Nennen Sie eine gültige E-Mail-Adresse oder Mobilnummer.",
    ),
    "not_due_yet": ("Die Forderung ist noch nicht fällig.", "Nichts; die erste Nachricht wartet so lange."),
    "dispute": ("Die Forderung ist bestritten.", "Klären Sie zuerst den Einwand."),
    "plan": ("Eine Ratenvereinbarung läuft.", "Nichts, solange sie eingehalten wird."),
    "insolvency": ("Es läuft ein Insolvenzverfahren.", "Melden Sie die Forderung beim Verwalter an."),
    "breathing_space": ("Es läuft eine gesetzliche Schonfrist.", "Nichts, bis sie endet."),
    "representative": ("Jemand vertritt die angeschriebene Person.", "Schreiben Sie der Vertretung."),
    "minor": ("Die Person ist minderjährig.", "Schreiben Sie den gesetzlichen Vertretern."),
    # Die Einstellungen des Gläubigers.
    "yaml": (
        "Die Einstellungen sind an dieser Zeile nicht lesbar.",
        "Prüfen Sie Einrückung, Doppelpunkte und Anführungszeichen.",
    ),
    "yaml_too_large": ("Die Einstellungen sind größer als 64 KiB.", "Kürzen Sie sie."),
    "yaml_not_a_mapping": (
        "Die Einstellungen sind keine Liste aus Zeilen `Name: Wert`.",
        "Beginnen Sie mit dem Beispiel.",
    ),
    "yaml_alias": ("Anker und Verweise (& und *) werden nicht gelesen.", "Schreiben Sie den Wert aus."),
    "yaml_key_twice": ("Eine Einstellung steht doppelt da.", "Streichen Sie eine davon."),
    "unknown_setting": (
        "Eine Einstellung dieses Namens gibt es nicht.",
        "Streichen Sie sie oder berichtigen Sie die Schreibweise.",
    ),
    "not_text": ("Hierher gehört ein Text.", "Schreiben Sie einen Wert in eine Zeile."),
    "not_a_group": ("Hierher gehören eingerückte Einstellungen.", "Sehen Sie das Beispiel im Handbuch an."),
    "date_iso": ("Das ist kein Tag.", "Schreiben Sie ihn als 2026-11-30."),
    "iban": (
        "Länge oder Prüfziffern der IBAN stimmen nicht.",
        "Übertragen Sie sie noch einmal aus den Bankunterlagen.",
    ),
    "email_form": ("Das ist keine E-Mail-Adresse.", "Berichtigen Sie sie."),
    "phone_form": ("Das ist keine Telefonnummer mit Landesvorwahl.", "Schreiben Sie sie als +49 30 …."),
    "sms_sender": (
        "Ein SMS-Absender ist eine Nummer mit Landesvorwahl oder hat bis zu 11 Buchstaben und Ziffern.",
        "Kürzen Sie den Namen.",
    ),
    "bad_fax": (
        "Die Faxnummer kann keine sein; die Forderung ist ohne sie geladen.",
        "Schicken Sie die richtige Nummer.",
    ),
    "channel_twice": (
        "Zwei Einträge richten denselben Weg ein.",
        "Lassen Sie einen von beiden weg.",
    ),
    "telling": (
        "Absender und Adressen dürfen nicht verraten, dass Geld offen ist: andere lesen sie mit.",
        "Wählen Sie einen neutralen Namen.",
    ),
    "url": ("Das ist keine Internetadresse.", "Schreiben Sie sie als https://example.org/seite."),
    "url_not_https": (
        "Die Adresse muss mit https:// beginnen.",
        "Richten Sie ein Zertifikat ein und schreiben Sie https://.",
    ),
    "url_not_origin": (
        "Hierher gehört nur der Rechnername, ohne Pfad und Fragezeichen.",
        "Schreiben Sie https://zahlen.example.org.",
    ),
    "colour": ("Das ist keine Farbe.", "Schreiben Sie sie als #1a5fb4, in Anführungszeichen."),
    "same_separator": ("Dezimal- und Tausenderzeichen sind gleich.", "Berichtigen Sie eines von beiden."),
    "no_such_field": ("Ein Feld dieses Namens gibt es nicht.", "Nehmen Sie ein Feld des Handbuchs."),
    "header_for_two": ("Eine Spalte der Datei ist zwei Feldern zugeordnet.", "Ordnen Sie sie einem zu."),
    "field_not_mapped": (
        "Dieses Feld wird gebraucht, und das Profil gibt ihm weder Spalte noch festen Wert.",
        "Ergänzen Sie es unter `profile.columns` oder `profile.constants`.",
    ),
    "not_known": ("Das gibt es hier nicht; was es gibt, steht in Klammern.", "Wählen Sie eines davon."),
    "id_of_file": (
        "Die id muss der Name der Datei sein: Kleinbuchstaben, Ziffern, Bindestriche, vorn ein Buchstabe.",
        "Gleichen Sie `id` und Dateinamen an.",
    ),
    "payee_differs": (
        "Banken vergleichen den Empfänger mit dem Kontoinhaber; er muss Ihr rechtlicher Name sein.",
        "Schreiben Sie diesen Namen, oder nennen Sie den ursprünglichen Gläubiger unter `on_behalf_of`.",
    ),
    "foreign_secret": (
        "Der Name des Geheimnisses muss mit kulanz/creditors/<id>/ beginnen.",
        "Legen Sie die Schlüssel des Zahlungsanbieters unter diesem Namen ab oder lassen Sie die Angabe weg.",
    ),
    "account_waits": (
        "Dieses Konto gilt noch nicht; das bisherige gilt weiter.",
        "Zwei Personen bestätigen es über den Zugang der Bearbeiter; einen Tag danach gilt es (docs/money.md).",
    ),
    "account_taken": (
        "Dieses Konto ist schon das eines anderen Gläubigers; was eingeht, ließe sich keinem von beiden zuordnen.",
        "Geben Sie diesem Gläubiger ein eigenes Konto (docs/bank.md); wer das Konto hat, steht im Protokoll.",
    ),
    "percent_form": (
        "Ein Anteil ist ein Prozentsatz von 0 bis 50, mit Punkt und höchstens zwei Nachkommastellen.",
        "Schreiben Sie ihn so: 8.5 (mit einem Punkt).",
    ),
    "days_form": (
        "Eine Anzahl von Tagen ist eine ganze Zahl von 0 bis 400.",
        "Schreiben Sie sie so: 56 (Tage).",
    ),
    "own_name_fee": (
        "Wer im eigenen Namen schreibt, berechnet keine Inkassogebühr.",
        "Lassen Sie `bills_collection_fee` weg; nachgewiesene Mahnkosten stehen in der Datei.",
    ),
    "payout_euro": (
        "Auszahlungen gehen hier nur in Euro.",
        "Für Forderungen in anderer Währung legen Sie einen zweiten Gläubiger ohne `payout` an.",
    ),
    "collector_register": (
        "Ein Inkassodienst muss seine Registernummer nennen (RDG §§ 10, 13a).",
        "Ergänzen Sie `register_number`.",
    ),
    "collector_authority": (
        "Ein Inkassodienst muss seine Aufsichtsbehörde nennen (RDG § 13a).",
        "Ergänzen Sie `authority` mit name, address und contact.",
    ),
    "paid": ("Auf diese Forderung ist nichts offen.", "Nichts zu tun."),
    "deceased": (
        "Die Schuldnerin oder der Schuldner ist verstorben.",
        "Schreiben Sie außerhalb dieses Systems an den Nachlass und ziehen Sie die Forderung hier zurück.",
    ),
    "wrong_person": (
        "Die Adresse gehört jemand anderem.",
        "Ermitteln Sie die richtige Adresse und übergeben Sie sie.",
    ),
    "time_barred": (
        "Die Forderung kann verjährt sein; danach wird niemand gefragt.",
        "Ist sie tituliert, geben Sie das in der Spalte für titulierte Forderungen an.",
    ),
    "unknown_zone": (
        "Für den Wohnort dieser Person gibt es keine Kontaktregeln, oder keine Zeitzone lässt sich nennen.",
        "Schreiben Sie ihr außerhalb dieses Systems.",
    ),
    "notice_needs_durable_medium": (
        "Das erste Schreiben eines Inkassodienstes muss dauerhaft sein (§ 13a RDG); eine E-Mail-Adresse fehlt.",
        "Übergeben Sie eine E-Mail-Adresse, oder senden Sie das Schreiben selbst und tragen Sie das Datum ein.",
    ),
    "notice_incomplete": (
        "Ein Teil der Angaben, die das erste Schreiben enthalten muss, fehlt (§ 13a Abs. 1 RDG).",
        "Ergänzen Sie in dieser Zeile Vertragsdatum, Zinsen und Kosten.",
    ),
    "other_debtor": (
        "Unter dieser Nummer gibt es schon eine Forderung an jemand anderen.",
        "Geben Sie jeder Forderung eine eigene Nummer.",
    ),
    "unknown_creditor": (
        "Für diesen Gläubiger gibt es keine angenommenen Einstellungen.",
        "Legen Sie zuerst `creditors/<id>.yaml` in den Bucket und übergeben Sie die Datei danach noch einmal.",
    ),
    "settings_name": (
        "Der Name der Einstellungsdatei ist nicht der eines Gläubigers.",
        "Nennen Sie sie `creditors/<id>.yaml`, die Kennung in Kleinbuchstaben, Ziffern und Bindestrichen.",
    ),
    "review_half": (
        "Zu einer Prüfung gehören Name und Tag.",
        "Geben Sie `reviewed_by` und `reviewed_on` an.",
    ),
    "review_missing": (
        "Nachrichten gehen erst hinaus, wenn jemand ihren Inhalt geprüft hat.",
        "Ergänzen Sie `reviewed_by` und `reviewed_on`, oder lassen Sie `sandbox` eingeschaltet.",
    ),
}
