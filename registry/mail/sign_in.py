# ruff: noqa: RUF001  # Japanese has its own parentheses
"""The words of the letters the registry sends about signing in, in the languages of its pages."""

from typing import Final

_SIGN_IN: Final = {
    "en": (
        "Sign in to the opt-out registry {host}",
        (
            "Open this link in the same browser in which you asked for it:\n\n"
            "{url}\n\n"
            "It works once, for ten minutes. If you did not ask for it, do nothing: nobody can sign in with this "
            "letter from another browser.\n"
        ),
    ),
    "ja": (
        "オプトアウト登録簿（{host}）へのサインイン",
        (
            "サインインを請求したのと同じブラウザーで、次のリンクを開いてください。\n\n"
            "{url}\n\n"
            "リンクは1回限り、10分間有効です。お心当たりがない場合は、何もする必要はありません。"
            "このメールを使って別のブラウザーからサインインすることはできません。\n"
        ),
    ),
}


def sign_in_letter(language: str, host: str, url: str) -> tuple[str, str]:
    """Return subject and text; English where `language` is not one of ours."""
    subject, text = _SIGN_IN.get(language, _SIGN_IN["en"])
    return subject.format(host=host), text.format(url=url)
