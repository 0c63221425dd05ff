"""Who there is: people who do not exist, each made of a number alone."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from tinhso.kernel.ids import id_of
from tinhso.people.types import Gender
from tinhso.simulation.types import Officer, Somebody

FAMILIES = (
    *("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô"),
    *("Dương", "Lý", "Đinh", "Đoàn", "Hà", "Mai", "Trịnh", "Tô", "Lương"),
)
MIDDLES = {
    Gender.MALE: ("Văn", "Đức", "Minh", "Quang", "Hữu", "Xuân", "Gia"),
    Gender.FEMALE: ("Thị", "Ngọc", "Thu", "Thanh", "Phương", "Diệu", "Kim"),
}
GIVEN = {
    Gender.MALE: (
        *("An", "Bình", "Cường", "Dũng", "Hải", "Hưng", "Khoa", "Long", "Nam"),
        *("Phúc", "Quân", "Sơn", "Thành", "Tuấn", "Việt", "Đạt", "Hiếu"),
    ),
    Gender.FEMALE: (
        *("Anh", "Chi", "Dung", "Giang", "Hà", "Hạnh", "Hương", "Lan", "Linh"),
        *("Mai", "Nga", "Oanh", "Quỳnh", "Thảo", "Trang", "Vân", "Yến"),
    ),
}
# Serials from here on belong to the people of the demonstration.
SERIALS = 990_000
FIRST_YEAR, YEARS = 1940, 67
MADE = datetime(2020, 1, 1, tzinfo=UTC)
# The posts a commune needs so that dossiers go their way, and how many of each.
POSTS = (
    ("clerk", "Công chức tiếp nhận và trả kết quả (mô phỏng)", 3),
    ("case_officer", "Công chức chuyên môn (mô phỏng)", 4),
    ("leader", "Phó Chủ tịch (mô phỏng)", 2),
    ("registrar", "Văn thư (mô phỏng)", 1),
)
STAFF = sum(count for _, _, count in POSTS)


def somebody(number: int, home: str) -> Somebody:
    """Make the person with a number; home: where they live.

    >>> somebody(7, "phường Hạ Long").personal_number
    '022189000007'
    """
    gender = Gender.FEMALE if number % 2 else Gender.MALE
    mixed = number * 2_654_435_761 % 2**32
    year = FIRST_YEAR + number * 7 % YEARS
    century = (year - 1900) // 100 * 2 + (gender is Gender.FEMALE)
    names = (
        FAMILIES[mixed % len(FAMILIES)],
        MIDDLES[gender][mixed // 32 % 7],
        GIVEN[gender][mixed // 512 % 17],
    )
    return Somebody(
        id=person_id(number),
        full_name=" ".join(names),
        personal_number=f"022{century}{year % 100:02}{number % SERIALS:06}",
        birth_date=date(year, 1, 1) + timedelta(mixed // 8192 % 365),
        gender=gender,
        residence=f"Tổ {mixed % 90 + 1}, {home}, tỉnh Quảng Ninh",
        phone=f"09{number % 10**8:08}",
    )


def person_id(number: int) -> UUID:
    """Make the id of the person with a number; ids go with numbers."""
    return id_of(MADE + timedelta(milliseconds=number), number)


def staff(first: int, organization_id: UUID, home: str) -> tuple[Officer, ...]:
    """Make the officers of a unit, with the numbers from the first on."""
    posts = [(role, title) for role, title, count in POSTS for _ in range(count)]
    return tuple(
        Officer(somebody(number, home), role, title, organization_id)
        for number, (role, title) in enumerate(posts, start=first)
    )
