"""What the stages say in English of files and questions, in Dutch for the report."""

import re
from dataclasses import dataclass

ADVICE = {
    "save it as .docx": "sla het op als .docx",
    "save it as .docx, without macros": "sla het op als .docx, zonder macro’s",
    "save it as .xlsx": "sla het op als .xlsx",
    "save it as .xlsx, without macros": "sla het op als .xlsx, zonder macro’s",
    "save it as PDF": "sla het op als pdf",
    "unpack it in the session folder": "pak het uit in de map van de sessie",
    "have it transcribed to .vtt": "laat het uitschrijven als .vtt",
}
REPAIRS = {
    "character code": "tekencode",
    "control character": "stuurteken",
    "hyphenated word": "afgebroken woord",
    "invisible character": "onzichtbaar teken",
    "letter-spaced word": "gespatieerd woord",
    "ligature sign": "ligatuur",
    "line break": "regeleinde",
    "lost letter": "verloren letter",
    "odd space": "vreemde spatie",
    "page break": "pagina-einde",
    "split accent": "los accent",
    "stray bullet": "los opsommingsteken",
    "wrong encoding": "verkeerd gelezen teken",
}
ROLES = {"answer": "antwoord", "prompt": "vraag", "speaker": "spreker", "group": "groep", "votes": "stemmen"}

# A group of the pattern that holds words of ours is put into Dutch in its turn; names from files stay as they are.
PATTERNS = (
    (r"files of type \.(\w+) are not read; (.+)", r".\1-bestanden worden niet gelezen; {2}"),
    (r"files of type \.(\w+) are not read", r".\1-bestanden worden niet gelezen"),
    (r"its name has no ending", "de naam heeft geen extensie"),
    (r"is empty", "is leeg"),
    (r"is not what its name says: it is a \.(\w+) file", r"is niet wat de naam zegt: het is een .\1-bestand"),
    (r"is not what its name says: it has no part (.+)", r"is niet wat de naam zegt: het onderdeel \1 ontbreekt"),
    (
        r"is locked with a password or in an old Office format; save it anew without a password",
        "is vergrendeld of heeft een oud Office-formaat; sla het opnieuw op, zonder wachtwoord",
    ),
    (r"is locked with a password", "is vergrendeld met een wachtwoord"),
    (r"is damaged and cannot be opened.*", "is beschadigd en kan niet worden geopend"),
    (r"is damaged.*", "is beschadigd"),
    (r"holds (\d+) parts, far more than an Office file does", r"heeft \1 onderdelen, veel meer dan een Office-bestand"),
    (r"unpacks to more than ingest\.max_unpacked_mb allows", "is uitgepakt te groot (ingest.max_unpacked_mb)"),
    (r"larger than ingest\.max_file_mb allows \((.+) MB\)", r"is te groot: \1 MB (ingest.max_file_mb)"),
    (r"has (\d+) pages, more than ingest\.max_pages allows", r"heeft te veel bladzijden: \1 (ingest.max_pages)"),
    (r"has (\d+) cues, more than ingest\.max_cues allows", r"heeft te veel ondertitels: \1 (ingest.max_cues)"),
    (r"has more cells than ingest\.max_cells allows", "heeft te veel cellen (ingest.max_cells)"),
    (
        r"holds no text: it is a scan; .*",
        "bevat geen tekst: het is een scan; laat de tekst herkennen (OCR) en lever het resultaat aan",
    ),
    (r"holds no text; (.+)", r"bevat geen tekst; {1}"),
    (r"holds no text", "bevat geen tekst"),
    (r"is no text file: it holds binary data", "is geen tekstbestand"),
    (r"has no time codes .*", "heeft geen tijdcodes (00:00:00.000 --> 00:00:00.000)"),
    (r"holds no list of objects with a text field", "bevat geen lijst van objecten met een tekstveld"),
    (
        r"holds no field with text; name it in session\.yaml under columns",
        "heeft geen veld met tekst; noem het in session.yaml onder columns",
    ),
    (r"is no JSON.*", "is geen geldige JSON"),
    (r"is no YAML.*", "is geen geldige YAML; controleer inspringing en aanhalingstekens"),
    (r"is no mapping of keys to values.*", "is geen lijst van sleutels met waarden"),
    (r"a link that leads out of the session folder", "een koppeling naar buiten de map van de sessie"),
    (r"cannot be read: .*", "kan niet worden gelezen"),
    (r"settings of the session", "instellingen van de sessie"),
    (r"list of names, used for masking only", "lijst van namen, alleen gebruikt om ze te vervangen"),
    (r"lock file of a program that has a document open", "hulpbestand van een geopend document"),
    (r"hidden file", "verborgen bestand"),
    (r"sheet '(.+?)': (.+)", r"blad ‘\1’: {2}"),
    (r"repaired: (.+)", r"hersteld: {1}"),
    (r"columns: (.+)", r"kolommen: {1}"),
    (r"not used: (.+)", r"niet gebruikt: \1"),
    (r"(\d+) page headers and footers left out", r"\1 kop- en voetregels weggelaten"),
    (r"(\d+) characters of turned text left out", r"\1 tekens gedraaide tekst weggelaten"),
    (r"damaged pages left out: (.+)", r"beschadigde bladzijden weggelaten: \1"),
    (r"mail: (\d+) header lines read as data", r"mail: \1 kopregels als gegevens gelezen"),
    (
        r"mail: (\d+) lines of signature or earlier messages left out",
        r"mail: \1 regels ondertekening of eerdere berichten weggelaten",
    ),
    (r"(\d+) hidden sheets were left out", r"\1 verborgen bladen weggelaten"),
    (r"(\d+) formulas without a stored value were left out", r"\1 formules zonder bewaarde uitkomst weggelaten"),
    (
        r"(\d+) of (\d+) cues are malformed and were left out",
        r"\1 van \2 ondertitels zijn onleesbaar en weggelaten",
    ),
    (r"(\d+) of (\d+) segments are not Dutch", r"\1 van \2 tekststukken zijn niet in het Nederlands"),
    (r"(\d+) segments are very long", r"\1 tekststukken zijn erg lang"),
    (r"(\d+) lost characters could not be restored", r"\1 verloren tekens konden niet worden hersteld"),
    (r"(\d+) bytes could not be read as (.+)", r"\1 bytes konden niet worden gelezen als \2"),
    (r"its front matter is no YAML and was read as text", "de kop is geen YAML en is als tekst gelezen"),
    (r"quotes do not pair: .*", "aanhalingstekens sluiten niet: elke regel is als één record gelezen"),
    (r"session\.yaml names field '(.+)', which is not there", r"session.yaml noemt veld ‘\1’, dat er niet is"),
    (r"unknown key '(.+)'; known are .*", r"onbekende sleutel ‘\1’"),
    (r"date is no date such as (.+)", r"date is geen datum zoals \1"),
    (r"columns is no mapping .*", "columns is geen lijst van bestandsnamen met kolommen"),
    (r"columns of '(.+)' are no mapping .*", r"de kolommen van ‘\1’ zijn niet goed opgegeven"),
    (r"1 votes", "1 stem"),
    (r"(\d+) votes", r"\1 stemmen"),
)
_COMPILED = tuple((re.compile(pattern, re.DOTALL), dutch) for pattern, dutch in PATTERNS)
_REPAIR = re.compile(r"(\d+) (.+?)s?")
_ROLE = re.compile(r"(\w+) = (.+)", re.DOTALL)


@dataclass(frozen=True)
class Phrase:
    """Words of the program; `lang` is set where they are not Dutch, so that a screen reader reads them right."""

    text: str
    lang: str | None


def phrase(text: str) -> Phrase:
    """A reason or remark as a stage gives it, in Dutch; one that is not known here stays English and says so."""
    dutch = _dutch(text)
    return Phrase(text, "en") if dutch is None else Phrase(dutch, None)


def _dutch(text: str) -> str | None:
    if text in ADVICE:
        return ADVICE[text]
    for pattern, template in _COMPILED:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        filled = match.expand(template)
        for place in range(1, pattern.groups + 1):
            if f"{{{place}}}" in filled:
                filled = filled.replace(f"{{{place}}}", _part(match[place]))
        return filled
    return None


def _part(text: str) -> str:
    whole = _dutch(text)
    if whole is not None:
        return whole
    return "; ".join(", ".join(_small(item) for item in part.split(", ")) for part in text.split("; "))


def _small(text: str) -> str:
    repair, role = _REPAIR.fullmatch(text), _ROLE.fullmatch(text)
    if repair is not None and repair[2] in REPAIRS:
        return f"{repair[1]} × {REPAIRS[repair[2]]}"
    if role is not None and role[1] in ROLES:
        return f"{ROLES[role[1]]} = {role[2]}"
    return _dutch(text) or text
