"""The journal can be added to, and nothing else."""

import itertools
from base64 import b64decode
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit import checking, merkle, queries, stored
from tinhso.kernel.audit.models import JournalEntry

# The vectors published with Certificate Transparency's reference implementation.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Tree(dict):
    def __call__(self, level, index):
        return self[level, index]

    def add(self, data):
        size = sum(level == 0 for level, _ in self)
        leaf = merkle.leaf_hash(data)
        for level, index, value in merkle.grow(size=size, leaf=leaf, nodes=self):
            self[level, index] = value


def tree_of(leaves):
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size):
    tree = tree_of(CT_LEAVES[:size])

    assert merkle.root(size=size, nodes=tree).hex() == CT_ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert b64decode("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=") == merkle.root(
        size=0, nodes=Tree()
    )


def test_published_inclusion_and_consistency_proofs_are_made():
    tree = tree_of(CT_LEAVES)

    inclusion = merkle.inclusion_proof(index=5, size=8, nodes=tree)
    consistency = merkle.consistency_proof(first=6, second=8, nodes=tree)

    assert [h.hex() for h in inclusion] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [h.hex() for h in consistency] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_every_proof_of_every_small_tree_verifies_and_no_other_leaf_does():
    tree = tree_of(bytes([n]) for n in range(40))

    for size in range(1, 41):
        root = merkle.root(size=size, nodes=tree)
        for index in range(size):
            proof = merkle.inclusion_proof(index=index, size=size, nodes=tree)
            right = {"index": index, "size": size, "proof": proof, "root": root}
            assert merkle.verify_inclusion(leaf=tree(0, index), **right)
            assert not merkle.verify_inclusion(leaf=bytes(32), **right)


def test_every_consistency_proof_verifies_and_fails_with_another_root():
    tree = tree_of(bytes([n]) for n in range(40))
    roots = {size: merkle.root(size=size, nodes=tree) for size in range(1, 41)}

    for first, second in itertools.combinations_with_replacement(range(1, 41), 2):
        proof = merkle.consistency_proof(first=first, second=second, nodes=tree)
        right = {"first": first, "second": second, "proof": proof}
        assert merkle.verify_consistency(
            first_root=roots[first], second_root=roots[second], **right
        )
        assert not merkle.verify_consistency(
            first_root=bytes(32), second_root=roots[second], **right
        )


def write_some(count, now):
    return [
        audit.write(
            "tests.write",
            subject="tests.Thing",
            subject_id=uuid4(),
            actor=SYSTEM,
            at=now,
        )
        for _ in range(count)
    ]


@pytest.mark.django_db
def test_a_sealed_entry_is_proved_against_the_signed_head(now):
    entries = write_some(5, now)
    assert audit.seal(at=now, limit=3) == 3
    assert audit.seal(at=now) == 2

    proof = queries.prove(entry_id=entries[1])

    assert merkle.verify_inclusion(
        leaf=proof.leaf,
        index=proof.index,
        size=proof.head.size,
        proof=proof.path,
        root=proof.head.root,
    )
    audit.public_key().verify(
        proof.head.signature,
        stored.head_bytes(
            size=proof.head.size, root=proof.head.root, signed_at=proof.head.signed_at
        ),
    )
    assert checking.verify().faults == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_journalentry SET deed = 'x'",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_signedtreehead",
    ],
)
def test_the_database_refuses_to_change_the_journal(sql, now):
    write_some(2, now)
    audit.seal(at=now)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)


@pytest.mark.django_db
def test_a_changed_entry_is_found_by_its_position(now):
    write_some(4, now)
    audit.seal(at=now)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        third = JournalEntry.objects.order_by("id")[2]
        JournalEntry.objects.filter(pk=third.pk).update(deed="tests.forged")
        cursor.execute("SET LOCAL session_replication_role = origin")

    faults = checking.verify().faults

    assert "position 2: the entry was changed" in faults
    assert "position 0: the entry was changed" not in faults
