"""What must be so between lines, pairs, questions, batches and the rows they name: a fault for each thing that is not."""
