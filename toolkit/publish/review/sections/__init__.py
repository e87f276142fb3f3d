"""The pages of the review pack, one class in one file each; a new file is a new page."""
