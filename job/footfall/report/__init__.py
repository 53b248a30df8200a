"""What a run tells people: the summary, `report.json`, and one HTML page that opens anywhere."""
