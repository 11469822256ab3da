"""What the owner said of a payee, counted, and recalled for the rows it was said of: tables memory."""
