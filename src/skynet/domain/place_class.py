"""What kind of place a camera stands at: a closed list, and the places where none may ever stand.

The closed list and the forbidden places follow the Regulation on Public-Security Video Systems (State Council order
799, in force since 2025-04-01): public places only, never where people undress, sleep, are nursed or vote.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PlaceClass(StrEnum):
    """There is no value for a forbidden place: one cannot be written down, let alone activated."""

    STREET = "street"
    CROSSROADS = "crossroads"
    ENTRANCE = "entrance"
    SQUARE = "square"
    PARK = "park"
    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    HOSPITAL = "hospital"
    KEY_UNIT = "key_unit"
    COMMUNITY = "community"
    VILLAGE = "village"
    STATION = "station"
    BUS = "bus"
    TAXI = "taxi"
    CAR_PARK = "car_park"
    MARKET = "market"
    BANK = "bank"
    FUEL_STATION = "fuel_station"
    SCRAP_YARD = "scrap_yard"
    PAWNSHOP = "pawnshop"
    SEAL_ENGRAVER = "seal_engraver"
    CAR_REPAIR = "car_repair"


CHINESE: Mapping[str, PlaceClass] = {
    "街道": PlaceClass.STREET,
    "道路": PlaceClass.STREET,
    "路口": PlaceClass.CROSSROADS,
    "出入口": PlaceClass.ENTRANCE,
    "广场": PlaceClass.SQUARE,
    "公园": PlaceClass.PARK,
    "学校": PlaceClass.SCHOOL,
    "幼儿园": PlaceClass.KINDERGARTEN,
    "医院": PlaceClass.HOSPITAL,
    "重点单位": PlaceClass.KEY_UNIT,
    "社区": PlaceClass.COMMUNITY,
    "小区": PlaceClass.COMMUNITY,
    "村": PlaceClass.VILLAGE,
    "村庄": PlaceClass.VILLAGE,
    "车站": PlaceClass.STATION,
    "公交车": PlaceClass.BUS,
    "出租车": PlaceClass.TAXI,
    "停车场": PlaceClass.CAR_PARK,
    "市场": PlaceClass.MARKET,
    "银行": PlaceClass.BANK,
    "加油站": PlaceClass.FUEL_STATION,
    "废品收购站": PlaceClass.SCRAP_YARD,
    "废旧金属收购": PlaceClass.SCRAP_YARD,
    "典当行": PlaceClass.PAWNSHOP,
    "典当业": PlaceClass.PAWNSHOP,
    "印章刻制": PlaceClass.SEAL_ENGRAVER,
    "刻章店": PlaceClass.SEAL_ENGRAVER,
    "汽车修理": PlaceClass.CAR_REPAIR,
}

_UNDRESSED = "people undress there"
_ASLEEP = "people live and sleep there"
_NURSED = "people are nursed there"
_BALLOT = "ballots are secret"
FORBIDDEN: Mapping[str, str] = {
    "bathroom": _UNDRESSED,
    "bath": _UNDRESSED,
    "public_bath": _UNDRESSED,
    "shower": _UNDRESSED,
    "sauna": _UNDRESSED,
    "toilet": _UNDRESSED,
    "changing_room": _UNDRESSED,
    "fitting_room": _UNDRESSED,
    "locker_room": _UNDRESSED,
    "nursing_room": _NURSED,
    "ward": _NURSED,
    "treatment_room": _NURSED,
    "dormitory": _ASLEEP,
    "hotel_room": _ASLEEP,
    "guest_room": _ASLEEP,
    "private_compartment": _ASLEEP,
    "home": _ASLEEP,
    "voting_booth": _BALLOT,
    "浴室": _UNDRESSED,
    "公共浴室": _UNDRESSED,
    "淋浴间": _UNDRESSED,
    "卫生间": _UNDRESSED,
    "厕所": _UNDRESSED,
    "更衣室": _UNDRESSED,
    "试衣间": _UNDRESSED,
    "母婴室": _NURSED,
    "哺乳室": _NURSED,
    "病房": _NURSED,
    "诊疗室": _NURSED,
    "宿舍": _ASLEEP,
    "学生宿舍": _ASLEEP,
    "酒店客房": _ASLEEP,
    "客房": _ASLEEP,
    "包间": _ASLEEP,
    "住宅": _ASLEEP,
    "投票间": _BALLOT,
}
"""Names of places where no camera may be registered, and why, so that a refusal can say it."""


def place_class_of(text: str) -> PlaceClass:
    """The class that `text` names, in English or Chinese. Raises ValueError: forbidden, or not in the list."""
    name = text.strip().lower().replace(" ", "_").replace("-", "_")
    if reason := FORBIDDEN.get(name):
        raise ValueError(f"'{text.strip()[:40]}' is a forbidden place ({reason}): no camera may be registered there")
    if name in CHINESE:
        return CHINESE[name]
    try:
        return PlaceClass(name)
    except ValueError:
        names = ", ".join(PlaceClass)
        raise ValueError(f"'{text.strip()[:40]}' is no class of place; there is: {names}") from None
