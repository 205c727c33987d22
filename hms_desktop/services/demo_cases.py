"""Everyday cases of the made-up hospital: what patients come with and what doctors write."""

from __future__ import annotations

from typing import NamedTuple


class DemoDrug(NamedTuple):
    """One line of a prescription."""

    drug: str
    dose: str
    frequency: str
    duration: str
    instructions: str = ""


class DemoCase(NamedTuple):
    """One case; ``systolic`` is where the upper blood pressure of such a patient lies."""

    code: str
    title: str
    complaint: str
    notes: str
    treatment: str
    tests: tuple[str, ...]
    drugs: tuple[DemoDrug, ...]
    systolic: int = 122


_AFTER_FOOD = "after food"
_WHEN_NEEDED = "when needed, at most 3 a day"

CASES: tuple[DemoCase, ...] = (
    DemoCase(
        "I10", "Essential (primary) hypertension",
        "Headache in the mornings. No visual change.",
        "Adherence good. Readings at home a little lower than here.",
        "Less salt, half an hour of walking a day.",
        ("Creatinine", "Electrolytes"),
        (DemoDrug("Amlodipine 5 mg tablet", "1 tablet", "once daily, morning", "30 days"),),
        148,
    ),
    DemoCase(
        "E11.9", "Type 2 diabetes mellitus without complications",
        "Tired in the afternoon, thirsty.",
        "Feet without wounds, pulses felt. Eats late in the evening.",
        "Smaller evening meal, glucose diary for two weeks.",
        ("HbA1c", "Fasting glucose", "Urine albumin"),
        (DemoDrug("Metformin 500 mg tablet", "1 tablet", "twice daily", "30 days", _AFTER_FOOD),),
        134,
    ),
    DemoCase(
        "J06.9", "Acute upper respiratory infection, unspecified",
        "Sore throat and blocked nose for three days, no fever since yesterday.",
        "Throat red, no pus. Chest clear.",
        "Rest, warm drinks. Come back if fever lasts longer than three days.",
        (),
        (DemoDrug("Paracetamol 500 mg tablet", "1 tablet", _WHEN_NEEDED, "5 days"),),
    ),
    DemoCase(
        "M54.5", "Low back pain",
        "Low back pain after lifting, worse when bending.",
        "No weakness, no numbness, reflexes equal. Straight leg raise normal.",
        "Stay active, heat. Exercises shown.",
        (),
        (
            DemoDrug("Ibuprofen 400 mg tablet", "1 tablet", "twice daily", "5 days", _AFTER_FOOD),
            DemoDrug("Pantoprazole 40 mg tablet", "1 tablet", "once daily, morning", "5 days"),
        ),
        128,
    ),
    DemoCase(
        "K21.9", "Gastro-oesophageal reflux disease without oesophagitis",
        "Burning behind the breastbone after meals.",
        "No weight loss, no trouble swallowing. Abdomen soft.",
        "Nothing to eat three hours before sleep, raise the head of the bed.",
        (),
        (DemoDrug("Omeprazole 20 mg capsule", "1 capsule", "once daily, morning", "28 days"),),
    ),
    DemoCase(
        "J45.9", "Asthma, unspecified",
        "Cough at night, short of breath on stairs.",
        "Scattered wheeze, talks in sentences. Inhaler technique corrected.",
        "Peak flow diary. Avoid smoke and dust.",
        ("Peak flow",),
        (
            DemoDrug("Salbutamol 100 µg inhaler", "2 puffs", "when needed", "30 days"),
            DemoDrug("Budesonide 200 µg inhaler", "1 puff", "twice daily", "30 days"),
        ),
        118,
    ),
    DemoCase(
        "E03.9", "Hypothyroidism, unspecified",
        "Weight gain, feels cold, skin dry.",
        "Thyroid not enlarged. Pulse regular.",
        "Tablet on an empty stomach, half an hour before breakfast.",
        ("TSH",),
        (DemoDrug("Levothyroxine 50 µg tablet", "1 tablet", "once daily, morning", "60 days"),),
    ),
    DemoCase(
        "N39.0", "Urinary tract infection, site not specified",
        "Burning on passing water for two days.",
        "No fever, no flank pain.",
        "Drink plenty. Come back at once with fever or back pain.",
        ("Urine culture",),
        (DemoDrug("Nitrofurantoin 100 mg capsule", "1 capsule", "twice daily", "5 days"),),
    ),
    DemoCase(
        "D50.9", "Iron deficiency anaemia, unspecified",
        "Tired for weeks, short of breath on exertion.",
        "Pale conjunctivae, no bleeding reported.",
        "Food rich in iron, lemon with meals.",
        ("Full blood count", "Ferritin"),
        (DemoDrug("Ferrous sulfate 200 mg tablet", "1 tablet", "once daily", "60 days"),),
        112,
    ),
    DemoCase(
        "G43.9", "Migraine, unspecified",
        "One-sided throbbing headache with nausea, twice this month.",
        "Neurological examination normal.",
        "Regular sleep and meals, headache diary.",
        (),
        (DemoDrug("Naproxen 500 mg tablet", "1 tablet", "when needed", "10 days", _AFTER_FOOD),),
    ),
    DemoCase(
        "L20.9", "Atopic dermatitis, unspecified",
        "Itching in the elbow folds, worse in the dry season.",
        "Dry, reddened patches, no infection.",
        "Emollient twice a day, lukewarm showers.",
        (),
        (DemoDrug("Hydrocortisone 1 % cream", "thinly", "twice daily", "7 days"),),
        116,
    ),
    DemoCase(
        "Z00.0", "General medical examination",
        "No complaints. Yearly check-up.",
        "Heart and lungs normal, abdomen soft.",
        "Walk daily, next check-up in a year.",
        ("Full blood count", "Lipid profile", "Fasting glucose"),
        (),
        124,
    ),
)  # fmt: skip
