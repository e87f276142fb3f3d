"""The gate before publication: nothing that names a participant leaves the study (P30)."""
