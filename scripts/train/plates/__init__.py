"""How the plate models come to be: drawn Chinese plates, spoilt as cameras spoil them, and what learns from them."""
