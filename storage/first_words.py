"""What the first version of the bot kept: the words that people saw then, each with the name that now stands for it.

Rows of that version, and cards of it that still stand in Teams, are read by these. The entries of every chronology are
sealed with these words too (`chronology.py`), so that the chains of old rows hold. Nothing here ever changes; a name
that was not there then has no words here. What people see stands beside each name, in its own records.
"""

from collections.abc import Mapping

_KIND = {
    "Offensive or defamatory content": "content",
    "Contact from a pupil": "contact",
    "A safeguarding worry": "worry",
}
_WHOSE = {
    "A pupil": "pupil",
    "A parent or carer": "parent",
    "A member of staff": "staff",
    "The head teacher": "head_teacher",
    "Somebody in the safeguarding team": "safeguarding_team",
    "A member of the public": "public",
    "I do not know": "unknown",
}
_STATUS = {
    "New": "raised",
    "Acknowledged": "acknowledged",
    "Under review": "under_review",
    "Referred": "referred",
    "Closed": "closed",
}
_ROUTE = {
    "the safeguarding team": "safeguarding_team",
    "the head teacher": "head_teacher",
    "the chair of governors": "chair_of_governors",
}
_BODY = {
    "The police": "police",
    "The local authority's designated officer (LADO)": "lado",
    "Children's social care": "social_care",
    "Report Harmful Content": "report_harmful_content",
    "The platform itself": "platform",
}
_OUTCOME = {
    "The content was removed": "removed",
    "Those involved were spoken to": "spoken_to",
    "Another body leads": "other_body",
    "Dealt with under another policy": "other_policy",
    "Nothing wrong was found": "no_breach",
    "It could not be found": "not_found",
    "Dealt with in another case": "duplicate",
}
_ENTRY_KIND = {
    "Report received": "raised",
    "Acknowledged": "acknowledged",
    "Alert delivered": "alerted",
    "Waits for its route": "waiting",
    "Reporter told": "reporter_told",
    "Report opened": "opened",
    "Added by the reporter": "added",
    "The reporter asked to withdraw": "withdrawal",
    "Assigned": "assigned",
    "Note": "note",
    "Urgency changed": "urgency",
    "The reporter was asked": "asked",
    "The reporter answered": "answered",
    "Message to the reporter": "told",
    "Referred": "referred",
    "Linked to another case": "linked",
    "Closed": "closed",
    "Reopened": "reopened",
    "Reminders put off": "snoozed",
    "Legal hold": "hold",
    "Reminder sent": "reminded",
    "Evidence opened": "evidence",
    "Exported": "exported",
    "Reviewed for deletion": "reviewed",
    "Reporter not reached": "not_reached",
}
_SUGGESTION_STATUS = {
    "With the line manager": "submitted",
    "Back with its author": "returned",
    "With the social media team": "forwarded",
    "Scheduled": "scheduled",
    "Posted": "posted",
    "Declined": "declined",
    "Withdrawn": "withdrawn",
}
_SUGGESTION_ENTRY_KIND = {
    "Suggested": "submitted",
    "Given to a line manager": "asked",
    "Delivered": "delivered",
    "Waits: the line manager cannot be reached": "waits",
    "Confirmed being the line manager": "confirmed",
    "Is not the line manager": "not_theirs",
    "Line manager reminded": "reminded",
    "Forwarded": "forwarded",
    "Forwarded with changes": "edited",
    "Returned to its author": "returned",
    "Taken": "taken",
    "Scheduled": "scheduled",
    "Posted": "posted",
    "Declined": "declined",
    "Withdrawn by its author": "withdrawn",
    "Pictures opened": "opened",
}
_EXPORT_SCOPE = {
    "One case": "case",
    "Everything from one reporter": "reporter",
    "The register": "register",
}
_PURPOSE = {
    "safeguarding alerts": "safeguarding_alerts",
    "post suggestions": "post_suggestions",
    "policy questions": "policy_questions",
}
_PLATFORM = {
    "Facebook": "facebook",
    "Instagram": "instagram",
    "Snapchat": "snapchat",
    "TikTok": "tiktok",
    "WhatsApp": "whatsapp",
    "X (Twitter)": "x",
    "YouTube": "youtube",
    "Discord": "discord",
    "Another platform": "another",
}
_NATURE = {
    "Offensive": "offensive",
    "Defamatory (untrue and harmful)": "defamatory",
    "Harassment or bullying": "harassment",
    "Discriminatory": "discriminatory",
    "A threat": "threat",
    "Impersonation or a fake account": "impersonation",
    "Private information": "private_information",
    "Damaging to our reputation": "damaging",
    "Something else": "something_else",
}
_AIMED_AT = {
    "Me": "reporter",
    "A colleague": "colleague",
    "A pupil": "pupil",
    "A parent or carer": "parent",
    "The school or the trust": "school",
    "Somebody else": "somebody_else",
}
_PUPIL_IS = {
    "A pupil here now": "here_now",
    "A former pupil": "former",
    "I am not sure": "not_sure",
}
_YES_NO = {
    "Yes": "yes",
    "No": "no",
    "I do not know": "not_known",
}
_NO_ONE_SCHOOL = {
    "The trust as a whole, or not sure": "trust_wide",
    "The trust as a whole": "trust_wide",
}
FIRST_WORDS: Mapping[str, Mapping[str, str]] = {
    "Kind": _KIND,
    "Whose": _WHOSE,
    "Status": _STATUS,
    "Route": _ROUTE,
    "Body": _BODY,
    "Outcome": _OUTCOME,
    "EntryKind": _ENTRY_KIND,
    "SuggestionStatus": _SUGGESTION_STATUS,
    "SuggestionEntryKind": _SUGGESTION_ENTRY_KIND,
    "ExportScope": _EXPORT_SCOPE,
    "Purpose": _PURPOSE,
    "Platform": _PLATFORM,
    "Nature": _NATURE,
    "AimedAt": _AIMED_AT,
    "PupilIs": _PUPIL_IS,
    "YesNo": _YES_NO,
    "NoOneSchool": _NO_ONE_SCHOOL,
}
"""By the class whose names they are."""
