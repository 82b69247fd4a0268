"""Rules: those of the platform, which change what the numbers mean, and our own, by which tickets are approved.

Neither is believed before it is measured: a rule of the platform is judged with age held equal, and a rule for
approving is replayed on history before it may touch a ticket.
"""

from metrics.policy.effect import PolicyEffect, policy_effect
from metrics.policy.replay import Replay, replay
from metrics.policy.rule import Rule
from metrics.policy.rules_file import read_rules, rules_of
from metrics.policy.waiting import approvable

__all__ = ["PolicyEffect", "Replay", "Rule", "approvable", "policy_effect", "read_rules", "replay", "rules_of"]
