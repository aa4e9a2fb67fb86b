"""What all sides of the benchmark of figures from records read and count. It imports nothing: what the starting
process imports would count as memory of every process it starts.
"""

COLUMNS = {
    "ppud_sentence": ("person_key", "sex", "convicted_under_18", "date_of_sentence", "quashed_on", "as_at"),
    "ppud_release": ("person_key", "sex", "sentence_type", "recall_id", "release_kind", "released_on"),
    "ppud_recall": (
        "person_key",
        "sex",
        "sentence_type",
        "probation_region",
        "recall_id",
        "recall_number",
        "licence_revoked_on",
        "rescinded_on",
        "returned_to_custody_on",
        "agreed_by_deputy_head",
    ),
    "ppud_termination_review": ("person_key", "licence_ended_on"),
    "ndelius_caseload": (
        "person_key",
        "sex",
        "sentence_type",
        "probation_region",
        "supervision_started_on",
        "supervision_suspended_on",
        "supervision_ended_on",
        "end_reason",
    ),
    "nomis_custody_snapshot": (
        "person_key",
        "sex",
        "ethnicity",
        "imprisonment_status",
        "legal_status",
        "received_on",
    ),
    "nomis_movements": ("person_key", "movement_sequence", "moved_on", "movement_type", "to_prison"),
}
"""What is read of each extract."""
CASELOAD_BY: tuple[tuple[str, ...], ...] = (
    (),
    ("location",),
    ("custody_status",),
    ("location", "sex"),
    ("location", "sentence_type"),
    ("location", "probation_region"),
    ("prison_code",),
)
"""What the caseload is broken down by."""
RECALLS_BY = ("sex", "sentence_type", "probation_region", "recall_number", "ethnicity")
"""What recalls are broken down by, one at a time."""
