"""What milestones are on their way from."""
