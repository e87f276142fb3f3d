"""Where a published figure comes from, and whose data a page rests on."""
