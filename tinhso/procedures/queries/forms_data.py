"""What the printed forms have in common: whose dossier, about what, where it is."""

from datetime import datetime

from django.conf import settings

from tinhso.kernel.clock import local
from tinhso.people import queries as people
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import Channel, Limit, LimitUnit, Punctuality

CHANNELS = {
    Channel.ONLINE: "Trực tuyến",
    Channel.COUNTER: "Tại quầy",
    Channel.POST: "Qua bưu chính",
    Channel.INTERNAL: "Giữa các cơ quan",
}
PUNCTUALITIES = {
    Punctuality.EARLY: "Trước hạn",
    Punctuality.ON_TIME: "Đúng hạn",
    Punctuality.LATE: "Quá hạn",
}
UNITS = {
    LimitUnit.WORKING_DAYS: "ngày làm việc",
    LimitUnit.WORKING_HOURS: "giờ làm việc",
    LimitUnit.DAYS: "ngày",
    LimitUnit.HOURS: "giờ",
    LimitUnit.MONTHS: "tháng",
}


def common(row: DossierRow) -> dict[str, object]:
    """Write what every form says of a dossier; receiver and agency may be the same."""
    agency = people.get_organization(organization_id=row.organization_id)
    receiver = (
        people.get_organization(organization_id=row.receiver_id)
        if row.receiver_id
        else agency
    )
    applicant = people.get_person(person_id=row.owner_id)
    procedure = procedure_version(row.procedure_id)
    return {
        "receiver": receiver.name,
        "agency": agency.name,
        "dossier_code": row.code,
        "applicant": row.applicant_name,
        "residence": applicant.residence,
        "phone": applicant.phone,
        "email": applicant.email,
        "procedure": procedure.title.vi,
        "procedure_code": procedure.code,
    }


def look_up_address(code: str) -> str:
    """Tell where a dossier is looked up without signing in."""
    return f"{settings.TINHSO_ORIGIN}/tra-cuu?ma={code}"


def written(moment: datetime | None) -> str:
    """Write a moment as `17:00 17/06/2026`."""
    return f"{local(moment):%H:%M %d/%m/%Y}" if moment else ""


def day_written(moment: datetime) -> str:
    """Write the day of a moment as `2026-06-17`, as templates take it."""
    return local(moment).date().isoformat()


def limit_written(limit: Limit) -> str:
    """Write a time limit as `3 ngày làm việc`."""
    if limit.unit is LimitUnit.SAME_DAY:
        later = "trong ngày làm việc tiếp theo"
        return f"trong ngày; nhận sau {limit.amount} giờ thì {later}"
    return f"{limit.amount} {UNITS[limit.unit]}"


def fee_written(fee: int) -> str:
    """Write a fee in VND as `1.234.567 ₫`."""
    return f"{fee:,} ₫".replace(",", ".") if fee else "Miễn phí"
