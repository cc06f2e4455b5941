"""What can be wrong on a screen: one short list for all of them, so that it gives nothing away."""

SLIPS = {
    "worse": "Somebody is getting worse",
    "medicine": "A medicine or a dose that does not fit",
    "mix_up": "People, sides or things mixed up",
    "not_done": "Something waits too long, or nobody has seen it",
    "plan": "A plan, a day or an address that does not fit",
    "trust": "Somebody who should not be told, or trusted",
    "number": "A number out of its limits, or that does not add up",
    "other": "Something else",
}
