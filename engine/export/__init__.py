"""From a recommendation to what an editor takes away: plan, mix, timeline, credits."""
