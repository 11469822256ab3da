"""What banks and trackers call their columns, in the languages we know, and what each name means.

A role says what a column is for: `date` the owner acted, `posted` the bank booked, `value` interest runs from; `payer` is the merchant of
money that came in; `category` is the owner's own sorting and `bank_category` the bank's; `ref` is an id that the sender never reuses and
`reference` any other number.
"""

from __future__ import annotations

from functools import cache

from farthing.connections.files.tables.cells import words

ROLES = (
    "date", "posted", "value", "text", "merchant", "payer", "counterparty", "amount", "debit", "credit", "indicator", "balance", "currency",
    "account", "account_name", "category", "subcategory", "bank_category", "note", "tags", "ref", "reference", "status", "mcc",
    "split_total",
)  # fmt: skip

_NAMES: dict[str, str] = {
    "date": """date|transaction date|trans date|trans. date|transdate|date of transaction|purchase date|created|created at|
        created on|date created|completed date|started date|operation date|journaldate|journal date|date time|datetime|
        timestamp|txn date|tran date|activity date|date utc|created date utc|datum|transaktionsdatum|umsatzdatum|kaufdatum|
        belegdatum|date operation|date d operation|date de l operation|date de transaction|date d achat|fecha|fecha operacion|
        fecha de operacion|fecha de la operacion|fecha transaccion|fecha de transaccion|f operacion|data|data operazione|
        data transazione|data movimento|data da transacao|data mov|data lancamento|transactiedatum|datum transactie|
        transaktionsdato|dato|transaktionsdag|paivamaara|data operacji|data transakcji|datum transakce|data do movimento|
        data operacao|fecha valor operacion|started on|settlement date""",
    "posted": """posted date|post date|posting date|posted|posted on|booking date|date posted|booked|clearing date|date processed|
        processed date|buchungstag|buchungsdatum|buchung|date comptable|date de comptabilisation|date compta|
        date de comptabilite|fecha contable|fecha de contabilizacion|f contable|data contabile|data registrazione|
        data contabilizacao|boekdatum|boekingsdatum|bogforingsdato|bokforingsdag|bokforingsdatum|bokfort|kirjauspaiva|
        data ksiegowania""",
    "value": """value date|valuta|valutadatum|valuta datum|wertstellung|wertstellungstag|date valeur|date de valeur|fecha valor|
        fecha de valor|f valor|data valuta|data valor|data valor movimento|rentedatum|interest date|value|data waluty|
        ranteberakningsdag""",
    "text": """description|label|details|detail|narrative|narration|transaction description|original description|description 1|
        description 2|description 3|description1|description2|description3|transaction details|desc|memo description|
        statement description|reason|particulars|transaction|additional description|payment reference|remittance information|
        payment details|booking text|item|items|verwendungszweck|buchungstext|buchungsdetails|umsatztext|zahlungszweck|
        betreff|beschreibung|text|vorgang|verwendungszweck 1|verwendungszweck 2|libelle|libelle operation|
        libelle de l operation|libelle simplifie|libelle complementaire|nature de l operation|detail de l ecriture|intitule|
        motif|operation|concepto|descripcion|detalle|movimiento|observaciones concepto|mas datos|causale|descrizione|
        descrizione estesa|dettagli|descrizione operazione|omschrijving|mededelingen|mededeling|naam omschrijving|
        omschrijving 1|omschrijving 2|omschrijving 3|descricao|historico|descricao do movimento|movimento|tekst|beskrivelse|
        opis|opis operacji|tytul|popis|selite|original statement|raw description|bank description|payment purpose|purpose|
        name description""",
    "merchant": """payee|merchant|merchant name|name|payee name|partner name|counterparty|counter party|counterparty name|beneficiary|
        beneficiary name|recipient|vendor|shop|store|seller|to|paid to|target name|auftraggeber empfanger|beguenstigter|
        begunstigter|beguenstigter zahlungspflichtiger|auftraggeber beguenstigter|empfanger|auftraggeber|zahlungsempfanger|
        zahlungsempfanger in|name zahlungsbeteiligter|beguenstigter auftraggeber|gegenpartei|partner|
        tiers|beneficiaire|nom du tiers|destinataire|emetteur|beneficiario|ordenante|comercio|destinatario|ordinante|
        controparte|tegenpartij|naam tegenpartij|naam tegenpartij bij|begunstigde|favorecido|odbiorca|kontrahent|
        nadawca odbiorca|protistrana|saaja maksaja|mottaker|modtager""",
    "counterparty": """partner iban|counterparty iban|counterparty account|number|account number to|gegenkonto|iban des auftraggebers|
        iban zahlungsbeteiligter|kontonummer iban|konto iban|tegenrekening|tegenrekening iban bban|tegenrekening iban|
        iban tegenpartij|counterparty account number|compte tiers|iban beneficiaire|cuenta destino|iban kontrahenta|
        rachunek kontrahenta""",
    "amount": """amount|transaction amount|amount usd|amount eur|amount gbp|net amount|netamount|total|sum|amt|value amount|
        amount account currency|amount in account currency|billing amount|local amount|betrag|umsatz|betrag in eur|
        umsatz in eur|montant|montant operation|montant de l operation|somme|importe|cantidad|monto|importe eur|importo|
        importo eur|ammontare|bedrag|bedrag eur|transactiebedrag|valor|montante|quantia|valor da transacao|belob|belopp|summa|
        kwota|kwota operacji|castka|maara|belop|osszeg""",
    "debit": """debit|debits|debit amount|amount debit|withdrawal|withdrawals|withdrawal amount|withdrawal amt|paid out|money out|
        outflow|out|out amount|spent|expense|charge|charges|payments|payment amount|amount out|dr|soll|belastung|lastschrift|
        ausgabe|ausgaben|abbuchung|montant debit|sortie|depenses|cargo|cargos|debe|debito|addebito|addebiti|uscite|uscita|
        dare|af|uitgaven|debet|debitos|saida|saidas|despesa|ud|uit""",
    "credit": """credit|credits|credit amount|amount credit|deposit|deposits|deposit amount|deposit amt|paid in|money in|inflow|in|
        in amount|received|income|amount in|cr|haben|gutschrift|einnahme|einnahmen|zugang|montant credit|entree|recettes|
        abono|abonos|haber|credito|accredito|accrediti|entrate|entrata|avere|bij|inkomsten|creditos|entrada|entradas|receita|
        ind""",
    "indicator": """transaction type|type|debit credit|credit debit|debit or credit|dr cr|cr dr|credit debit indicator|cdt dbt ind|
        direction|flow|soll haben|soll haben kennzeichen|s h|umsatzart|af bij|debet credit|sens|sens operation|tipo|
        tipo de movimiento|tipo movimento|d c|sign|transaction kind|transaktionstyp|typ""",
    "balance": """balance|running balance|running bal|runningbalance|account balance|available balance|ledger balance|balance after|
        closing balance|end balance|kontostand|saldo|saldo nach buchung|solde|solde apres operation|saldo contable|
        saldo disponible|saldo tras operacion|saldo contabile|saldo disponibile|saldo na mutatie|saldo na trn|saldo apos|
        saldo contabilistico|saldo po operacji|zustatek|tilinsaldo|balance gbp|balance usd|balance eur""",
    "currency": """currency|ccy|currency code|account currency|transaction currency|cur|wahrung|waehrung|devise|monnaie|monn|moneda|
        divisa|valuta codice|munt|muntsoort|moeda|valuutta|waluta|mena|currency account|payment currency|valutakod""",
    "account": """account|account number|account no|account id|accountid|account iban|own iban|own account|iban|konto|kontonummer|
        auftragskonto|bezeichnung auftragskonto|iban auftragskonto|kontonr|compte|numero de compte|n compte|num compte|cuenta|
        numero de cuenta|conto|numero conto|rekening|rekeningnummer|iban bban|conta|numero da conta|produit|rachunek|ucet|
        tili""",
    "account_name": """account name|accountname|account title|name of account|kontoname|kontobezeichnung|nom du compte|libelle compte|
        nombre de cuenta|nome conto|rekeningnaam|naam rekening|nome da conta|source account""",
    "category": """category|categories|category group category|kategorie|hauptkategorie|categorie|categoria|kategoria|kategori|
        my category|budget category""",
    "subcategory": """subcategory|sub category|subcategorie|unterkategorie|sous categorie|subcategoria|sottocategoria""",
    "bank_category": """class|mcc description|merchant category|transaction category|spending category|category name bank""",
    "note": """notes|note|memo|comment|comments|notiz|notizen|bemerkung|bemerkungen|kommentar|commentaire|commentaires|nota|notas|
        note e commenti|commento|comentario|comentarios|opmerking|opmerkingen|notitie|observacoes|remark|remarks|notatka""",
    "tags": """tags|tag|labels|etiketten|schlagworte|schlagwort|stichworte|etiquettes|etiquetas|etichette|flag""",
    "ref": """id|transaction id|transactionid|unique id|fitid|order id|transaction number|trans id|external id|operation id|
        entry reference|id transaction|transaktions id|transaktionsnummer|umsatz id|id de transaction|n de transaction|
        no de transaction|numero de transaction|n operation|id transaccion|id operacion|numero de operacion|id transazione|
        id transactie|id transacao|volgnr|transaction reference number|identifier|uuid""",
    "reference": """reference|ref|ref no|reference no|reference number|reference id|check number|checknumber|check no|check|cheque number|
        num|number of check|chq ref no|referenz|kundenreferenz|referenznummer|sepa reference|client reference|
        end to end referenz|reference client|reference operation|referencia|referencia 1|riferimento|kenmerk|betalingskenmerk|
        referencia bancaria|numer referencyjny|belegnummer|buchungsreferenz""",
    "payer": """zahlungspflichtige r|payer|payer name|debtor|debtor name""",
    "status": """status|state|transaction status|etat|estado|stato|statut|booking status|umsatzstatus""",
    "mcc": """mcc|mcc code|merchant category code""",
    "split_total": """split amount""",
}  # fmt: skip


def _set(names: str) -> frozenset[str]:
    return frozenset(n.strip() for n in names.split("|"))


OUT_WORDS = _set("""af|ausgabe|belastung|cargo|charge|d|dare|dbit|debet|debit|debit transfer|debito|depense|dr|expense|fee|gasto|
    lastschrift|money out|out|outgoing|paid out|payment out|purchase|s|saida|sale|soll|sortie|uscita|withdrawal""")
IN_WORDS = _set("""abono|avere|bij|c|cr|crdt|credit|credit transfer|credito|deposit|einnahme|entrada|entrata|entree|gutschrift|h|haben|
    in|income|incoming|ingreso|money in|paid in|payment|payment in|recette|refund|return|reversal""")
PENDING_WORDS = frozenset(
    {"pending", "authorized", "authorised", "vorgemerkt", "en attente", "pendiente", "in attesa", "pendente", "processing"}
)
DEAD_WORDS = frozenset({
    "failed", "declined", "cancelled", "canceled", "reverted", "rejected", "expired", "refused", "void", "voided", "storniert",
    "abgelehnt", "annule", "refuse", "cancelado", "rechazado", "annullato", "cancelada",
})  # fmt: skip
TOTAL_WORDS = (
    "total", "totals", "sum", "summe", "gesamt", "saldo", "solde", "balance", "beginning balance", "ending balance", "opening balance",
    "closing balance", "end of", "anfangssaldo", "endsaldo", "kontostand", "totaal", "totale",
)  # fmt: skip
COUNTS = frozenset({"numtransactions", "num transactions", "number of transactions", "transaction count", "no of transactions"})


@cache
def _known() -> dict[str, str]:
    table: dict[str, str] = {}
    for role, names in _NAMES.items():
        for name in names.split("|"):
            table.setdefault(words(name), role)
    return table


# Roles that a longer header may stand for ("Booking date of entry"), and words that make it something else ("Original amount").
_LOOSE = frozenset({"text", "date", "posted", "value", "amount", "debit", "credit", "balance"})
_OTHERWISE = _set(
    "original|foreign|exchange|fee|fees|tax|vat|refunded|converted|transfer|target|fx|rate|limit|minimum|reward|points|cashback"
)


@cache
def _loose() -> list[tuple[str, str]]:
    return sorted(((n, r) for n, r in _known().items() if len(n) >= 4 and r in _LOOSE), key=lambda item: -len(item[0]))


def role_of(header: str) -> tuple[str, int]:
    """The role a header names and how surely: 2 the name itself, 1 begins or ends with one, 0 unknown."""
    name = words(header.partition("(")[0]) or words(header)
    if role := _known().get(words(header)) or _known().get(name):
        return role, 2
    if not _OTHERWISE & set(name.split()):
        for known, role in _loose():
            if name.startswith(known + " ") or name.endswith(" " + known):
                return role, 1
    return "", 0
