"""Tests that commit empty the tables afterwards: of a database of their own only."""

import pytest
from django.db import connection

from tests.conftest import require_tests_own


def test_the_database_of_a_platform_is_not_emptied():
    with pytest.raises(pytest.fail.Exception, match="tinhso is no test's own"):
        require_tests_own("tinhso")


def test_the_database_of_the_tests_is_their_own(db):
    require_tests_own(connection.settings_dict["NAME"])
