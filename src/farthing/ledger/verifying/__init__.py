"""What must be so in the ledger, read again from its rows: a fault for each thing that is not."""
