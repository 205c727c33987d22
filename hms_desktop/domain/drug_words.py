"""What patients and doctors call drugs: names on the box, groups, words around an allergy.

Common knowledge, kept small; names are folded (no case, no signs).
"""

from __future__ import annotations

BRANDS: dict[str, tuple[str, ...]] = {
    "actrapid": ("insulin",), "adol": ("paracetamol",), "advil": ("ibuprofen",),
    "aldactone": ("spironolactone",), "aleve": ("naproxen",), "allegra": ("fexofenadine",),
    "amoxil": ("amoxicillin",), "asthalin": ("salbutamol",), "ativan": ("lorazepam",),
    "atarax": ("hydroxyzine",), "augmentin": ("amoxicillin", "clavulanic acid"),
    "azee": ("azithromycin",), "bactrim": ("sulfamethoxazole", "trimethoprim"),
    "benadryl": ("diphenhydramine",), "betadine": ("povidone iodine",),
    "brufen": ("ibuprofen",), "buscopan": ("hyoscine butylbromide",),
    "calpol": ("paracetamol",), "celebrex": ("celecoxib",), "ciplox": ("ciprofloxacin",),
    "cipro": ("ciprofloxacin",), "clexane": ("enoxaparin",), "combiflam": ("ibuprofen",
    "paracetamol"), "coumadin": ("warfarin",), "crocin": ("paracetamol",),
    "deltacortril": ("prednisolone",), "diflucan": ("fluconazole",), "disprin": ("aspirin",),
    "dolo": ("paracetamol",), "duphalac": ("lactulose",), "ecosprin": ("aspirin",),
    "eltroxin": ("levothyroxine",), "flagyl": ("metronidazole",), "glucophage": ("metformin",),
    "imodium": ("loperamide",), "keflex": ("cefalexin",), "lasix": ("furosemide",),
    "lipitor": ("atorvastatin",), "lyrica": ("pregabalin",), "meftal": ("mefenamic acid",),
    "mefenamate": ("mefenamic acid",), "monocef": ("ceftriaxone",),
    "mox": ("amoxicillin",), "neurontin": ("gabapentin",), "nexium": ("esomeprazole",),
    "nurofen": ("ibuprofen",), "omnacortil": ("prednisolone",), "panadol": ("paracetamol",),
    "pantocid": ("pantoprazole",), "pantop": ("pantoprazole",), "phenergan": ("promethazine",),
    "plavix": ("clopidogrel",), "ponstan": ("mefenamic acid",), "prilosec": ("omeprazole",),
    "prozac": ("fluoxetine",), "rocephin": ("ceftriaxone",),
    "septran": ("sulfamethoxazole", "trimethoprim"),
    "septra": ("sulfamethoxazole", "trimethoprim"), "singulair": ("montelukast",),
    "stemetil": ("prochlorperazine",), "synthroid": ("levothyroxine",),
    "taxim": ("cefotaxime",), "tegretol": ("carbamazepine",), "toradol": ("ketorolac",),
    "tylenol": ("paracetamol",), "ultram": ("tramadol",), "unasyn": ("ampicillin",),
    "valium": ("diazepam",), "ventolin": ("salbutamol",), "viagra": ("sildenafil",),
    "voltaren": ("diclofenac",), "voveran": ("diclofenac",), "xanax": ("alprazolam",),
    "xylocaine": ("lidocaine",), "zantac": ("ranitidine",), "zithromax": ("azithromycin",),
    "zocor": ("simvastatin",), "zofran": ("ondansetron",), "zyloric": ("allopurinol",),
    "zyrtec": ("cetirizine",), "zinacef": ("cefuroxime",), "zosyn": ("piperacillin",
    "tazobactam"),
}  # fmt: skip
"""Name on the box → ingredients."""

OTHER_NAMES: dict[str, str] = {
    "acetaminophen": "paracetamol", "acetylsalicylic acid": "aspirin", "asa": "aspirin",
    "adrenaline": "epinephrine", "albuterol": "salbutamol", "amoxycillin": "amoxicillin",
    "cephalexin": "cefalexin", "chlorpheniramine": "chlorphenamine", "clavulanate":
    "clavulanic acid", "co amoxiclav": "amoxicillin", "cotrimoxazole": "sulfamethoxazole",
    "co trimoxazole": "sulfamethoxazole", "dicyclomine": "dicycloverine",
    "frusemide": "furosemide", "glyburide": "glibenclamide", "indometacin": "indomethacin",
    "lignocaine": "lidocaine", "meperidine": "pethidine", "nitroglycerin":
    "glyceryl trinitrate", "penicillin g": "benzylpenicillin", "penicillin v":
    "phenoxymethylpenicillin", "rifampin": "rifampicin", "sulphasalazine": "sulfasalazine",
    "acyclovir": "aciclovir", "thyroxine": "levothyroxine", "vitamin d3": "colecalciferol",
    "vitamin b12": "cyanocobalamin", "vitamin c": "ascorbic acid", "povidone iodine": "iodine",
}  # fmt: skip
"""Another name of an ingredient → the one the list uses."""

GROUPS: dict[str, tuple[str, ...]] = {
    "penicillins": (
        "penicillin", "amoxicillin", "ampicillin", "benzylpenicillin", "phenoxymethylpenicillin",
        "benzathine benzylpenicillin", "cloxacillin", "flucloxacillin", "dicloxacillin",
        "piperacillin", "ticarcillin", "oxacillin",
    ),
    "cephalosporins": (
        "cephalosporin", "cefalexin", "cefadroxil", "cefuroxime", "cefixime", "cefpodoxime",
        "cefazolin", "ceftriaxone", "cefotaxime", "ceftazidime", "cefepime", "cefaclor",
        "cefoperazone", "cefdinir",
    ),
    "carbapenems": ("carbapenem", "meropenem", "imipenem", "ertapenem", "doripenem"),
    "sulfonamides": (
        "sulfonamide", "sulphonamide", "sulfa", "sulpha", "sulfur drug", "sulfamethoxazole",
        "sulfadiazine", "sulfasalazine", "sulfadoxine", "sulfacetamide",
    ),
    "nsaids": (
        "nsaid", "anti inflammatory", "painkiller", "pain killer", "ibuprofen", "diclofenac",
        "naproxen", "mefenamic acid", "aceclofenac", "ketorolac", "indomethacin", "piroxicam",
        "meloxicam", "celecoxib", "etoricoxib", "aspirin", "nimesulide", "ketoprofen",
        "flurbiprofen", "lornoxicam",
    ),
    "salicylates": ("salicylate", "aspirin", "mesalazine", "sulfasalazine", "salicylic acid"),
    "macrolides": (
        "macrolide", "azithromycin", "clarithromycin", "erythromycin", "roxithromycin",
    ),
    "tetracyclines": ("tetracycline", "doxycycline", "minocycline", "oxytetracycline"),
    "quinolones": (
        "quinolone", "fluoroquinolone", "ciprofloxacin", "levofloxacin", "ofloxacin",
        "norfloxacin", "moxifloxacin", "nalidixic acid",
    ),
    "aminoglycosides": (
        "aminoglycoside", "gentamicin", "amikacin", "tobramycin", "neomycin", "streptomycin",
        "kanamycin",
    ),
    "opioids": (
        "opioid", "opiate", "tramadol", "morphine", "codeine", "fentanyl", "buprenorphine",
        "pethidine", "oxycodone", "hydrocodone",
    ),
    "nitroimidazoles": ("nitroimidazole", "metronidazole", "tinidazole", "ornidazole",
                        "secnidazole"),
    "azoles": ("azole antifungal", "fluconazole", "itraconazole", "ketoconazole", "clotrimazole",
               "miconazole", "voriconazole"),
    "statins": ("statin", "atorvastatin", "rosuvastatin", "simvastatin", "pravastatin"),
    "ace inhibitors": ("ace inhibitor", "enalapril", "lisinopril", "ramipril", "captopril",
                       "perindopril"),
    "angiotensin blockers": ("angiotensin blocker", "sartan", "losartan", "telmisartan",
                             "valsartan", "olmesartan", "candesartan"),
    "beta blockers": ("beta blocker", "atenolol", "metoprolol", "bisoprolol", "carvedilol",
                      "propranolol", "labetalol", "nebivolol", "timolol"),
    "thiazides": ("thiazide", "hydrochlorothiazide", "chlortalidone", "indapamide"),
    "sulfonylureas": ("sulfonylurea", "glimepiride", "gliclazide", "glibenclamide", "glipizide"),
    "benzodiazepines": ("benzodiazepine", "diazepam", "lorazepam", "clonazepam", "alprazolam",
                        "midazolam"),
    "aromatic anticonvulsants": ("aromatic anticonvulsant", "carbamazepine", "phenytoin",
                                 "phenobarbital", "lamotrigine", "oxcarbazepine"),
    "proton pump inhibitors": ("proton pump inhibitor", "ppi", "omeprazole", "pantoprazole",
                               "esomeprazole", "rabeprazole", "lansoprazole"),
    "corticosteroids": ("corticosteroid", "steroid", "cortisone", "prednisolone", "prednisone",
                        "methylprednisolone", "dexamethasone", "hydrocortisone",
                        "betamethasone", "budesonide"),
    "heparins": ("heparin", "enoxaparin", "dalteparin"),
    "insulins": ("insulin", "insulin glargine", "insulin aspart"),
    "local anaesthetics": ("local anaesthetic", "local anesthetic", "lidocaine", "bupivacaine",
                           "caine", "ropivacaine"),
    "iodine": ("iodine", "contrast", "povidone iodine", "amiodarone"),
    "iron": ("iron", "ferrous sulfate", "ferrous fumarate", "iron sucrose"),
    "egg": ("egg",),
    "glycopeptides": ("glycopeptide", "vancomycin", "teicoplanin"),
    "lincosamides": ("lincosamide", "clindamycin", "lincomycin"),
    "nitrates": ("isosorbide dinitrate", "isosorbide mononitrate", "glyceryl trinitrate"),
    "phenothiazines": ("phenothiazine", "promethazine", "chlorpromazine", "prochlorperazine"),
    "tricyclics": ("tricyclic", "amitriptyline", "nortriptyline", "imipramine"),
    "rifamycins": ("rifamycin", "rifampicin"),
    "sulfones": ("sulfone", "dapsone"),
    "chlorhexidine": ("chlorhexidine",),
}  # fmt: skip
"""Allergy group → its ingredients and the words that mean all of it."""

RELATED: dict[str, frozenset[str]] = {
    "penicillins": frozenset({"cephalosporins", "carbapenems"}),
    "cephalosporins": frozenset({"penicillins", "carbapenems"}),
    "carbapenems": frozenset({"penicillins", "cephalosporins"}),
    "nsaids": frozenset({"salicylates"}),
    "salicylates": frozenset({"nsaids"}),
    "sulfones": frozenset({"sulfonamides"}),
    "sulfonamides": frozenset({"sulfones"}),
}
"""Groups that may cross-react with a group."""

NOT_A_DRUG = frozenset(
    {
        "a", "after", "all", "allergic", "allergies", "allergy", "anaphylactic", "anaphylaxis",
        "and", "angioedema", "antibiotic", "antibiotics", "any", "as", "at", "avoid", "bad",
        "blisters", "breathing", "breathlessness", "but", "by", "caused", "causes", "childhood",
        "child", "cream", "dose", "drops", "drug", "drugs", "due", "eyes", "face", "for", "form",
        "from", "gave", "gets", "giddiness", "given", "gives", "got", "group", "had", "has",
        "have", "headache", "history", "hives", "hospital", "hypersensitivity", "hypersensitive",
        "if", "in", "inj", "injection", "injections", "intolerance", "intolerant", "is", "itch",
        "itching", "itchy", "known", "last", "like", "lip", "lips", "medicine", "medicines",
        "mild", "moderate", "nausea", "no", "not", "of", "on", "once", "only", "onwards", "or",
        "oral", "pain", "past", "patient", "pill", "pills", "possible", "probable", "rash",
        "rashes", "reacted", "reaction", "reactions", "redness", "reported", "said", "says",
        "sensitive", "sensitivity", "severe", "shock", "should", "since", "skin", "some",
        "stomach", "suspected", "swelling", "swells", "swollen", "syndrome", "syrup", "tab",
        "tablet", "tablets", "taken", "taking", "the", "throat", "to", "tongue", "type",
        "unknown", "unsure", "upset", "urticaria", "use", "used", "vomiting", "was", "when",
        "while", "with", "year", "years", "yes",
    }
)  # fmt: skip
"""Words of an allergy note that name no substance."""
