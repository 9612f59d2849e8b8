"""What a creditor is told about a bank file in German: what is wrong or open, and what to do."""

SENTENCES: dict[str, tuple[str, str]] = {
    # Die Datei als Ganzes: nichts davon wurde gebucht.
    "bank_file_kind": (
        "Diese Art von Bankdatei kann nicht gelesen werden.",
        "Legen Sie camt.053 oder camt.054 ab (.xml, mehrere in einem .zip) oder .csv in der erklärten Form.",
    ),
    "bank_too_large": ("Die Datei ist zu groß.", "Legen Sie sie in kleineren Teilen ab, etwa je Tag eine."),
    "bomb": ("Die gepackte Datei wächst über jedes Maß.", "Legen Sie sie ungepackt ab."),
    "damaged_pack": ("Die gepackte Datei ist beschädigt.", "Rufen Sie sie bei der Bank noch einmal ab."),
    "unknown_creditor": (
        "Unter diesem Namen wurden keine Einstellungen angenommen.",
        "Laden Sie zuerst `creditors/<id>.yaml` hoch und legen Sie Dateien in den Ordner dieser Kennung.",
    ),
    "empty": ("Die Datei ist leer.", "Rufen Sie sie bei der Bank noch einmal ab."),
    "xml": (
        "Ab dieser Stelle ist die Datei kein wohlgeformtes XML mehr.",
        "Rufen Sie sie bei der Bank noch einmal ab und geben Sie sie unverändert weiter.",
    ),
    "xml_cut": (
        "Die Datei endet vor dem Ende ihrer Nachricht.",
        "Rufen Sie sie bei der Bank noch einmal ab; sie wurde unterwegs abgeschnitten.",
    ),
    "xml_encoding": (
        "An diesem Byte ist die Datei nicht in der Kodierung geschrieben, die sie angibt.",
        "Geben Sie sie so weiter, wie die Bank sie sandte; Editoren und Mailprogramme verändern Bytes.",
    ),
    "xml_doctype": (
        "Die Datei gibt einen Dokumenttyp an. Keine Banknachricht hat einen, und er kann einen Angriff tragen.",
        "Klären Sie, woher diese Datei kommt, bevor Sie eine weitere übergeben.",
    ),
    "xml_too_deep": (
        "Die Datei ist tiefer verschachtelt als jede Banknachricht.",
        "Klären Sie, woher diese Datei kommt.",
    ),
    "xml_text_too_long": (
        "Ein Text der Datei ist länger, als eine Bank ihn schreibt.",
        "Klären Sie, woher diese Datei kommt.",
    ),
    "too_large": (
        "Die Datei enthält mehr, als in einem Zug gelesen werden kann.",
        "Legen Sie sie in kleineren Teilen ab.",
    ),
    "too_many_rows": (
        "Die Datei hat mehr Umsätze, als auf einmal angenommen werden.",
        "Legen Sie sie in kleineren Teilen ab.",
    ),
    "bank_message": (
        "Diese Nachricht wird hier nicht gelesen.",
        "Bitten Sie Ihre Bank um camt.053 oder camt.054, ab Version 2.",
    ),
    "bank_intraday": (
        "Das ist ein untertägiger Bericht (camt.052); seine Umsätze können sich noch ändern.",
        "Übergeben Sie camt.053 für den Tag oder camt.054 für einzelne Umsätze.",
    ),
    "bank_account": (
        "Die Datei betrifft ein Konto, das nicht das Ihrer Einstellungen ist.",
        "Übergeben Sie die Auszüge des Kontos unter `iban` und prüfen Sie den Ordner.",
    ),
    "bank_no_iban": (
        "Die Datei sagt nicht, welches Konto sie betrifft.",
        "Bitten Sie Ihre Bank um Dateien mit IBAN.",
    ),
    "bank_balance": (
        "Die Umsätze führen nicht vom Anfangssaldo zum Endsaldo.",
        "Rufen Sie den Auszug noch einmal ab; fragen Sie Ihre Bank, wenn es so bleibt.",
    ),
    "bank_count": (
        "Die Datei enthält weniger oder mehr Umsätze, als sie angibt.",
        "Rufen Sie sie bei der Bank noch einmal ab.",
    ),
    "bank_amount": (
        "Dieser Betrag kann nicht gelesen werden.",
        "In XML ist es eine Zahl ohne Vorzeichen mit Punkt, in CSV die Form, die Sie unter `bank` erklärt haben.",
    ),
    "bank_currency": (
        "In dieser Währung führt Kulanz keine Bücher.",
        "Fragen Sie die Person, die Kulanz betreibt.",
    ),
    "bank_currencies": ("Ein Export enthält mehrere Währungen.", "Exportieren Sie jedes Konto für sich."),
    "bank_side": (
        "Es ist nicht zu erkennen, ob Geld ein- oder ausging.",
        "Ordnen Sie unter `bank.values.side` die Wörter Ihrer Bank credit und debit zu.",
    ),
    "bank_date": (
        "Dieser Tag kann nicht gelesen werden oder fehlt.",
        "In CSV gilt die Form, die Sie unter `bank.date_format` erklärt haben.",
    ),
    "bank_no_form": (
        "Das ist ein CSV-Export, und Ihre Einstellungen sagen nicht, wie Ihre Bank ihn schreibt.",
        "Erklären Sie die Form unter `bank` oder übergeben Sie camt.053.",
    ),
    "bank_form_is_csv": (
        "Ihre Einstellungen erklären CSV-Exporte. Ob dasselbe Geld in zwei Formen dasselbe ist, lässt sich nicht "
        "erkennen.",
        "Bleiben Sie bei einer Form; nehmen Sie `bank` aus den Einstellungen, wenn Sie zu camt wechseln.",
    ),
    "header_missing": (
        "Der Kopfzeile fehlen Spalten, die Ihre Einstellungen erklären.",
        "Berichtigen Sie die Namen unter `bank.columns` oder die Zeile des Kopfes unter `bank.header_line`.",
    ),
    "header_twice": (
        "Die Kopfzeile nennt eine Spalte zweimal.",
        "Erklären Sie eine andere Spalte oder fragen Sie Ihre Bank.",
    ),
    "column_count": (
        "Diese Zeile hat mehr oder weniger Zellen als der Kopf.",
        "Exportieren Sie noch einmal und ändern Sie nichts daran.",
    ),
    "quoting": (
        "Die Anführungszeichen dieser Zeile passen nicht zusammen.",
        "Exportieren Sie noch einmal und ändern Sie nichts daran.",
    ),
    "encoding": (
        "An diesem Byte passt die Datei nicht zur erklärten Kodierung.",
        "Berichtigen Sie `bank.encoding`.",
    ),
    "encoding_mark": (
        "Die Datei beginnt mit der Marke einer anderen Kodierung.",
        "Berichtigen Sie `bank.encoding`.",
    ),
    "encoding_utf16": (
        "Die Datei sieht nach UTF-16 aus, erklärt ist etwas anderes.",
        "Berichtigen Sie `bank.encoding`.",
    ),
    "encoding_no_mark": (
        "Eine UTF-16-Datei muss mit ihrer Byte-Marke beginnen.",
        "Berichtigen Sie `bank.encoding`.",
    ),
    "nul_byte": (
        "Die Datei enthält ein NUL-Zeichen.",
        "Exportieren Sie noch einmal und ändern Sie nichts daran.",
    ),
    "line_too_long": (
        "Eine Zeile ist länger als eine Million Zeichen.",
        "Exportieren Sie noch einmal und ändern Sie nichts daran.",
    ),
    # Was aus einem Umsatz wurde, wo jemand hinsehen sollte.
    "no_match": (
        "Zu diesem Geld wurde keine Forderung gefunden.",
        "Klären Sie, wem es gehört; bis dahin liegt es auf dem Zwischenkonto.",
    ),
    "unsure": (
        "Es weist auf eine Forderung, aber nicht klar genug, um gebucht zu werden.",
        "Sehen Sie die Vorschläge an und entscheiden Sie; bis dahin liegt es auf dem Zwischenkonto.",
    ),
    "unsplit": (
        "Diese Summe steht für mehrere Überweisungen, und die Datei zeigt sie nicht.",
        "Bitten Sie Ihre Bank um aufgelöste Sammler (camt.054); bis dahin liegt sie auf dem Zwischenkonto.",
    ),
    "possible_twin": (
        "Es sieht aus wie Geld, das schon bekannt ist, die Bank führt es aber als anderes.",
        "Vergleichen Sie beide Auszüge; bis dahin liegt es auf dem Zwischenkonto.",
    ),
    "came_back": (
        "Geld, das gesandt worden war, kam zurück.",
        "Klären Sie den Grund; bis dahin liegt es auf dem Zwischenkonto.",
    ),
    "return_unmatched": (
        "Eine Zahlung wurde zurückgeholt, und es ist keine bekannt, die es sein könnte.",
        "Klären Sie, welche es war; bis dahin steht der Betrag mit Minus auf dem Zwischenkonto.",
    ),
    "wrong_currency": (
        "Es kam in einer anderen Währung als der der Forderung.",
        "Entscheiden Sie, was geschehen soll; es liegt auf dem Zwischenkonto.",
    ),
    "unknown_claim": (
        "Die genannte Forderung ist nicht bekannt.",
        "Klären Sie, wem es gehört; es liegt auf dem Zwischenkonto.",
    ),
    "overpaid": (
        "Es kam mehr, als geschuldet ist.",
        "Es liegt auf dem Zwischenkonto, bis es zurückgezahlt wird.",
    ),
    "sum_kept": (
        "Es gehört zu einer Summe, die zuerst ohne ihre Teile kam; diese liegt auf dem Zwischenkonto.",
        "Entscheiden Sie dort; dieser Teil wurde nicht noch einmal gebucht.",
    ),
}
