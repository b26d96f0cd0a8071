/** All texts of the page, English and Chinese side by side, and how numbers and times are written in each. */

const TEXTS = {
  acknowledge: ["Acknowledge", "确认"],
  acknowledgedBy: ["Acknowledged by {by}, {at}", "{by} 已于 {at} 确认"],
  ageS: ["{n} s", "{n} 秒"], ageMin: ["{n} min", "{n} 分钟"], ageH: ["{n} h", "{n} 小时"], ageD: ["{n} d", "{n} 天"],
  alerts: ["Alerts", "告警"], alertCount: ["{n} alerts", "{n} 条告警"], all: ["All", "全部"],
  and: [", ", "、"],
  atLeast: ["{name} and above", "{name}及以上"], authority: ["Authority", "授权文号"], box: ["Box", "边缘盒"], camera: ["Camera", "摄像机"], caseNumber: ["Case", "案件编号"],
  cameras: ["Cameras", "摄像机"], chooseAlert: ["Choose an alert, or press j.", "请选择一条告警，或按 j 键。"],
  close: ["Close", "关闭"],
  confirmFirst: ["Possible hit, it may be another vehicle: compare the picture with the listed plate before anyone is sent.",
    "疑似命中，可能是另一辆车：派警前请先人工比对图片与布控车牌。"],
  connecting: ["Connecting…", "正在连接…"], detail: ["Alert in detail", "告警详情"],
  down: ["Coordinator unreachable since {at}: what you see may be out of date.", "自 {at} 起无法连接协调器：所见内容可能已过期。"],
  downShort: ["Unreachable", "连接中断"], dwell: ["Stayed", "停留时长"],
  end: ["Alerts of the last {span}; older ones are in the coordinator.", "以上为最近{span}的告警；更早的保存在协调器中。"],
  ended: ["The newest {n} alerts are kept in this page, {dropped} older ones were dropped from it.",
    "本页只保留最新 {n} 条告警，较早的 {dropped} 条已移出本页。"],
  fault: ["Fault", "故障"], faultWhy: ["Measured", "检测依据"],
  faster: ["Someone was faster: {by} acknowledged this alert at {at}.", "已被他人抢先：{by} 已于 {at} 确认此告警。"],
  failing: ["The coordinator fails since {at} ({why}): what you see may be out of date.",
    "协调器自 {at} 起出错（{why}）：所见内容可能已过期。"],
  fps: ["{n} frames/s", "{n} 帧/秒"],
  help: ["Keys", "快捷键"], hit: ["Listed", "布控车牌"], hitWhy: ["Why", "命中依据"], hours: ["{n} h", " {n} 小时"], days: ["{n} days", " {n} 天"],
  keyAcknowledge: ["acknowledge the chosen alert", "确认所选告警"], keyClose: ["close the alert, leave a field", "关闭详情，离开输入框"],
  keyFilter: ["filter", "筛选"], keyMove: ["next, previous alert", "下一条、上一条告警"], keyTop: ["newest alert", "最新告警"],
  id: ["Alert id", "告警编号"], kind: ["Kind", "类型"], live: ["Live", "实时"], loading: ["Loading alerts…", "正在载入告警…"],
  news: ["{n} new ↑", "{n} 条新告警 ↑"], nextTry: ["Next try in {n} s.", "{n} 秒后重试。"],
  noAlerts: ["No alerts in the last {span}.", "最近{span}没有告警。"],
  noCameras: ["No camera has been reported yet. Boxes report theirs when they start.", "尚无摄像机上报。边缘盒启动后会自动上报。"],
  noMatch: ["No alert in this page passes the filters.", "本页没有符合筛选条件的告警。"], noPicture: ["no picture", "无图片"],
  note: ["Note (optional)", "备注（选填）"], noteSaid: ["Note", "备注"], object: ["Object", "目标"],
  occurred: ["Happened", "发生时间"], operator: ["Your name or number", "姓名或警号"],
  operatorFirst: ["Say who you are first: it goes into the record.", "请先填写姓名或警号，将记入审计记录。"],
  pictureFailed: ["picture not to be had", "图片无法获取"], place: ["Place", "区域"], plate: ["Plate", "车牌"], purpose: ["Purpose", "用途"],
  received: ["Received", "收到时间"], recorded: ["Opening alerts and pictures is recorded.", "查看告警和图片均有审计记录。"],
  refused: ["Not acknowledged: {why}", "未能确认：{why}"],
  retryNow: ["Try now", "立即重试"], rule: ["Rule", "规则"], severity: ["Severity", "级别"],
  save: ["Save", "保存"],
  showAll: ["Show all", "显示全部"], shown: ["{shown} of {n}", "{shown} / {n} 条"],
  signIn: ["Open the console", "进入控制台"], signInTitle: ["Dispatch console", "指挥控制台"], signOut: ["Sign out", "退出"],
  silent: ["no report for {age}", "{age}未上报"], stale: ["Silent", "失联"], state: ["State", "状态"],
  clip: ["Clip", "录像片段"], clipFailed: ["clip not to be had", "录像无法获取"], clipFollows: ["clip follows…", "录像即将到达…"],
  clipMissing: ["the clip has not come", "录像尚未到达"], clipUnplayable: ["this browser cannot play the clip", "此浏览器无法播放该录像"],
  changed: ["The alert has changed meanwhile; this is how it stands now. Look again, then acknowledge.",
    "告警在此期间已变化，现显示最新状态。请核对后再确认。"],
  token: ["Console token", "控制台令牌"],
  tokenHelp: ["`skynet coordinator init` shows it once; the demo keeps it in its tokens folder as console.token. It stays in this tab only.",
    "由 `skynet coordinator init` 一次性显示；演示程序存放在 tokens 目录的 console.token 中。令牌仅保留在本标签页。"],
  tokenForbidden: ["This token is valid, but not for consoles. Use the one with scope “console”.", "该令牌有效，但不能用于控制台。请使用 console 权限的令牌。"],
  tokenUnreachable: ["The coordinator does not answer. The token could not be checked.", "协调器无响应，无法核验令牌。"],
  tokenWrong: ["The coordinator does not know this token, or it has been revoked.", "令牌无效或已被吊销。"],
  unsure: ["No clear answer ({why}): it may or may not be acknowledged. Open the alert again to see.",
    "没有明确答复（{why}）：可能已确认，也可能没有。请重新打开此告警查看。"],
  within: ["± {n} s", "± {n} 秒"],
  kinds: { zone_entry: ["Zone entry", "区域入侵"], line_crossing: ["Line crossing", "越线"], loitering: ["Loitering", "徘徊"],
    stopped_vehicle: ["Stopped vehicle", "异常停车"], wrong_way: ["Wrong way", "逆行"], plate_hit: ["Hot-list hit", "布控命中"],
    camera_fault: ["Camera fault", "摄像机故障"] },
  faults: { frozen: ["frozen picture", "画面冻结"], black: ["black picture", "黑屏"], overexposed: ["over-exposed", "过曝"],
    blurred: ["blurred", "画面模糊"], covered: ["covered", "镜头遮挡"], moved: ["moved", "视角偏移"],
    wrong_size: ["wrong resolution", "分辨率不符"], wrong_rate: ["too few frames", "帧率不足"],
    clock_drift: ["clock is wrong", "时钟偏差"], low_bitrate: ["bitrate collapsed", "码率骤降"] },
  certainties: { exact: ["exact", "精确命中"], possible: ["possible", "疑似命中"] },
  purposes: { stolen_vehicle: ["stolen vehicle", "被盗车辆"], wanted_vehicle: ["wanted vehicle", "查缉车辆"],
    missing_or_endangered_person: ["missing or endangered person", "失踪或遇险人员"], hit_and_run: ["hit and run", "肇事逃逸"],
    public_warning: ["public warning", "公共预警"], evidence_request: ["evidence request", "调取证据"] },
  severities: { info: ["Info", "提示"], low: ["Low", "低"], medium: ["Medium", "中"], high: ["High", "高"], critical: ["Critical", "紧急"] },
  states: { new: ["New", "未确认"], acknowledged: ["Acknowledged", "已确认"], assigned: ["Assigned", "已派警"], accepted: ["Accepted", "已接警"],
    en_route: ["En route", "赶赴中"], on_scene: ["On scene", "已到场"], rejected: ["Rejected", "已驳回"], closed: ["Closed", "已办结"] },
  cameraStates: { connecting: ["Connecting", "连接中"], live: ["Live", "在线"], stalled: ["Stalled", "画面停滞"],
    unreachable: ["Unreachable", "无法连接"], timed_out: ["No answer", "无响应"], refused: ["Refused", "拒绝连接"], busy: ["Busy", "占用已满"],
    unauthorised: ["Wrong password", "认证失败"], untrusted: ["Certificate not trusted", "证书不可信"],
    not_found: ["Not found", "地址不存在"], unsupported: ["Unsupported", "不支持"], failed: ["Failed", "故障"], ended: ["Ended", "已结束"] },
  labels: { person: ["person", "行人"], bicycle: ["bicycle", "自行车"], car: ["car", "小汽车"], motorcycle: ["motorcycle", "摩托车"],
    bus: ["bus", "客车"], truck: ["truck", "货车"], motion: ["something moving", "移动物体"] },
  plateKinds: { blue: ["blue", "蓝牌"], yellow: ["yellow", "黄牌"], yellow_two_row: ["yellow, two rows", "双层黄牌"],
    green_small: ["new energy", "新能源小型"], green_large: ["new energy, large", "新能源大型"], trailer: ["trailer", "挂车"],
    learner: ["learner", "教练车"], police: ["police", "警车"], embassy: ["embassy", "使馆"], consulate: ["consulate", "领馆"],
    hong_kong: ["Hong Kong", "粤港"], macau: ["Macau", "粤澳"], unknown: ["unknown", "未知"] },
};

export class Words {
  constructor(language) { this.language = language; }

  /** The text `key` with its {places} filled in. */
  say(key, values = {}) {
    return this.#pick(TEXTS[key]).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  /** The name of a value of the API; one that this page does not know yet is shown as it came. */
  name(family, value) { return TEXTS[family][value] ? this.#pick(TEXTS[family][value]) : value; }

  values(family) { return Object.keys(TEXTS[family]); }

  age(ms) {
    const s = Math.max(0, Math.round(ms / 1000));
    if (s < 100) return this.say("ageS", { n: s });
    if (s < 6000) return this.say("ageMin", { n: Math.round(s / 60) });
    return s < 48 * 3600 ? this.say("ageH", { n: Math.round(s / 3600) }) : this.say("ageD", { n: Math.round(s / 86400) });
  }

  span(hours) { return hours < 48 ? this.say("hours", { n: hours }) : this.say("days", { n: hours / 24 }); }

  /** Local time of day, with the date when it is another day than today, and how far it may be off (s) when known. */
  time(when, error_s = null) {
    const date = new Date(when), locale = this.language === "zh" ? "zh-CN" : "en-GB";
    const day = date.toDateString() === new Date().toDateString() ? "" : `${date.toLocaleDateString(locale)} `;
    const off = error_s === null ? "" : ` ${this.say("within", { n: Math.ceil(error_s * 100 - 1e-6) / 100 })}`;
    return day + date.toLocaleTimeString(locale, { hourCycle: "h23" }) + off;
  }

  #pick(pair) { return pair[this.language === "zh" ? 1 : 0]; }
}
