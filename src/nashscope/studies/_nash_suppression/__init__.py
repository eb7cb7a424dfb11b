"""The parts of the study of Nash suppression: plan, behaviour, mechanism, page."""
