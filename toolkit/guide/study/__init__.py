"""The study's files besides guides: protocol, published figures, codebook, consent form."""
