"""What commands share: finding the study, opening it, secrets, output."""
