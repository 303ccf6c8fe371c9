"""The stages as one readable list: from captures to a Screening."""
