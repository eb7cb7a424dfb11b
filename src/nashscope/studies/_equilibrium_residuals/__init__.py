"""The parts of the study on equilibrium residuals."""
