"""Commands that analyse and publish: run, report, review pack, release, quotations, trace."""
