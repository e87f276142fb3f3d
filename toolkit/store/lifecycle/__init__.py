"""From unlocking to destruction: backup, restore, migration, rehearsal, overview."""
