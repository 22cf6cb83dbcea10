from tests.registry.api.conftest import fresh, service, shared

__all__ = ["fresh", "service", "shared"]
