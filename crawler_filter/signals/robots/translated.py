"""Names of lines that a browser or a translator put into another language."""

import re
from typing import Final

from crawler_filter.signals.robots.look_alikes import PLAIN

_AGENT: Final = (
    r"使用者代理|用戶代理|사용자[- ]?에이전트|agent[- ]utilisateur|(?:be)?nutzer-?agent"
    r"|agente?[- ](?:de[- ]|del[- ]|do[- ])?(?:usuario|usu\u00e1rio|utilizador|utente)|gebruikers-?agent|"
    + "агент[- ]пользователя|юзер-агент".translate(PLAIN)
)
_DISALLOW: Final = (
    r"不允許|拒絕|拒绝|拒否|クロ-ル禁止|ブロック|금지|차단|거부|허용 ?(?:안 ?함|하지 ?않음)"
    r"|interdi(?:re|t)|refuser|ne pas autoriser|verbieten|verboten"
    r"|nicht[- ](?:zulassen|zugelassen|erlauben|erlaubt)"
    r"|sperren|no[- ]permit(?:ir|ido)|prohibir|rechazar|denegar|non[- ]consent(?:ire|ito)|vietare|negare"
    r"|n[\u00e3a]o[- ]permit(?:ir|ido)|proibir|niet[- ]toestaan|weigeren|"
    + "запретить|запрещено|запрет".translate(PLAIN)
)
TRANSLATED: Final = re.compile(rf"(?:(?P<AGENT>{_AGENT})|(?P<DISALLOW>{_DISALLOW}))\s*[:=]\s*", re.IGNORECASE)
"""The beginning of such a line, once look-alikes are taken for the letters that they are like."""
