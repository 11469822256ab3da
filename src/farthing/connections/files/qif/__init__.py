"""QIF, the text of Quicken and its kin."""
