"""Names of lines that a browser or a translator put into another language."""

import re
from typing import Final

from crawler_filter.signals.robots.look_alikes import PLAIN

_AGENT: Final = (
    r"使用者代理|用戶代理|사용자[- ]?에이전트|agent[- ]utilisateur|(?:be)?nutzer-?agent"
    r"|agente?[- ](?:de[- ]|del[- ]|do[- ])?(?:usuario|usu\u00e1rio|utilizador|utente)|gebruikers-?agent"
    r"|kullanici[- ]aracisi|agent[- ]u\u017cytkownika|agen[- ]pengguna"
    r"|u\u017eivatelsk\u00fd[- ]agent"
    r"|anv\u00e4ndaragent|t\u00e1c nh\u00e2n ng\u01b0\u1eddi d\u00f9ng|felhaszn\u00e1l\u00f3i \u00fcgyn\u00f6k"
    r"|\u0627\u0644\u0645\u0633\u062a\u062e\u062f\u0645|" + "агент[- ]пользователя|юзер-агент".translate(PLAIN)
)
_DISALLOW: Final = (
    r"不允許|拒絕|拒绝|拒否|クロ-ル禁止|ブロック|금지|차단|거부|허용 ?(?:안 ?함|하지 ?않음)"
    r"|interdi(?:re|t)|refuser|ne pas autoriser|verbieten|verboten"
    r"|nicht[- ](?:zulassen|zugelassen|erlauben|erlaubt)"
    r"|sperren|no[- ]permit(?:ir|ido)|prohibir|rechazar|denegar|non[- ]consent(?:ire|ito)|vietare|negare"
    r"|n[\u00e3a]o[- ]permit(?:ir|ido)|proibir|niet[- ]toestaan|weigeren|izin[- ]verme|engelle|nie[- ]zezwalaj"
    r"|zabro\u0144|larang|jangan izinkan|tidak mengizinkan"
    r"|zak\u00e1zat|nepovolit|till\u00e5t inte|neka|kh\u00f4ng cho ph\u00e9p|tiltott"
    r"|\u0644\u0627 \u062a\u0633\u0645\u062d|" + "запретить|запрещено|запрет".translate(PLAIN)
)
TRANSLATED: Final = re.compile(rf"(?:(?P<AGENT>{_AGENT})|(?P<DISALLOW>{_DISALLOW}))\s*[:=]\s*", re.IGNORECASE)
"""The beginning of such a line, once look-alikes are taken for the letters that they are like."""
