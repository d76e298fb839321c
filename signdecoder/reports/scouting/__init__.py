"""The scouting report: one page per coach, in HTML or Markdown."""
