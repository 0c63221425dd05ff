"""What anybody needs to check the journal: heads, keys, proofs that it only grew."""

from base64 import b64encode

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpRequest, HttpResponse
from ninja import Router

from tinhso.api.auth import PUBLIC
from tinhso.api.v1.shapes import ConsistencyOut, HeadOut
from tinhso.documents import queries as documents
from tinhso.kernel.audit import actions, queries

router = Router(tags=["journal"])

LINES, PEM = "application/jsonl", "application/x-pem-file"


@router.get("/journal/head", response=HeadOut, auth=PUBLIC)
def head(request: HttpRequest) -> HeadOut:
    """Read the newest signed head of the journal."""
    newest = queries.newest_head()
    key = actions.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return HeadOut(
        size=newest.size,
        root=newest.root.hex(),
        signed_at=newest.signed_at,
        signature=b64encode(newest.signature).decode(),
        public_key=b64encode(key).decode(),
    )


@router.get("/journal/heads", auth=PUBLIC)
def heads(request: HttpRequest) -> HttpResponse:
    """Read the last head of each day, a line each: what a witness keeps."""
    lines = map(queries.head_line, queries.daily_heads())
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=LINES)


@router.get("/journal/consistency", response=ConsistencyOut, auth=PUBLIC)
def consistency(request: HttpRequest, first: int, second: int) -> ConsistencyOut:
    """Prove that the journal of one head only grew until the other (RFC 9162)."""
    path = queries.prove_consistency(first=first, second=second)
    return ConsistencyOut(first=first, second=second, path=[one.hex() for one in path])


@router.get("/journal/key", auth=PUBLIC)
def key(request: HttpRequest) -> HttpResponse:
    """Read the key that signs the heads."""
    content = actions.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    return HttpResponse(content, content_type=PEM)


@router.get("/journal/anchors", auth=PUBLIC)
def anchors(request: HttpRequest) -> HttpResponse:
    """Read the certificates to which all signatures of documents lead."""
    return HttpResponse(documents.trust_anchors(), content_type=PEM)
