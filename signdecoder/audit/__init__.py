"""Audits a coach's own signs: how soon an opponent reads them, what gives them away, what helps."""
