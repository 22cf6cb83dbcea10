# ruff: noqa: RUF001  # Japanese has its own parentheses and spaces
"""The words of the letters that sign somebody in or confirm what they do, in the languages of the pages."""

from typing import Final

from registry.model.credentials import Purpose

_SIGN_IN: Final = {
    "en": (
        "Sign in to the opt-out registry {host}",
        (
            "Type this code on the page on which you asked for it:\n\n"
            "    {code}\n\n"
            "Or open this link in the same browser:\n\n"
            "{url}\n\n"
            "Either works once, for ten minutes. Give the code to nobody: we never ask for it. If you did not ask "
            "for this letter, do nothing: nobody can sign in with it from another browser.\n\n"
            "The opt-out registry {host}{operator}\n"
        ),
    ),
    "ja": (
        "AI学習オプトアウト登録簿（{host}）へのサインイン",
        (
            "サインインの手続きをしているページで、次のコードを入力してください。\n\n"
            "    {code}\n\n"
            "または、同じブラウザーで次のリンクを開いてください。\n\n"
            "{url}\n\n"
            "コードとリンクはいずれか1回限り、10分間有効です。コードは誰にも教えないでください。"
            "当登録簿からコードをお尋ねすることはありません。お心当たりがない場合は、何もする必要はありません。"
            "このメールを使って別のブラウザーからサインインすることはできません。\n\n"
            "AI学習オプトアウト登録簿（{host}）{operator}\n"
        ),
    ),
}
_CONFIRM: Final = {
    Purpose.DELETE_ACCOUNT: {
        "en": (
            "Code to delete your account at {host}",
            (
                "Somebody who is signed in as you asked to delete your account at {host}.\n\n"
                "If that was you, type this code on the page:\n\n    {code}\n\n"
                "If it was not, do not use the code. Sign in, and end the sessions that you do not know.\n"
            ),
        ),
        "ja": (
            "アカウント削除の確認コード（{host}）",
            (
                "{host} で、お客様のアカウントを削除する手続きが行われました。\n\n"
                "ご本人の場合は、ページで次のコードを入力してください。\n\n    {code}\n\n"
                "お心当たりがない場合は、コードを使わないでください。サインインして、"
                "見覚えのないセッションを終了してください。\n"
            ),
        ),
    },
    Purpose.ADD_ADDRESS: {
        "en": (
            "Code to add this address at {host}",
            (
                "Somebody wants to add this address to their account at {host}.\n\n"
                "If that was you, type this code on the page:\n\n    {code}\n\n"
                "If it was not, do nothing.\n"
            ),
        ),
        "ja": (
            "メールアドレス追加の確認コード（{host}）",
            (
                "{host} のアカウントに、このメールアドレスを追加する手続きが行われました。\n\n"
                "ご本人の場合は、ページで次のコードを入力してください。\n\n    {code}\n\n"
                "お心当たりがない場合は、何もする必要はありません。\n"
            ),
        ),
    },
}


_RUN_BY: Final = {"en": ", run by {operator}", "ja": "　運営：{operator}"}


def sign_in_letter(language: str, host: str, url: str, code: str, operator: str = "") -> tuple[str, str]:
    """Return subject and text; English where `language` is not one of ours. `operator` runs the registry."""
    language = language if language in _SIGN_IN else "en"
    subject, text = _SIGN_IN[language]
    run_by = _RUN_BY[language].format(operator=operator) if operator else ""
    return subject.format(host=host), text.format(url=url, code=code, host=host, operator=run_by)


def code_letter(language: str, purpose: Purpose, host: str, code: str) -> tuple[str, str]:
    """Return subject and text of the letter that confirms something; English for other languages."""
    words = _CONFIRM[purpose]
    subject, text = words.get(language, words["en"])
    return subject.format(host=host), text.format(host=host, code=code)
