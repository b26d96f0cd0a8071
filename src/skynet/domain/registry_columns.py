"""The columns of a registry file in CSV: what each is called, in English and Chinese, and which value it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from skynet.domain.registered_camera import RegistryState
from skynet.domain.site import UnitKind


class Column(NamedTuple):
    """`path` leads to the value: below `site`, `camera` or `wanted`. `kind` says how its cell is written."""

    name: str
    path: tuple[str, ...]
    others: tuple[str, ...]
    kind: str = "text"


TABLE: Sequence[Column] = (
    Column("id", ("camera", "id"), ("摄像机编号", "设备编码", "编号")),
    Column("name", ("camera", "name"), ("摄像机名称", "设备名称", "名称")),
    Column("site", ("camera", "site"), ("点位编号", "场所编号")),
    Column("site_name", ("site", "name"), ("点位名称", "场所名称")),
    Column("place_class", ("site", "place_class"), ("场所类别", "点位类别", "场所类型")),
    Column("owner_kind", ("site", "owner", "kind"), ("单位性质", "单位类别"), "owner"),
    Column("owner", ("site", "owner", "name"), ("所属单位", "建设单位")),
    Column("city", ("site", "region", "city"), ("市", "地市")),
    Column("county", ("site", "region", "county"), ("县", "区县", "区")),
    Column("township", ("site", "region", "township"), ("乡镇", "街道", "乡镇街道")),
    Column("village", ("site", "region", "village"), ("村", "社区村", "村居")),
    Column("site_latitude", ("site", "position", "latitude"), ("点位纬度",)),
    Column("site_longitude", ("site", "position", "longitude"), ("点位经度",)),
    Column("site_error_m", ("site", "position", "error_m"), ("点位误差",)),
    Column("required_class", ("site", "required_class"), ("点位等级",), "whole"),
    Column("latitude", ("camera", "position", "latitude"), ("纬度",)),
    Column("longitude", ("camera", "position", "longitude"), ("经度",)),
    Column("position_error_m", ("camera", "position", "error_m"), ("定位误差",)),
    Column("height_m", ("camera", "mounting", "height_m"), ("安装高度", "架设高度")),
    Column("pan_deg", ("camera", "mounting", "pan_deg"), ("方位角", "水平角")),
    Column("tilt_deg", ("camera", "mounting", "tilt_deg"), ("俯仰角",)),
    Column("roll_deg", ("camera", "mounting", "roll_deg"), ("横滚角",)),
    Column("focal_mm", ("camera", "lens", "focal_mm"), ("焦距",)),
    Column("fov_deg", ("camera", "lens", "fov_deg"), ("视场角",)),
    Column("sensor", ("camera", "lens", "sensor"), ("传感器", "靶面尺寸")),
    Column("width_px", ("camera", "declared", "width"), ("水平像素", "宽")),
    Column("height_px", ("camera", "declared", "height"), ("垂直像素", "高")),
    Column("fps", ("camera", "declared", "fps"), ("帧率",)),
    Column("ptz", ("camera", "ptz"), ("云台", "是否云台"), "yes_no"),
    Column("mobile", ("camera", "mobile"), ("移动", "是否移动", "车载"), "yes_no"),
    Column("sign_confirmed_by", ("camera", "sign", "by"), ("标识确认人", "提示标识确认人")),
    Column("sign_confirmed_at", ("camera", "sign", "at"), ("标识确认时间", "提示标识确认时间"), "time"),
    Column("filing_no", ("camera", "filing_no"), ("备案号", "备案编号")),
    Column("privacy_masks", ("camera", "privacy_masks"), ("隐私遮挡",), "json"),
    Column("no_masks_by", ("camera", "no_masks_needed", "by"), ("无需遮挡确认人",)),
    Column("no_masks_why", ("camera", "no_masks_needed", "why"), ("无需遮挡理由",)),
    Column("source", ("camera", "source"), ("主码流", "主码流地址", "取流地址")),
    Column("sub_source", ("camera", "sub_source"), ("子码流", "子码流地址")),
    Column("login", ("camera", "login"), ("登录名称", "凭据名称")),
    Column("transport", ("camera", "transport"), ("传输方式",)),
    Column("analysis_fps", ("camera", "analysis_fps"), ("分析帧率",)),
    Column("rules", ("camera", "rules"), ("规则", "布防规则"), "json"),
    Column("state", ("wanted", "state"), ("状态",), "state"),
    Column("box_id", ("wanted", "box_id"), ("边缘盒编号", "盒子编号")),
)
COLUMNS: Mapping[str, Sequence[str]] = {column.name: column.others for column in TABLE}
OPTIONAL = tuple(name for name in COLUMNS if name != "site")
BY_NAME: Mapping[str, Column] = {column.name: column for column in TABLE}
BY_PATH: Mapping[tuple[str, ...], str] = {column.path: column.name for column in TABLE}

YES_NO: Mapping[str, bool] = {
    "yes": True,
    "true": True,
    "1": True,
    "是": True,
    "no": False,
    "false": False,
    "0": False,
    "否": False,
}
OWNERS: Mapping[str, UnitKind] = {kind.value: kind for kind in UnitKind} | {
    "公安": UnitKind.POLICE,
    "公安机关": UnitKind.POLICE,
    "社会": UnitKind.SOCIAL,
    "社会单位": UnitKind.SOCIAL,
}
STATES: Mapping[str, RegistryState] = {state.value: state for state in RegistryState} | {
    "草稿": RegistryState.DRAFT,
    "启用": RegistryState.ACTIVE,
    "在用": RegistryState.ACTIVE,
    "停用": RegistryState.SUSPENDED,
    "报废": RegistryState.RETIRED,
}
