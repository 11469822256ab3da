"""What a replay reads of how it went: batches in their order, which line led to which row, the labels that rows were born with."""
