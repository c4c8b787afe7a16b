"""Plain words that leave no doubt of harm, and whose conduct the words say it is.

Every pattern is matched against simple words: small letters, no apostrophes, single spaces (`reading.simple`).
"""

import re
from itertools import pairwise

from policy.answers.reading import Frame, simple
from policy.document import HarmKind

HEAD = (
    r"(?:(?<!deputy )(?<!assistant )"
    r"(?:head ?teacher|head of school|executive head|headmaster|headmistress|principal))"
)
THE_HEAD = (
    r"(?:(?<!deputy )(?<!assistant )(?:the|our|my|new|acting|that) "
    r"head(?!s? of (?!school))(?! (?:of|boy|girl|lice|up)))"
)
DSL = r"(?:(?:deputy )?d?dsls?|(?:designated )?safeguarding (?:lead|lady|officer|person)|designated (?:person|lead))"
ADULT = (
    r"(?:colleague|co ?worker|member of staff|staff member|(?:\w+ )?teacher|ta|lsa|teaching assistant|coach|governor|"
    r"volunteer|caretaker|cleaner|technician|supply|trainee|tutor|instructor|driver|site man|cook|librarian|mentor)"
)
CHILD = r"(?:pupils?|students?|child|children|kids?|girls?|boys?|lads?|year \d+s?|y\d+s?|sixth former?s?)"
WHO = r"(?:a|an|the|my|our|another|this|that|one of (?:the|our|my)|new|male|female)"
DOES = (
    r"(?:(?:is|was|has been|keeps|kept|been|might be|may be|could be)(?: \w+)? "
    r"(?:messaging|texting|snapchatting|snapping|dming|kissing|touching|hugging|hitting|hurting|filming|grooming|"
    r"seeing|dating|meeting|following|contacting|sexting|flirting with|sending|giving lifts to)"
    r"|(?:has |have )?(?:messages|messaged|texts|texted|kissed|touched|touches|hit|hits|slapped|slaps|groomed|grooms|"
    r"filmed|sexted|snogged|dms|dmed|asked out|slept with|hurt|hurts|grabbed|pushed|kicked|took "
    r"(?:pictures|photos|videos) of))"
)
CONDUCT = re.compile(
    rf"\b{WHO} (?:\w+ ){{0,2}}?(?:(?P<dsl>{DSL})|(?P<head>{HEAD}|head)|(?P<adult>{ADULT})) {DOES} "
    rf"(?:\w+ ){{0,5}}?{CHILD}\b"
)
ON_THE_PAGE = r"\b(?:photos?|pics?|picture|page|post(?:s|ed)?|facebook|fb|video|website|banner|live ?stream|story)\b"
HIDDEN = re.compile(
    r"\b(?:court order|non ?mol\w*|no contact order|restraining order|injunction|(?:in|at|from) (?:a|"
    r"the) (?:\w+ )?refuge"
    r"|witness protection|in hiding|fled|on the run from|looked after child|child in care|in care|in foster care"
    r"|fostered|birth (?:mum|dad|mother|father|parents?|family)|must ?n[o']?t (?:know|find)|not (?:be )?found"
    r"|not allowed (?:to know|near|contact)|taken into care|new identity for)\b"
)
_SAID: dict[HarmKind, tuple[str, ...]] = {
    HarmKind.STAFF_DISTRESS: (
        r"(?:kill|killing|hurt|hurting|harm|harming|cut|cutting) myself(?! laughing)|self harm(?:ing|ed)? again",
        r"end(?:ing)? it all|end my life|im (?:\w+ )?suicidal|(?:feel|feeling) suicidal|no way out|finished me off",
        r"(?:cant|cannot|can not) (?:go|carry) on(?: like this| any ?more| any longer| much longer| with this|$)",
        r"(?:cant|cannot|can not) (?:take|do) (?:it|this|much|any) (?:any ?)?(?:more|longer)",
        r"i (?:\w+ )?(?:cant|cannot|can not) cope(?! with the (?:heat|cold|noise|printer|weather|glitter))",
        r"dont want to (?:be here|live|wake up)(?: any ?more)?|i (?:want to die|wish i was dead)|rather be dead",
        r"better off without me|nobody would (?:notice|miss me)",
        r"no (?:point|reason) (?:in )?(?:living|going on|being here)",
        r"face another day|(?:cant|cannot|can not) stop (?:crying|shaking)|took too many (?:of my )?tablets",
        r"panic attacks?",
        r"crying (?:every|all|in the (?:car|toilets?|loo|cupboard))|i want to disappear(?! to)",
        r"(?:life|lifes) (?:is )?over",
        r"(?:feel|feeling|felt) (?:so |completely |totally )?(?:worthless|hopeless|suicidal|so alone|like giving up)",
        r"my lifes? (?:is |feels )?(?:over|finished|ruined|not worth)|(?:ruined|destroyed) my life",
        r"anyone i can ring tonight",
        r"(?:havent|cant|not) (?:slept|sleep|sleeping|eaten|eating) (?:for|since|properly|because)",
        r"how much longer i can",
    ),
    HarmKind.THREAT_TO_STAFF: (
        (
            r"threat(?:en|ens|ened|ening) (?:me|us|staff|a (?:colleague|teacher|ta)|my (?:family|kids|"
            r"life))(?! with (?:a |google|bad))"
        ),
        r"threat(?:en|ens|ened|ening) to (?:hurt|kill|hit|burn|stab|kick|attack|come|find|wait|smash|punch) \w+",
        r"knows? (?:where (?:i|we|she|the \w+) (?:lives?|parks?)|(?:what|which) car (?:i|she|he|we))",
        r"death threats?",
        (
            r"(?:going to|gonna|will|ill|hell|shell) (?:kill|stab|batter|punch|smash|burn) (?:me|us|her|his|"
            r"the|my|miss|sir)"
        ),
        r"(?:come|coming|came|turn up|turning up|turned up) (?:to|at|round to) my (?:house|home)",
        r"outside my (?:house|home)",
        r"slit (?:my|her|his|a teachers|our) throat|stab (?:me|us|a teacher|staff)|be murdered",
        r"wait(?:ing)? for me (?:after|outside|at)",
        r"followed me (?:home|round|to my)|watching (?:me|my house)|posted my (?:home )?address|spat at",
        r"pulled a knife",
        r"teach (?:her|him|me) a lesson|accidents happen|see you at the gates?",
        r"brick (?:with a note )?through (?:my|the|our)",
    ),
    HarmKind.CHILD_RISK: (
        r"(?:scared|frightened|afraid|terrified|doesnt want|does not want) (?:to go|of going) home",
        r"(?:hits|beats|hurts|touches|belts|kicks) (?:her|him|them) (?:at home|when|with|every|at night)",
        (
            rf"{CHILD} (?:\w+ ){{0,6}}(?:self harm\w*|suicidal|bruises|black eye|cutting (?:her|him)self|"
            rf"hurting (?:her|him)self)"
        ),
        (
            r"(?:bruises?|burns?|marks?) (?:on|all over|up) (?:a (?:pupil|child|boy|girl)s|his|her) (?:arms?|"
            r"legs?|neck|back|face)"
        ),
        (
            r"(?:wants?|asking her for|asking him for|send|sent|sending) (?:\w+ )?(?:nudes|nude pics|naked "
            r"(?:pics|pictures))"
        ),
        r"wont be here (?:by|on|next|after|any ?more)|(?:nobody|no one) (?:will|would|ud) miss (?:him|her)|kms",
        r"unalive",
        r"given away (?:his|her) \w+|(?:wants|going|planning) to meet (?:a man|an older|someone (?:she|he) met)",
    ),
    HarmKind.DSL_CONDUCT: (
        (
            rf"{DSL} (?:has |have |is |was |keeps )?(?:\w+ )?(?:ignored|laughed|brushed|dismiss\w+|told me "
            rf"(?:to stop|not|if)|wont)"
        ),
        (
            rf"{DSL} (?:\w+ ){{0,6}}(?:dont write|stop logging|not to (?:write|log|report|record)|selfies|"
            rf"nudes?|finished)"
        ),
        rf"{DSL} (?:has |have |adds |keeps )(?:\w+ ){{0,3}}{CHILD} (?:on|in) (?:his|her|their)",
        (
            rf"(?:skip|bypass|go (?:over|round|around|above)|instead of|other than|about|married to|against) "
            rf"(?:our|the|my) {DSL}"
        ),
        rf"dont want (?:the|our|my) {DSL} to|if (?:the|our) {DSL} is the one",
    ),
    HarmKind.HEAD_CONDUCT: (
        (
            rf"(?:{HEAD}|{THE_HEAD}) (?:has |is |was |keeps )?(?:\w+ )?(?:covered up|ignored|swept|told (?:me|"
            rf"us|everyone) (?:not|to (?:say|leave|keep)))"
        ),
        (
            rf"(?:{HEAD}|{THE_HEAD}) (?:\w+ ){{0,4}}(?:alone with|not to report|messages (?:a|pupils|students|"
            rf"girls|boys)|grabbed)"
        ),
        (
            r"(?:allegation|complaint|concern|worry|report) (?:is )?(?:about|against) (?:the|our|my) (?:head|"
            r"principal)(?! of)"
        ),
        r"whos? (?:is )?above the (?:head|principal)|(?:go|report) (?:over|above|round) the (?:head|principal)",
    ),
}
PATTERNS = tuple((kind, re.compile(rf"\b(?:{'|'.join(said)})\b")) for kind, said in _SAID.items())
WEAPONS = ("\U0001f52a", "\U0001f52b", "\U0001f5e1")
"""A knife, a gun and a dagger as emoji, which simple words leave out."""


def unmistakable(question: str) -> HarmKind | None:
    """The kind of harm that plain words say, if they do."""
    text = simple(question)
    if any(weapon in question for weapon in WEAPONS):
        return HarmKind.THREAT_TO_STAFF
    for kind, pattern in PATTERNS:
        if pattern.search(text):
            return kind
    if HIDDEN.search(text) and re.search(ON_THE_PAGE, text):
        return HarmKind.CHILD_MUST_NOT_BE_FOUND
    found = CONDUCT.search(text)
    return _BY_GROUP[found.lastgroup or ""] if found else None


_BY_GROUP = {"dsl": HarmKind.DSL_CONDUCT, "head": HarmKind.HEAD_CONDUCT, "adult": HarmKind.ADULT_CONDUCT}
_TOLD = re.compile(r"\b(?:tell|told|ask|asked|inform|to|with|by) (?:the|our|my) (?:\w+ )?$")


_NAMES = {
    HarmKind.HEAD_CONDUCT: re.compile(r"\b(?:heads?|head ?teachers?|headmaster|headmistress|principals?)\b"),
    HarmKind.DSL_CONDUCT: re.compile(rf"\b{DSL}\b|\bsafeguarding\b|\bdesignated\b"),
}


def speaks_of(kind: HarmKind, question: str) -> bool:
    """Whether the words name the head, or anybody who leads on safeguarding, as conduct of theirs needs."""
    return _NAMES[kind].search(simple(question)) is not None


def conduct_of(question: str) -> HarmKind | None:
    """Whose conduct it is, where only the head or only a DSL is spoken of, and not as the one who is told."""
    text = simple(question)
    head = _spoken_of(rf"\b(?:{HEAD}|{THE_HEAD}(?! teacher))\b", text)
    dsl = _spoken_of(rf"\b{DSL}\b", text)
    if head == dsl:
        return None
    return HarmKind.HEAD_CONDUCT if head else HarmKind.DSL_CONDUCT


def _spoken_of(pattern: str, text: str) -> bool:
    return any(not _TOLD.search(text[: found.start()] + "the ") for found in re.finditer(pattern, text))


def tokens(text: str, frame: Frame) -> frozenset[str]:
    """The words of a text, each two that stand together, and the concepts that were read."""
    words = simple(text).split()
    concepts = (f"@{name}" for name in frame.concepts)
    return frozenset({*words, *(f"{one} {two}" for one, two in pairwise(words)), *concepts})
