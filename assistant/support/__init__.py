"""Whether a source carries a claim: the verifiers, and the wording of numbers, dates and denials that they rest on."""
