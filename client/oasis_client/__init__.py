"""Promotion scores of Oasis for a ranking service: typed, signed, and never late.

>>> client = Client("https://….execute-api.eu-north-1.amazonaws.com", deadline_s=0.05)
>>> found = client.scores(["listener-77", "cohort-se-indie"], "radio", track_ids, market="SE")
>>> ranked = sorted(track_ids, key=lambda t: base[t] + found.probability(t), reverse=True)
"""

from oasis_client.asynchronous import AsyncClient
from oasis_client.scores import Attempt, Scores
from oasis_client.synchronous import Client

__all__ = ["AsyncClient", "Attempt", "Client", "Scores"]
