"""Invented people: a given name and a family name drawn from lists of our own.

Any likeness to a real member of staff is chance. The lists are mixed on purpose: apostrophes,
accents, double-barrelled names and very short ones are what real staff lists hold. Every
letter in them exists in ISO-8859-1, which is what ESR writes.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

MAIL_DOMAIN = "aldwater.nhs.example"

DOUBLE_BARRELLED = 0.05
MARRIED_NAME = 0.12
WOMEN = 0.74
TITLES = ("Ms.", "Ms.", "Mrs.", "Mrs.", "Miss")
MIDDLE_NAME = 0.4
USES_SHORT_FORM = 0.8


class Gender(StrEnum):
    FEMALE = "Female"
    MALE = "Male"


def _words(text: str) -> list[str]:
    return text.split()


FEMALE_NAMES = _words("""
Abigail Adaeze Agnieszka Aïcha Aileen Alice Amara Amélie Amina Anaïs Angharad Anjali Anouk Aoife
Beatriz Bethan Blessing Bronwen Camila Carys Catarina Charlotte Chiamaka Chloë Claudia Daniela
Deborah Dilys Divya Eilidh Elaine Eleri Elif Emma Esther Faith Farida Fatima Fiona Folake
Françoise Freya Gemma Georgia Grace Gwen Hannah Harpreet Heather Helen Ingrid Ioana Isla
Jacqueline Jaspreet Joan Joy Julie Kamala Karen Kavita Keziah Lakshmi Laura Leila Lerato Linh
Lorna Louise Lucía Mairi Mara Margaret Maria Marisol Megan Mei Mercy Michelle Naomi Nasreen Ngozi
Niamh Noor Olena Olivia Patience Pauline Priya Rachel Reena Rhiannon Rosa Ruth Sadia Sarah Saoirse
Shanice Sinéad Siobhán Sofia Sunita Susan Tamsin Teresa Thandiwe Tracey Ursula Valentina Wanjiru
Wendy Yasmin Yuki Zainab Zoë
""")

MALE_NAMES = _words("""
Abdul Adrian Ahmed Aidan Alasdair Alejandro Alun Amit André Andrew Anil Anthony Arjun Barnaby
Benedict Björn Brendan Callum Carlos Cheng Chidi Christopher Colin Craig Daniel Darius David
Declan Deepak Dermot Dewi Diego Dylan Edward Emeka Emyr Ethan Euan Femi Fergus Filipe François
Gareth Geoffrey George Gethin Giorgos Graham Gurpreet Hamza Harish Hassan Hugh Ian Ibrahim Ifan
Imran Iwan Jamal James Jason Jérôme João Joseph Jürgen Kamal Karl Keith Kevin Kofi Kwame Lamar
Lewis Liam Luca Mahmoud Malcolm Marcus Martín Matthew Michael Min Mohammed Nathan Neil Nikhil Noah
Obinna Oliver Omar Owen Patrick Paul Peter Piotr Rafael Rajesh Ravi Rhys Richard Robert Rory
Ruaridh Sanjay Samuel Seán Sebastián Simon Søren Stephen Suresh Tariq Tenzin Thomas Tobias Tunde
Umar Victor Vikram William Yusuf Zachary
""")

FAMILY_NAMES = _words("""
Abara Achterberg Adair Ainsley Akhtar Albright Amaechi Anand Appleyard Arkwright Ashdown Atherley
Ayodele Bakare Baptiste Barraclough Beddoe Begum Bhandari Birtwistle Blakemore Boateng Bowditch
Brackenbury Brightwell Brockbank Calloway Carvalho Chadwick Chaudhry Cheung Chowdhury Coldbeck
Cortés Cowgill Cromarty Dacosta D'Almeida D'Souza Dalrymple Danjuma Darbyshire Das Deakin
Delacroix Denholm Desai Dhillon Dimitriou Dlamini Driscoll Dunkerley Eastwick Eze Fairbairn
Farquhar Fernández Fielding Flintoff Fothergill Gallacher García Garbutt Gathercole Ghosh Gill
Goldsworthy Gonçalves Gowland Greenhalgh Gunasekara Gwynne Haldane Hargreave Haworth Hebblethwaite
Henshaw Hesketh Hoang Holroyd Horsfall Hussain Ibe Iqbal Jagger Jankowski Jephson Jiménez Joshi
Kaminski Karunaratne Kaur Kavanagh Keating Kerrigan Khalid Khumalo Kilbride Kirkbride Kowalczyk
Krishnan Kumar Kurian Lacey Lambourne Langthorne Le Leatherbarrow Lim Lindqvist Lloyd Lomax
Longbottom Loughlin Lowther MacAskill Mackereth Magnússon Malik Mandeville Mashaba Mathew McGinty
McIlroy Mehta Mensah Merriweather Micklethwait Mistry Mokoena Molyneux Montague Moravec Moyo
Mukherjee Müller Mwangi Nadkarni Naidoo Nakamura Ndlovu Nguyen Norcliffe Nunes Núñez Nwosu O'Brien
O'Connell O'Dowd O'Hara O'Keeffe O'Malley O'Neill O'Rourke O'Shaughnessy Oakeshott Obi Ogunleye
Okonkwo Oldroyd Oliveira Omotoso Ormerod Osei Owusu Pacheco Parekh Patel Pemberton Pengelly
Penhaligon Pereira Pickersgill Popescu Postlethwaite Prendergast Prothero Quansah Quayle Quigley
Radcliffe Rahman Ramsbottom Rao Rawcliffe Redfearn Reyes Rhodes Ribeiro Rigby Rodrigues Rosenthal
Rowbotham Sahota Salazar Samuels Santos Satterthwaite Scarisbrick Schäfer Sedgwick Shah
Shaughnessy Shrestha Sibanda Siddiqui Singh Skelton Smallwood Sørensen Sowerby Starkweather
Stirzaker Sutcliffe Swinburne Tamang Tattersall Tembo Tennant Thackray Thistlethwaite Thomas
Threlfall Tolley Tran Trelawny Trethewey Tunstall Uddin Umarji Unsworth Usher Vaidya Varghese
Vaughan Villanueva Wadsworth Wainwright Walmsley Wasik Waterhouse Weatherall Whitaker Wigglesworth
Winstanley Wolstenholme Wrigley Yamoah Yeoh Yilmaz Younis Zapata Zhang Zubairi
""")

SHORT_FORMS = {
    "Abigail": "Abi", "Andrew": "Andy", "Anthony": "Tony", "Catarina": "Cat", "Charlotte":
    "Lottie", "Christopher": "Chris", "Daniel": "Dan", "Deborah": "Debs", "Edward": "Ed",
    "Jacqueline": "Jackie", "James": "Jim", "Joseph": "Joe", "Margaret": "Maggie", "Matthew":
    "Matt", "Michael": "Mike", "Mohammed": "Mo", "Nathan": "Nate", "Patrick": "Paddy", "Rachel":
    "Rach", "Richard": "Rich", "Robert": "Rob", "Samuel": "Sam", "Stephen": "Steve", "Susan":
    "Sue", "Thomas": "Tom", "Valentina": "Val", "Victor": "Vic", "William": "Will", "Zachary":
    "Zac",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """What someone is called, in the pieces that HR keeps."""

    title: str
    given: str
    family: str
    middle: str
    preferred: str
    previous_family: str
    gender: Gender

    @property
    def shown(self) -> str:
        return f"{self.preferred or self.given} {self.family}"


def invent_name(rng: np.random.Generator) -> Name:
    """Draw a name; the generator alone decides which."""
    gender = Gender.FEMALE if rng.random() < WOMEN else Gender.MALE
    given_names = FEMALE_NAMES if gender is Gender.FEMALE else MALE_NAMES
    given, middle = (_pick(rng, given_names) for _ in range(2))
    family, other = (_pick(rng, FAMILY_NAMES) for _ in range(2))
    chance = rng.random(4)
    has_middle, is_double, is_renamed = (
        chance[0] < MIDDLE_NAME,
        chance[1] < DOUBLE_BARRELLED,
        gender is Gender.FEMALE and chance[2] < MARRIED_NAME,
    )
    return Name(
        title=_title(gender, chance[3]),
        given=given,
        family=f"{family}-{other}" if is_double else family,
        middle=middle if has_middle else "",
        preferred=SHORT_FORMS.get(given, "") if chance[0] < USES_SHORT_FORM else "",
        previous_family=other if is_renamed and not is_double else "",
        gender=gender,
    )


def _title(gender: Gender, chance: float) -> str:
    if gender is Gender.MALE:
        return "Mr."
    return TITLES[int(chance * len(TITLES))]


def _pick(rng: np.random.Generator, names: list[str]) -> str:
    return names[int(rng.integers(len(names)))]


class SignInNames:
    """Hands out sign-in names, each once: amara.osei, then amara.osei2."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def reserve(self, name: str) -> None:
        self._taken[name] = 1

    def next_for(self, name: Name) -> str:
        base = f"{plain_letters(name.given)}.{plain_letters(name.family)}"
        count = self._taken.get(base, 0) + 1
        self._taken[base] = count
        return base if count == 1 else f"{base}{count}"


def plain_letters(text: str) -> str:
    """Return the name as a mail address would hold it: sinead, dsouza, cortes."""
    text = text.replace("ø", "o").replace("Ø", "O")
    decomposed = unicodedata.normalize("NFKD", text)
    kept = (
        letter for letter in decomposed if letter.isascii() and (letter.isalpha() or letter == "-")
    )
    return "".join(kept).lower()
