"""The gate before publication: nothing that names a participant leaves the study (clause P30)."""
