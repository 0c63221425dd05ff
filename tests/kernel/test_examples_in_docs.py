"""The examples in docstrings come out as they say."""

import doctest

import pytest

from tinhso.documents.rules import markings, naming
from tinhso.kernel import errors, text
from tinhso.notify.providers import push, sms_http
from tinhso.notify.rules import sms, ways, wording
from tinhso.payments.rules import callbacks, fees, references, vietqr, words
from tinhso.people import rules as people
from tinhso.places import rules as places
from tinhso.procedures.catalogue import cpsv_terms

MODULES = [errors, text, places, people, naming, markings, cpsv_terms]
MODULES += [callbacks, fees, references, vietqr, words]
MODULES += [push, sms, sms_http, ways, wording]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_of_a_docstring_come_out_as_they_say(module):
    tried = doctest.testmod(module)

    assert tried.attempted > 0
    assert tried.failed == 0
