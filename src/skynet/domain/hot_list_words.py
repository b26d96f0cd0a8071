"""The words of a hot-list file, English and Chinese: its columns, and the values of those that are closed."""

from __future__ import annotations

from collections.abc import Mapping

from skynet.domain.hot_list import EVERYWHERE, Purpose
from skynet.domain.plate import PlateKind
from skynet.domain.severity import Severity

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "plate": ("车牌号", "车牌号码", "号牌号码", "车牌"),
    "kind": ("号牌种类", "车牌种类", "车牌类型", "车牌颜色"),
    "purpose": ("用途", "布控用途", "布控类型"),
    "authority": ("授权文号", "批准文号", "法律文书号"),
    "issuing_unit": ("签发单位", "布控单位"),
    "case_number": ("案件编号", "案号"),
    "valid_from": ("生效时间", "开始时间", "有效期起"),
    "valid_to": ("失效时间", "结束时间", "有效期止"),
    "priority": ("优先级",),
    "area": ("区域", "布控区域", "布控范围"),
    "created_by": ("创建人", "申请人"),
    "approved_by": ("审批人", "批准人"),
}
"""A column's name and what it may be called instead. Columns may stand in any order."""
OPTIONAL = ("kind", "priority")

PURPOSES: Mapping[str, Purpose] = {purpose.value: purpose for purpose in Purpose} | {
    "被盗车辆": Purpose.STOLEN_VEHICLE,
    "被盗抢车辆": Purpose.STOLEN_VEHICLE,
    "查缉车辆": Purpose.WANTED_VEHICLE,
    "失踪或遇险人员": Purpose.MISSING_OR_ENDANGERED_PERSON,
    "肇事逃逸": Purpose.HIT_AND_RUN,
    "公共预警": Purpose.PUBLIC_WARNING,
    "调取证据": Purpose.EVIDENCE_REQUEST,
}
KINDS: Mapping[str, PlateKind] = {kind.value: kind for kind in PlateKind} | {
    "": PlateKind.UNKNOWN,
    "蓝牌": PlateKind.BLUE,
    "蓝": PlateKind.BLUE,
    "黄牌": PlateKind.YELLOW,
    "黄": PlateKind.YELLOW,
    "双层黄牌": PlateKind.YELLOW_TWO_ROW,
    "新能源小型": PlateKind.GREEN_SMALL,
    "新能源大型": PlateKind.GREEN_LARGE,
    "挂车": PlateKind.TRAILER,
    "教练车": PlateKind.LEARNER,
    "警车": PlateKind.POLICE,
    "使馆": PlateKind.EMBASSY,
    "领馆": PlateKind.CONSULATE,
    "粤港": PlateKind.HONG_KONG,
    "粤澳": PlateKind.MACAU,
    "未知": PlateKind.UNKNOWN,
}
PRIORITIES: Mapping[str, Severity] = {severity.value: severity for severity in Severity} | {
    "": Severity.HIGH,
    "提示": Severity.INFO,
    "低": Severity.LOW,
    "中": Severity.MEDIUM,
    "高": Severity.HIGH,
    "紧急": Severity.CRITICAL,
}
PLACES: Mapping[str, str] = {"全部": EVERYWHERE, "全域": EVERYWHERE}
