"""Made-up activity: a plausible, flagged year of a province, from a seed.

People, dossiers on their courses, ratings and changes of registers, by assumptions that
a pack declares. It fills demonstrations, trials and measurements; nothing of it is a
figure of the province, and no rule of law asks for it.
"""
