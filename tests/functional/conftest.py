import pytest

from tests.support.databases import PAGE_KINDS


@pytest.fixture(scope="session", params=PAGE_KINDS)
def installation(request, installations):
    return installations(request.param)
