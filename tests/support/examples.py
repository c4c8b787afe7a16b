"""How many examples a property test tries: all of them in `make test`, a few in `make check`."""

from hypothesis import HealthCheck, settings

CHECK = "check"
"""The Hypothesis profile of `make check` and `make mutants`: few examples, and the same ones each time."""
FEW = 15


def some(examples: int) -> int:
    """So many, for a test that draws its own; in `make check` a tenth of them."""
    return examples // 10 if _is_quick() else examples


def tries(examples: int, *, same: bool = False) -> settings:
    """Decorates a test that is to try so many. `same`: always the same ones."""
    quick = _is_quick()
    return settings(
        max_examples=min(examples, FEW) if quick else examples,
        derandomize=same or quick,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def _is_quick() -> bool:
    return settings.get_current_profile_name() == CHECK
