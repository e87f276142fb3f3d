"""What was said comes to mean something: codes on segments, memos, and how far coders agree."""
