"""The scouting report: one page a coach, in HTML or Markdown."""
