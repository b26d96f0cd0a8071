"""What is deleted when, what a case holds back, and the proof that a deletion leaves in the audit ledger."""
