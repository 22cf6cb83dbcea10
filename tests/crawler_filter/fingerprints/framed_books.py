# ruff: noqa: RUF001 - full-width marks are what is tested
"""Plain books in the frames of libraries, and with registers at their ends."""

GUTENBERG = """The Project Gutenberg EBook of {title}, by {author}

This eBook is for the use of anyone anywhere at no cost and with
almost no restrictions whatsoever.  You may copy it, give it away.

Title: {title}

*** START OF THIS PROJECT GUTENBERG EBOOK {title} ***

Produced by An Anonymous Volunteer
and David Widger

{words}
*** END OF THIS PROJECT GUTENBERG EBOOK {title} ***

Updated editions will replace the previous one--the old editions will be renamed.
Creating the works from print editions not protected by U.S. copyright
law means that no one owns a United States copyright in these works,
so the Foundation (and you!) can copy and distribute it in the United
States without permission and without paying copyright royalties.
"""
AOZORA = """{title}
{author}

-------------------------------------------------------
【テキスト中に現れる記号について】

《》：ルビ
（例）暮方《くれがた》

［＃］：入力者注　主に外字の説明や、傍点の位置の指定
　　　（数字は、JIS X 0213の面区点番号、または底本のページと行数）
-------------------------------------------------------

{words}


底本：「{title}全集　第一巻」岩波書店
　　　1995（平成7）年11月8日発行
入力：平山誠、野口英司
校正：もりみつじゅんじ
青空文庫作成ファイル：
このファイルは、インターネットの図書館で作られました。入力、校正、制作にあたったのは、ボランティアの皆さんです。
"""
TRANSLATED = """{title}
{author}

{words}


［＃本文終わり］
翻訳の底本：A Golden Argosy
※この翻訳は「クリエイティブ・コモンズ 表示 2.1 日本 ライセンス」によって公開されています。
上記のライセンスに従って、訳者に断りなく自由に利用・複製・再配布することができます。
青空文庫収録ファイル：
このファイルは、著作権者自らの意思により、インターネットの図書館、青空文庫に収録されています。
"""
EARLY = """{title}
{author}

{words}

底本・初出：「新青年　第五巻第十號」博文館
　　　1924（大正13）年
※底本のコピーは、推理小説研究家にご提供頂きました。底本は総ルビでしたが、振り仮名の一部を省きました。
テキスト入力者：小林徹
校正者：林幸雄
青空文庫公開：1999年1月
"""
INDEX = "{words}\nINDEX\n\n" + "".join(
    f"{word}, {at * 3}, {at * 7}\n"
    for at, word in enumerate(
        [
            "abbey",
            "Abraham",
            "absolution",
            "abstinence",
            "academies",
            "Adam",
            "adultery",
            "Africa",
            "age",
            "agriculture",
            "Alexander",
            "Alexandria",
            "alms",
        ]
    )
)
BACK = "{words}\n【既刊一覧】\n" + "".join(
    f"『星の{name}』第{at}巻 定価{600 + at}円（税込）\n"
    for at, name in enumerate(["砂漠", "渚", "牢獄", "歌", "影", "都", "門", "庭", "声", "鏡"])
)
FRAMES = {
    "Project Gutenberg": GUTENBERG,
    "Aozora Bunko": AOZORA,
    "Aozora Bunko, a translation": TRANSLATED,
    "Aozora Bunko, an early file": EARLY,
    "an index": INDEX,
    "a list of books": BACK,
}


def framed(frame: str, words: str) -> str:
    """Return the words of a book in a frame, which begins otherwise in each."""
    return frame.format(title=words[:12].strip(), author=words[-12:].strip(), words=words)
