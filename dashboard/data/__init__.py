"""What the pages read: one version a page run, and the only cache.

Every cached answer is keyed by store, version and the question as text, never by a frame: streamlit hashes
large frames by a sample, and a sample misses edits. A new version has new keys, so nothing is ever stale.
"""

from dashboard.data.beside import is_judged, is_reviewed, kept_review, review, spikes, why_not_judged
from dashboard.data.handling import approvable, approval_rules, calibration, candidates, costs, followup, followup_list, freight_insurance, goodwill, offers_effect, policy_effect, queue, repair_times, repairs_under_way, replay_rules, rule_names, tonight
from dashboard.data.numbers import ask, batches, compare, counted_verdicts, known_dimensions, reconcile, rows, sql, values, why
from dashboard.data.source import Source, at_version, explain, freshness, keep, let_go, meeting, newest, now, version_numbers, zone

__all__ = ["Source", "approvable", "approval_rules", "ask", "at_version", "batches", "calibration", "candidates", "compare", "costs", "counted_verdicts", "explain", "followup", "followup_list", "freight_insurance", "freshness", "goodwill", "is_judged", "is_reviewed", "keep", "kept_review", "known_dimensions", "let_go", "meeting", "newest", "now", "offers_effect", "policy_effect", "queue", "reconcile", "repair_times", "repairs_under_way", "replay_rules", "review", "rows", "rule_names", "spikes", "sql", "tonight", "values", "version_numbers", "why", "why_not_judged", "zone"]
