"""Closed classes of Dutch words that tell how lines, headings and labels hang together."""

import re

_STARTERS = """
aan alle als bij daar daarmee daarnaast daarom dat de deze die dit door dus een één en er geen hebben heeft het hier
hierbij hieronder hierover hoe hun iedereen ik in indien is kan kunnen maar mag met men moet moeten na naar niet nog nu
of om omdat ondanks ons onze ook op over per sinds sommige te tegen tijdens tot tussen uit van vanuit veel via volgens
voor waar waarom wanneer want wat we welk welke wie wij wil willen worden wordt ze zij zijn zo zonder
"""
STARTERS = frozenset(_STARTERS.split())  # with a capital they start a sentence; names and titles rarely start so

_FINITE = """
ben bent is zijn was waren heb hebt heeft hebben had hadden word wordt worden werd werden kan kun kunt kunnen kon konden
moet moeten moest moesten wil wilt willen wilde wilden zal zul zult zullen zou zouden mag mogen mocht mochten gaat gaan
ging gingen komt komen kwam kwamen doet doen deed deden blijft blijven bleef bleven staat staan ligt liggen loopt lopen
geeft geven krijgt krijgen vraagt maakt maken weet weten vindt vinden zit zitten ontbreekt ontbreken dreigt dreigen
speelt spelen kost lijkt lijken hoort horen werkt ik je jij hij we wij ze zij er men jullie iemand niemand
"""
FINITE = frozenset(_FINITE.split())  # finite verbs, and pronouns that need one: a line with any of them is a sentence

_OPEN_ENDS = "aan als bij dat door en het de een hoe in met naar of om op over te tot uit van voor wat zoals"
OPEN_ENDS = frozenset(_OPEN_ENDS.split())  # words that no sentence and no heading ends with

CONJUNCTIONS = frozenset(("en", "of", "als", "tot", "c.q.", "respectievelijk", "dan", "maar"))

_LABELS = """
aanleiding aanwezig actie acties advies afspraak afspraken agenda antwoord besluit bron conclusie datum deelnemers doel
hoe idee kans kansen knelpunt knelpunten let locatie nb noot onderwerp opmerking oproep ps punt resultaat samenvatting
stelling tafel thema tijd tip toelichting vraag vragen waarom wat wens wensen wie zorg zorgen groep aan van to from cc
re fwd subject date sent verzonden
"""
LABELS = frozenset(_LABELS.split())  # what stands before a colon in notes and is no name

_DUTCH = """
aan al alle als bij dan dat de deze die dit door een eens en er geen goed haar heb hebben heeft het hier hij hoe hun ik
ja je jij jullie kan kunnen maar mee meer met moet moeten naar nee niet nog nu of om onze ons ook op over te tot uit van
veel voor waar waarom wat we wel welke wie wij wil worden wordt zal ze zich zij zijn zo zonder zou
"""
DUTCH = frozenset(_DUTCH.split())  # function words that running Dutch is full of

_FOREIGN = """
the and of to are were this these with for from has not you they what how can will would should our your their there be
it its do does who when where why an as at by if
der das und ist sind nicht mit für auf ein eine wir sie ich wie kann des dem den von zu auch haben
le la et est une un pour que qui nous vous avec sur ne il elle sont au aux du ce cette
el y por con para como más pero su quién qué esto está son tenemos
need have being more than that them some about because but much many enough very also could think everyone
wer wir es gibt kein keine dafür oder aber sich nach bei uns avons avez ont besoin temps tout cela
fan yn dizze dy wy hawwe hat kinne foar gjin oan ús moatte wurde sille tiid jild skoalle skoallen
bir ve bu için ile çok değil daha kto jest się dla czy jak
"""
FOREIGN = frozenset(_FOREIGN.split()) - DUTCH  # of English, German, French, Spanish, Frisian, Turkish and Polish

_SHORTENED = (
    "aug bijv blz bv ca dec dhr dr drs evt excl feb gem incl ing ir jan jl mevr mln mr mw nl nov nr nrs okt p pag par "
    "plm prof resp sept st tel vgl zgn"
)
ABBREVIATION = re.compile(
    rf"(?:^|[\s(/])(?:(?:[a-zA-Z]\.){{2,}}|(?:{'|'.join(_SHORTENED.split())})\.)$", re.IGNORECASE
)  # at the end of a text: its full stop ends no sentence
