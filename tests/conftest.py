"""Settings of all tests."""

from hypothesis import HealthCheck, settings

# A busy machine is slow, not wrong; and the same code gives the same verdict.
settings.register_profile("opdenk", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("opdenk")
