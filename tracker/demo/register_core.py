"""The systems that many people of the invented trust work with. No real product is meant.

Their names and families are those of the mock screens that starters practise on.
"""

from dataclasses import dataclass

from tracker.demo.jobs import (
    CARE_SUPPORT,
    CLERICAL,
    DOCTORS,
    ESTATES,
    NURSES,
    PHARMACISTS,
    SCIENTISTS,
    THERAPISTS,
)

CARERS = (NURSES, CARE_SUPPORT, DOCTORS, THERAPISTS)
CLINICAL = (*CARERS, PHARMACISTS, SCIENTISTS)
PRESCRIBERS = (NURSES, DOCTORS, PHARMACISTS)


@dataclass(frozen=True, slots=True)
class Core:
    """A system, its kind, what it is for, and who uses it: groups, else units, else everybody."""

    name: str
    family: str
    purpose: str
    groups: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    alerts: tuple[tuple[str, str, str], ...] = ()
    #: days from the trust's last day until it goes live; none: it is there
    live_in: int | None = None


CORE = (
    Core("Patient record", "patient record",
         "The notes of each patient: who they are, what is planned, what was done.", CLINICAL,
         alerts=(
             ("Two patients of one name", "A band under the name says there is another",
              "Check the date of birth and the number with the patient before you write."),
             ("Safeguarding flag", "A small flag beside the name",
              "Open it, read the plan, and tell the person in charge."),
             ("Allergy not recorded", "Allergies: not asked yet",
              "Ask the patient, and write down the answer, also when there are none."),
         )),
    Core("Observation chart", "observations",
         "Pulse, breathing, blood pressure and the like, and the score that they add up to.",
         (NURSES, CARE_SUPPORT, DOCTORS),
         alerts=(
             ("Score has gone up", "The total is shown with a bell",
              "Check the patient, call for help as the plan says, and write down whom you called."),
             ("Observations are late", "A clock beside the bed",
              "Do them now, or hand them over to somebody by name."),
         )),
    Core("Drug chart", "medicines",
         "What each patient is given, how much and when; who gave it.", PRESCRIBERS,
         alerts=(
             ("Allergy", "A box that names the allergy and the drug",
              "Stop. Do not give it. Ask the prescriber or a pharmacist."),
             ("Two drugs that do not go together", "A box that names both",
              "Read it. Ask a pharmacist before you go on."),
             ("Dose not signed", "An empty square with a line round it",
              "Find out if it was given. Write down why if it was not."),
         )),
    Core("Results", "results", "Blood tests and reports, and who has seen them.",
         (NURSES, DOCTORS, SCIENTISTS, PHARMACISTS),
         alerts=(
             ("Far out of range", "The number is marked, with a word beside it",
              "Tell the doctor who is on call now, and write that you did."),
             ("Nobody has acted on it", "Not seen yet, beside the date",
              "Open it, do what is needed, and mark it as seen."),
         )),
    Core("Ward board", "ward board", "Who is in which bed, who goes home, what they wait for.",
         (NURSES, CARE_SUPPORT, DOCTORS, THERAPISTS, CLERICAL),
         alerts=(("Ready to go, but something is open", "A hand beside the name",
                  "Open the list, and see whose step is next."),)),
    Core("Mail", "mail and sign-in", "Mail, calendars and meetings.",
         alerts=(("Mail from outside", "A line at the top of the mail",
                  "Do not open links that you did not expect. Report the mail with one press."),)),
    Core("Shared computer", "mail and sign-in", "Signing in and out of the trust's computers.",
         alerts=(("Somebody else is signed in", "The name at the top is not yours",
                  "Sign them out before you start, and sign in as yourself."),)),
    Core("Smartcard desk", "mail and sign-in", "Cards and rights: ask for them, renew them.",
         alerts=(("Card runs out soon", "A message as you sign in",
                  "Renew it on the screen: it takes two minutes."),)),
    Core("Rota", "rotas and pay", "Who works when. Ask for leave, swap a shift."),
    Core("Payslips", "rotas and pay", "Your pay, your tax code and your expenses."),
    Core("Staff record", "rotas and pay", "What HR holds about you: address, bank, training."),
    Core("Learning home", "learning", "Courses to book, and those you have done."),
    Core("Library shelf", "learning", "Books, articles and guidelines."),
    Core("Incident form", "safety and quality", "Tell of something that went wrong, or nearly.",
         alerts=(("Missing grade of harm", "The form will not close",
                  "Choose what you know now. It can be changed later."),)),
    Core("Policy shelf", "safety and quality", "The trust's policies, newest first."),
    Core("Audit forms", "safety and quality", "Hand washing, falls, and other rounds.", CARERS),
    Core("Risk list", "safety and quality", "What could go wrong, and who looks after it.",
         units=("8010", "8050")),
    Core("Service desk", "help", "Report a fault, and see what became of it."),
    Core("Ward phones", "phones and messages", "Calls and messages between teams.", CARERS,
         alerts=(("Message not read", "A number on the picture",
                  "Open it, and answer: the sender sees that you did."),)),
    Core("Bleep screen", "phones and messages", "Who is on call, and how to reach them.",
         (DOCTORS, NURSES)),
    Core("Video clinic", "phones and messages", "See a patient by video.",
         (DOCTORS, NURSES, THERAPISTS)),
    Core("Letters", "patient record", "Letters to patients and family doctors.",
         (DOCTORS, CLERICAL)),
    Core("Bookings", "patient record", "Clinics, waiting lists and who comes when.", (CLERICAL,),
         alerts=(("Has waited too long", "A date in bold",
                  "Tell the team who keeps the list on the same day."),)),
    Core("Referrals in", "patient record", "What family doctors ask of us.", (DOCTORS, CLERICAL)),
    Core("Handover notes", "patient record", "What the next shift has to know.", CARERS),
    Core("Wound pictures", "patient record", "Photographs of wounds, kept with the notes.",
         (NURSES,)),
    Core("Consent forms", "patient record", "What was said, and what the patient agreed to.",
         (DOCTORS, NURSES)),
    Core("Blood bank", "results", "Ask for blood, and check it at the bed.",
         (NURSES, DOCTORS, SCIENTISTS),
         alerts=(("Number does not match", "The screen says stop",
                  "Do not give it. Call the blood bank."),)),
    Core("Pictures and scans", "imaging", "X-rays and scans, and what they show.",
         (DOCTORS, THERAPISTS),
         alerts=(("Finding that was not expected", "A mark beside the report",
                  "Read the report to its end, and tell the patient's doctor."),)),
    Core("Test orders", "results", "Ask for a blood test or a scan.", PRESCRIBERS,
         alerts=(("Was asked for already", "A box that shows the older order",
                  "Cancel yours, unless a second is meant."),)),
    Core("Theatre list", "theatres", "Who is operated on, where and when.", units=("3010", "3030")),
    Core("Anaesthetic chart", "theatres", "What happens during an operation, minute by minute.",
         (DOCTORS,), alerts=(("Value lost", "The line on the chart stops",
                              "Look at the patient first, then at the lead."),)),
    Core("Maternity notes", "maternity", "The notes of mother and baby.",
         units=("4010", "4020", "4050")),
    Core("Fetal heart screen", "maternity", "A baby's heart beat during birth.", units=("4020",),
         alerts=(("Rate has changed", "The line goes out of its band",
                  "Call the midwife in charge to the room."),)),
    Core("Home visits", "community", "Today's visits, the way there, notes on the go.",
         units=("5030", "5040", "5050", "5060")),
    Core("Pharmacy stock", "medicines", "What is on the shelf, and what is on its way.",
         (PHARMACISTS,)),
    Core("Dispensing robot", "medicines", "Picks boxes from the shelves.", units=("6010",)),
    Core("Ward medicine cupboard", "medicines", "Opens with your card; counts what you take.",
         (NURSES, PHARMACISTS),
         alerts=(("Count is off", "It asks you to count again",
                  "Count with a second person, and sign together."),)),
    Core("Stock and orders", "stock and equipment", "Gloves, dressings, paper: order and receive."),
    Core("Equipment finder", "stock and equipment", "Where pumps, beds and chairs are.", CARERS),
    Core("Porter requests", "stock and equipment", "Ask for a porter; see when one comes.",
         (*CARERS, ESTATES)),
    Core("Building faults", "estates", "A door, a light, a tap: tell estates."),
    Core("Door cards", "estates", "Which doors your card opens.", units=("7050",)),
    Core("Meals", "estates", "What each patient eats, and what they must not.",
         (NURSES, CARE_SUPPORT, ESTATES),
         alerts=(("Food allergy", "The tray card has a band",
                  "Check the card against the patient before you put it down."),)),
    Core("Ledger", "finance", "Budgets, orders and bills.", units=("8020",)),
    Core("Ward numbers", "reports", "Beds, waits and visits, month by month.", (CLERICAL,)),
    Core("Bedside scales link", "observations", "Sends a patient's weight to the chart.",
         (NURSES, CARE_SUPPORT), live_in=75),
    Core("Voice notes", "patient record", "Speak a note; it writes it for you to check.",
         (DOCTORS, NURSES, THERAPISTS), live_in=140,
         alerts=(("Word not understood", "A gap in the text", "Fill the gap before you sign."),)),
)  # fmt: skip
