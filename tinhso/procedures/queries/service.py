"""The rules of service in force: what a province promises people beyond the law."""

from functools import lru_cache
from uuid import UUID

from tinhso.procedures.catalogue import reading
from tinhso.procedures.models import ServiceRulesVersion
from tinhso.procedures.types import ServiceRules


def service_rules() -> ServiceRules:
    """Read the newest rules of service.

    Before any pack has published some, the defaults of `ServiceRules` hold: a dossier
    must stay readable between an upgrade and the next `packs apply`.
    """
    newest = ServiceRulesVersion.objects.order_by("-number").values_list("pk").first()
    return _rules(newest[0]) if newest else ServiceRules()


@lru_cache(maxsize=64)
def _rules(version_id: UUID) -> ServiceRules:
    return reading.read_service_rules(
        ServiceRulesVersion.objects.get(pk=version_id).body
    )
