"""An analyst's own frames and drawings, shown under the same suppression as the toolkit's."""
