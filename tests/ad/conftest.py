"""These tests need root and a domain controller: `make test-ad` runs them by themselves."""

from tests.support.domain_controller import by_its_name, domain_controller

__all__ = ["by_its_name", "domain_controller"]
