"""How many examples a property test tries: all of them in `make test`, a few in `make check`."""

from hypothesis import HealthCheck, settings

CHECK = "check"
"""The Hypothesis profile of `make check` and `make mutants`: few examples, and the same ones each time."""
FEW = 15


def tries(examples: int, *, same: bool = False) -> settings:
    """Decorates a test that is to try so many. `same`: always the same ones."""
    quick = settings.get_current_profile_name() == CHECK
    return settings(
        max_examples=min(examples, FEW) if quick else examples,
        derandomize=same or quick,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
