"""What must be so of bank links: a fault for each thing that is not."""
