"use strict";
// The fingerprints of a text (docs/formats/text.md) in a worker: the numbers that crawler_filter computes, no upload.
// In: a File or a string. Out: { scope, length }, the value to declare and how many letters it stands for, or { failed }.
// Hashes are pairs of 32-bit halves, because arithmetic on BigInt is many times slower.

const MAX_TEXT = 1 << 22;
const MIN_TEXT = 10;
const MIN_FINGERPRINTS = 3;
const MAX_FINGERPRINTS = 32768;
const USUAL = { k: 24, w: 16, shortest: 60 };
const SHORT_CJK = { k: 16, w: 8, shortest: 40 };
const LONGEST_SHORT = 2048;
const FIRST_CJK = 0x3041;

const OPENING = /<(script|style|template|rt|rp)(?![0-9A-Za-z:-])[^<>]*>|<!--/gi;
const READING_END = /<\/r[tp][^<>]*>|(?=<\/?(?:ruby|rb|rt|rp|rtc)(?![0-9A-Za-z-]))/gi;
const CLOSING = {
  script: /<\/script[^<>]*>/gi, style: /<\/style[^<>]*>/gi, template: /<\/template[^<>]*>/gi,
  rt: READING_END, rp: READING_END, comment: /-->/g,
};
// What stands around the text on every page of a site. An author registers none of it, and it may be looked up.
const MAIN = /<(main)(?![0-9A-Za-z-])[^<>]*>|<([a-z]+)\s(?=[^<>]{0,400}role=["']?main\b)[^<>]*>/gi;
const ARTICLE = /<(article)(?![0-9A-Za-z-])[^<>]*>/gi;
const AROUND = new RegExp(
  "<(nav|header|footer|aside|form|noscript|dialog|button|select|symbol)(?![0-9A-Za-z-])[^<>]*>"
  + "|<(div|ul|ol|dl|table|section|p)\\s(?=[^<>]{0,400}"
  + "(?:role=[\"']?(?:navigation|banner|contentinfo|complementary|search|doc-(?:index|toc|bibliography))\\b"
  + "|epub:type=[\"'](?:[^\"'<>]{0,200}\\s)?(?:index|toc|bibliography|landmarks|page-list)[\\s\"']"
  + "|(?:class|id)=[\"'](?:[^\"'<>]{0,200}[\\s_-])?"
  + "(?:nav|navbar|navigation|navheader|navfooter|navpath|menu|sidebar|sphinxsidebar|breadcrumbs?|footer|cookies?|comments?"
  + "|respond|related|share|toc|bibliography|reflist|printindex|indextable|genindextable|index-(?:cp|fn|ky|pg|tp|vr)"
  + "|consent|gdpr|cky|cmplz|borlabs|cli-(?:modal|bar)|onetrust-[a-z-]{1,40}|sharedaddy|sharing|shariff|addtoany|jp-post-flair"
  + "|newsletter|subscribe|disclosure|disclaimer|copyright|pagination|bibliographical_information|notation_notes"
  + "|widget_(?:archive|calendar|categories|links|meta|nav_menu|pages|recent_comments|recent_entries|rss|search|tag_cloud))"
  + "[\\s\"'_-]))[^<>]*>",
  "gi",
);
const PARAGRAPH = /<p(?![0-9A-Za-z-])/gi;
const FEWEST_PARAGRAPHS = 2;
const LEVELS = 3;
const LIST = /<(ul|ol)(?![0-9A-Za-z-])[^<>]*>/gi;
const LINK = /<(\/?)a(?![0-9A-Za-z-])[^<>]*>/gi;
const FEWEST_LINKS = 3;
const MOSTLY = 0.75;
const BLANKS = /[ \t\r\n\f]+/g;
const LEAST_MAIN = 10;
const TAG = /<\/?[A-Za-z!?][^<>]*>/g;
const REFERENCE = /&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][0-9A-Za-z]{1,31}));?/g;
const AOZORA = /《[\u3041-\u30ff\u3000 ]*》|［＃[^［］\n]*］/g;
const ARABIC_WORDS = /[\ufdf0-\ufdfb]+/g;
const OVERLONG_MARKS = /([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu;
const NEITHER_LETTER_NOR_DIGIT = /[^\p{L}\p{N}]+/gu;

// The names of HTML 4 for letters and digits, each list from a code point on. All other names are as good as a space.
const NAMES = new Map();
for (const [first, names] of [
  [0xaa, "ordf"], [0xb2, "sup2 sup3"], [0xb5, "micro"], [0xb9, "sup1 ordm"], [0xbc, "frac14 frac12 frac34"],
  [0xc0, "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml"],
  [0xd0, "ETH Ntilde Ograve Oacute Ocirc Otilde Ouml"],
  [0xd8, "Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig"],
  [0xe0, "agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml"],
  [0xf0, "eth ntilde ograve oacute ocirc otilde ouml"],
  [0xf8, "oslash ugrave uacute ucirc uuml yacute thorn yuml"],
  [0x152, "OElig oelig"], [0x160, "Scaron scaron"], [0x178, "Yuml"], [0x192, "fnof"], [0x2c6, "circ"],
  [0x391, "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho"],
  [0x3a3, "Sigma Tau Upsilon Phi Chi Psi Omega"],
  [0x3b1, "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"],
  [0x3c2, "sigmaf sigma tau upsilon phi chi psi omega"], [0x3d1, "thetasym upsih"], [0x3d6, "piv"],
  [0x2111, "image"], [0x211c, "real"], [0x2122, "trade"], [0x2135, "alefsym"],
]) names.split(" ").forEach((name, i) => NAMES.set(name, first + i));

// Lower case is full case folding but for these, which fold as their capitals do, and Cherokee, which folds upwards.
const FOLDED_OTHERWISE = new RegExp(
  "[ßǰ\\u0345ΐΰς\\u1c80-\\u1c88\\u1e96-\\u1e99\\u1f50\\u1f52\\u1f54\\u1f56\\u1f80-\\u1f87\\u1f90-\\u1f97"
  + "\\u1fa0-\\u1fa7\\u1fb2-\\u1fb4\\u1fb6\\u1fb7\\u1fc2-\\u1fc4\\u1fc6\\u1fc7\\u1fd2\\u1fd6\\u1fd7"
  + "\\u1fe2\\u1fe4\\u1fe6\\u1fe7\\u1ff2-\\u1ff4\\u1ff6\\u1ff7]",
  "g",
);
const CHEROKEE = /[\u13f8-\u13fd\uab70-\uabbf]/g;

const firstCodePoints = (text, count) => {
  if (text.length <= count) return text;
  let at = 0;
  for (let taken = 0; taken < count && at < text.length; taken++) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return text.slice(0, at);
};

const withoutHiddenElements = (text) => {
  const unclosed = new Set();
  let kept = "", start = 0, opening;
  for (OPENING.lastIndex = 0; (opening = OPENING.exec(text));) {
    const kind = (opening[1] ?? "comment").toLowerCase();
    if (unclosed.has(kind)) continue;
    CLOSING[kind].lastIndex = OPENING.lastIndex;
    const closing = CLOSING[kind].exec(text);
    if (!closing) {
      unclosed.add(kind);
      continue;
    }
    kept += text.slice(start, opening.index);
    start = OPENING.lastIndex = closing.index + closing[0].length;
  }
  return kept + text.slice(start);
};

const endOf = (name, text, start) => {
  const tags = new RegExp(`<(/?)${name}(?![0-9A-Za-z-])[^<>]*>`, "gi");
  tags.lastIndex = start;
  for (let depth = 1, tag; (tag = tags.exec(text));) {
    depth += tag[1] ? -1 : 1;
    if (!depth) return tags.lastIndex;
  }
  return null;
};

const elements = (text, opens) => {
  const unclosed = new Set(), found = [];
  let at = 0, opening;
  while ((opens.lastIndex = at, opening = opens.exec(text))) {
    const name = (opening[1] ?? opening[2]).toLowerCase();
    const after = opening.index + opening[0].length;
    const end = unclosed.has(name) ? null : endOf(name, text, after);
    if (end === null) unclosed.add(name);
    else found.push([opening.index, end]);
    at = end ?? after;
  }
  return found;
};

const between = (found, text) => {
  const ends = [0, ...found.map(([, end]) => end)], starts = [...found.map(([start]) => start), text.length];
  return ends.map((end, index) => text.slice(end, starts[index]));
};

const paragraphs = (text) => (text.match(PARAGRAPH) ?? []).length;

// Of what has most paragraphs in it, however it is named, only what stands in it is kept.
const withoutFurniture = (text, levels = LEVELS) => {
  const found = elements(text, AROUND), [first, ...after] = between(found, text);
  const most = found.length && levels ? Math.max(FEWEST_PARAGRAPHS, paragraphs(text) / 2) : 0;
  return first + found.map(([start, end], index) => {
    const isMost = most && paragraphs(text.slice(start, end)) > most;
    const inside = isMost ? withoutFurniture(text.slice(text.indexOf(">", start) + 1, end), levels - 1) : "";
    return inside + after[index];
  }).join("");
};

const lengthOf = (text) => Array.from(text.replace(TAG, "").replace(BLANKS, "")).length;

// Whether most letters of a list stand in links, of which there are some.
const isMenu = (element) => {
  let links = 0, linked = 0, start = null;
  for (const tag of element.matchAll(LINK)) {
    if (start !== null) {
      links += 1;
      linked += lengthOf(element.slice(start, tag.index));
    }
    start = tag[1] ? null : tag.index + tag[0].length;
  }
  return links >= FEWEST_LINKS && linked >= MOSTLY * lengthOf(element);
};

const mainContent = (text) => {
  const main = elements(text, MAIN), inner = main.length ? main : elements(text, ARTICLE);
  const parts = inner.length ? inner : [[0, text.length]];
  const own = parts.map(([start, end]) => withoutFurniture(text.slice(start, end))).join("");
  const menus = elements(own, LIST).filter(([start, end]) => isMenu(own.slice(start, end)));
  return between(menus, own).join("");
};

// What stands around a book in plain text: frames of libraries, and a register at its end. crawler_filter/fingerprints/book_frames.py.
const BEGINS = new RegExp(
  String.raw`(?:^|\n)[ \t]{0,8}\*{3} ?START OF (?:THE|THIS) PROJECT GUTENBERG EBOOK[^\n]*\n`
  + String.raw`(?:[ \t\r]*\n){0,8}(?:Produced by [^\n]+\n(?:[^\r\n]+\r?\n){0,8})?`,
  "i",
);
const ENDS = /\n[ \t]{0,8}(?:\*{3} ?END OF (?:THE|THIS) PROJECT GUTENBERG EBOOK|End of (?:the )?Project Gutenberg)/i;
const SIGNS = /(?:^|\n)-{20,90}\r?\n【テキスト中に現れる記号について】[^\0]{0,3000}?\n-{20,90}(?=\r?\n)/gu;
const ORIGIN = /\n(?:［＃本文終わり］|(?:(?:翻訳の)?底本(?:・初出)?|定本)[：:][^\0]{0,2000}?\n(?:テキスト)?(?:入力|校正)者?[：:])/u;
const REGISTER = new RegExp(
  String.raw`^[ \t\u3000]{0,8}[■◆●□◇○【〔\[=*#-]{0,4}[ \t\u3000]{0,2}`
  + "(?:(?:人名|事項|用語)?索引|(?:主要|主な)?(?:参考|引用)(?:文献|資料|図書)(?:一覧)?|文献(?:一覧|目録)|(?:好評)?既刊(?:一覧|案内|書)?|奥付"
  + "|(?:general |subject )?index|(?:selected )?bibliography|works cited|references|further reading"
  + String.raw`|also by [^\r\n]{1,40}|by the same author)`
  + String.raw`[ \t\u3000]{0,2}[■◆●□◇○】〕\]=*#:-]{0,4}[ \t\r\u3000]{0,8}$`,
  "i",
);
const ENTRY = /^(?=[^0-9０-９]{0,100}[0-9０-９])[^\r\n]{1,100}\r?$/u;
const EMPTY = /^[ \t\r\u3000]*$/;
const MOST_HEADINGS = 16;

const isRegister = (lines) => {
  const said = lines.filter((line) => !EMPTY.test(line));
  return said.length > 3 && 5 * said.filter((line) => ENTRY.test(line)).length >= 3 * said.length;
};

const withoutRegister = (text) => {
  const lines = text.split("\n");
  let headings = 0;
  for (let at = Math.ceil(lines.length / 2); at < lines.length && headings < MOST_HEADINGS; at++) {
    if (!REGISTER.test(lines[at])) continue;
    headings++;
    if (isRegister(lines.slice(at + 1))) return lines.slice(0, at).join("\n");
  }
  return text;
};

const withoutFrame = (text) => {
  const begins = BEGINS.exec(text);
  if (begins) text = text.slice(begins.index + begins[0].length);
  const ends = ENDS.exec(text);
  text = (ends ? text.slice(0, ends.index) : text).replace(SIGNS, "");
  const origin = ORIGIN.exec(text);
  return withoutRegister(origin ? text.slice(0, origin.index) : text);
};

const referenced = (_, decimal, hexadecimal, name) => {
  const code = name ? NAMES.get(name) ?? 0 : decimal ? parseInt(decimal, 10) : parseInt(hexadecimal, 16);
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
  return isCharacter ? String.fromCodePoint(code) : " ";
};

const withoutMarkup = (text) =>
  withoutHiddenElements(text).replace(TAG, "").replace(REFERENCE, referenced).replace(AOZORA, "");

// What a layout adds to an author's words: readings of kanji, and the times of subtitles. §1a of docs/formats/text.md.
const KANJI = "\\u3005-\\u3007\\u303b\\u3400-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}\\u30f6";
const KANA = "\\u3041-\\u30ff\\uff66-\\uff9f\\u3000 ";
const OPEN = "(（《≪〈⟪⟨‹«<＜\\[［〔{｛【", CLOSE = ")）》≫〉⟫⟩›»>＞\\]］〕}｝】";
const EMPHASIS = /《《([^《》\n]{1,80})》》/gu;
const PIXIV = /\[\[rb:([^\]>＞\n]{1,80})[>＞][^\]\n]{0,80}\]\]/gu;
const DENDEN = new RegExp(`(?<![{｛])[{｛](?![ \\t\\u3000])(?=[^{}｛｝|｜\\n]{0,39}[${KANJI}]`
  + `|[^{}｛｝|｜\\n]{1,40}[|｜][\\u3041-\\u30ff][|｜${KANA}]{0,79}[}｝])([^{}｛｝|｜\\n]{1,40})[|｜][^{}｛｝\\n]{1,80}[}｝]`, "gu");
const BARRED = new RegExp(`[|｜]([^|｜ \\t\\u3000\\n${OPEN}${CLOSE}]{1,40})[${OPEN}][^\\n${OPEN}${CLOSE}]{1,60}[${CLOSE}]`, "gu");
const READING = new RegExp(`(?<=[${KANJI}])[ \\u3000]?[${OPEN}]{1,2}[${KANA}]{1,40}[${CLOSE}]{1,2}`, "gu");
const ANNOTATION = /\ufff9([^\ufff9-\ufffb\n]{1,80})\ufffa[^\ufff9-\ufffb\n]{0,80}\ufffb/gu;
const COMMAND = new RegExp([
  String.raw`\\(?:ruby|kana|furigana|kanji|rubi)\*?(?:\[[^\[\]\n]{0,20}\])?\{([^{}\n]{1,80})\}\{[^{}\n]{1,80}\}`,
  String.raw`\{\{[<%]?[ \t]{0,3}(?:ruby|ruby-ja|r|読み仮名|ふりがな|ruby2)(?:\||[ \t]{1,3}")([^{}|"\n]{1,80})(?:\||"[ \t]{1,3}")`
    + String.raw`[^{}|"\n]{0,80}"?[ \t]{0,3}[>%]?\}\}`,
  String.raw`\[ruby[= ][^\[\]\n]{1,80}\]([^\[\]\n]{1,80})\[\/ruby\]`,
  String.raw`\[rb\]([^\[\]\n]{1,80})\[\/rb\]\[rt\][^\[\]\n]{0,80}\[\/rt\]`,
  String.raw`\\r[ub]?b?\[([^\[\],\n]{1,80}),[^\[\]\n]{1,80}\]`,
  String.raw`\[([^\[\]\n]{1,40})\](?:\^?[(\{][${KANA}]{1,40}[)\}])`,
].join("|"), "giu");
const BEFORE = /\[ruby[= ](?:text=|char=[0-9][ \t])?[^[\]\n]{1,80}\]/giu;
const TIME = "[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:[.,:][0-9]{1,3})?";
const BOTH_TIMES = `${TIME}[ \\t]{0,3}(?:-->|[,;~–-])[ \\t]{0,3}${TIME}`;
const CUE = new RegExp(`^[ \\t]{0,3}(?:${TIME}[ \\t]{0,3}-->[ \\t]{0,3}${TIME}(?:[ \\t][^\\n]{0,200})?`
  + `|${BOTH_TIMES}[ \\t]{0,3}|${TIME}[ \\t]{0,3})$`, "u");
const CUE_BEFORE = new RegExp(`^[ \\t]{0,3}${BOTH_TIMES}[ \\t]{0,3}[,;|]`, "u");
const PLACED = /\{\\[^{}\n]{0,400}\}/gu;
const TAGGED_TIME = new RegExp(`[\\[<(（](?:${BOTH_TIMES}|${TIME})[\\]>)）]`, "gu");
const COUNTER = /^\ufeff?[ \t]{0,3}[0-9]{1,6}[ \t]{0,3}$/u;
const HEADING = /^\ufeff?(?:WEBVTT|NOTE|STYLE|REGION|Kind:|Language:|X-TIMESTAMP-MAP)(?:[ =:\t][^\n]*)?$/u;
const LRC_TAG = /^\ufeff?\[(?:ar|ti|al|au|by|re|ve|la|id|offset|length|tool|lr|#):[^\]\n]{0,200}\][ \t]{0,3}$/i;
const SPOKEN = /^Dialogue:[ \t]{0,3}(?:[^,\n]{0,80},){9}([^\n]*)$/u;
const ASS_CODE = /\{[^{}\n]{0,400}\}|\\[Nnh]/gu;
const FEW_TIMES = 3;
const BLANK = /^\s*$/;

const IS_ASCII = /^[\x00-\x7f]*$/;

const withoutFurigana = (text) => IS_ASCII.test(text) ? text : text.replace(EMPHASIS, "$1").replace(PIXIV, "$1")
  .replace(COMMAND, (...found) => found.slice(1, 7).find((group) => group)).replace(BEFORE, "")
  .replace(DENDEN, "$1").replace(BARRED, "$1").replace(ANNOTATION, "$1").replace(READING, "");

const withoutTimes = (text) => {
  const lines = text.split(/\r\n?|\n/);
  const isTimed = (line) => CUE.test(line) || line.search(TAGGED_TIME) >= 0 || SPOKEN.test(line)
    || CUE_BEFORE.test(line);
  if (lines.filter(isTimed).length < FEW_TIMES) return text;
  const spoken = lines.map((line) => SPOKEN.exec(line)).filter((match) => match);
  if (spoken.length) return spoken.map((match) => match[1].replace(ASS_CODE, " ")).join("\n");
  return lines.filter((line, i) => {
    const following = lines[i + 1] ?? "";
    const isName = following.includes("-->") && CUE.test(following)
      && (COUNTER.test(line) || BLANK.test(lines[i - 1] ?? ""));
    return !(isName || CUE.test(line) || HEADING.test(line) || LRC_TAG.test(line));
  }).map((line) => line.replace(CUE_BEFORE, "").replace(TAGGED_TIME, "").replace(PLACED, "")).join("\n");
};

const authored = (text) => withoutTimes(withoutFurigana(text));

const caseFolded = (text) => text.toLowerCase()
  .replace(FOLDED_OTHERWISE, (letter) => letter.toUpperCase().toLowerCase())
  .replace(CHEROKEE, (letter) => String.fromCharCode(letter.charCodeAt(0) - (letter < "\uab70" ? 8 : 0x97d0)));

const normalise = (text) => {
  const plain = withoutMarkup(firstCodePoints(text, MAX_TEXT));
  const composed = plain.replace(ARABIC_WORDS, "").replace(OVERLONG_MARKS, "$1").normalize("NFKC");
  return firstCodePoints(caseFolded(composed).replace(NEITHER_LETTER_NOR_DIGIT, ""), MAX_TEXT);
};

// Arithmetic modulo 2 ** 64. The product is left in `high` and `low`.
let high = 0, low = 0;
const multiply = (aHigh, aLow, bHigh, bLow) => {
  const a0 = aLow & 0xffff, a1 = aLow >>> 16, b0 = bLow & 0xffff, b1 = bLow >>> 16;
  const p00 = Math.imul(a0, b0) >>> 0, p01 = Math.imul(a0, b1) >>> 0, p10 = Math.imul(a1, b0) >>> 0;
  const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  const carried = (Math.imul(a1, b1) >>> 0) + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16);
  high = (carried + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) >>> 0;
  low = ((middle << 16) | (p00 & 0xffff)) >>> 0;
};
const BASE = [0x9e3779b9, 0x7f4a7c15];

const mix = () => {
  let h = high, l = low;
  multiply(h ^ (h >>> 30), l ^ ((l >>> 30) | (h << 2)), 0xbf58476d, 0x1ce4e5b9);
  h = high; l = low;
  multiply(h ^ (h >>> 27), l ^ ((l >>> 27) | (h << 5)), 0x94d049bb, 0x133111eb);
  h = high; l = low;
  high = (h ^ (h >>> 31)) >>> 0;
  low = (l ^ ((l >>> 31) | (h << 1))) >>> 0;
};

const kgramHashes = (codes, k) => {
  const count = Math.max(codes.length - k + 1, 0);
  const highs = new Uint32Array(count), lows = new Uint32Array(count);
  high = 0; low = 1;
  for (let i = 1; i < k; i++) multiply(high, low, ...BASE);
  const leadHigh = high, leadLow = low;
  let sumHigh = 0, sumLow = 0;
  for (let i = 0; i < codes.length; i++) {
    if (i >= k) {
      multiply(leadHigh, leadLow, 0, codes[i - k]);
      sumHigh = (sumHigh - high - (sumLow < low ? 1 : 0)) >>> 0;
      sumLow = (sumLow - low) >>> 0;
    }
    multiply(sumHigh, sumLow, ...BASE);
    const total = low + codes[i];
    sumHigh = (high + (total > 0xffffffff ? 1 : 0)) >>> 0;
    sumLow = total >>> 0;
    if (i < k - 1) continue;
    high = sumHigh; low = sumLow;
    mix();
    highs[i - k + 1] = high;
    lows[i - k + 1] = low;
  }
  return { highs, lows, count };
};

// The minima of all windows, distinct and ascending. `queue` holds the places that may become one, smallest first.
const winnow = ({ highs, lows, count }, w) => {
  const width = Math.min(w, count), queue = new Int32Array(count), minima = [];
  const isLess = (a, b) => highs[a] < highs[b] || (highs[a] === highs[b] && lows[a] < lows[b]);
  let head = 0, tail = 0, last = -1;
  for (let i = 0; i < count; i++) {
    while (tail > head && !isLess(queue[tail - 1], i)) tail--;
    queue[tail++] = i;
    if (queue[head] <= i - width) head++;
    if (i < width - 1 || queue[head] === last) continue;
    last = queue[head];
    minima.push((BigInt(highs[last]) << 32n) | BigInt(lows[last]));
  }
  return BigUint64Array.from(minima).sort().filter((value, i, all) => i === 0 || value !== all[i - 1]);
};

const base64 = (values) => {
  const bytes = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => bytes.setBigUint64(8 * i, value, true));
  let binary = "";
  for (let i = 0; i < bytes.byteLength; i++) binary += String.fromCharCode(bytes.getUint8(i));
  return btoa(binary);
};

const hexOfSha256 = async (text) => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const excerpts = (codes) => {
  const isCjk = 2 * codes.reduce((count, code) => count + (code >= FIRST_CJK), 0) >= codes.length;
  let { k, w, shortest } = isCjk && codes.length <= LONGEST_SHORT ? SHORT_CJK : USUAL;
  if (codes.length < shortest) return null;
  const hashes = kgramHashes(codes, k);
  let values = winnow(hashes, w);
  while (values.length > MAX_FINGERPRINTS) values = winnow(hashes, w *= 2);
  return values.length < MIN_FINGERPRINTS ? null : `win1-${k}-${w}:${base64(values)}`;
};

const normalOfWork = (text) => {
  const main = text.includes("</") ? mainContent(text) : withoutFrame(text), normal = normalise(authored(main));
  if (main === text) return { normal, left: 0 };
  const whole = normalise(authored(text)), letters = Array.from(normal).length, all = Array.from(whole).length;
  return LEAST_MAIN * letters >= all ? { normal, left: all - letters } : { normal: whole, left: 0 };
};

const textScope = async (text) => {
  if (firstCodePoints(text, MAX_TEXT).length < text.length) throw new RangeError("too-long");
  const { normal, left } = normalOfWork(text);
  const codes = Uint32Array.from(normal, (character) => character.codePointAt(0));
  if (codes.length < MIN_TEXT) throw new RangeError("too-short");
  return { scope: excerpts(codes) ?? `sha256-norm1:${await hexOfSha256(normal)}`, length: codes.length, left };
};

// The encodings that crawler_filter/files/charset.py reads, by the same rules: a mark decides, then UTF-16 by its zeros,
// ISO-2022-JP by its escapes, UTF-8, what the first bytes declare, and of what else fits the one with the most kana.
const MARKS = [[[0xef, 0xbb, 0xbf], "utf-8"], [[0xff, 0xfe], "utf-16le"], [[0xfe, 0xff], "utf-16be"]];
const COMMON = ["shift_jis", "euc-jp", "gb18030", "big5", "euc-kr"];
const MAX_GUESSED = 1 << 21;
const JUDGED_BY = 1024;
const MOSTLY_KANA = 0.15;
const IN_TEXTS = new RegExp(
  "[\\t\\n\\r -~\\xa0-\\u024f\\u0370-\\u052f\\u05d0-\\u06ff\\u0900-\\u0dff\\u0e00-\\u0e7f\\u2010-\\u203b\\u2460-\\u24ff"
  + "\\u25a0-\\u2606\\u3000-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3\\uff01-\\uffee\\u{1f300}-\\u{1faff}\\u{20000}-\\u{3ffff}]",
  "gu",
);
const ISO_2022_JP = /\x1b\$[@B]/;
const DECLARED = /(?:charset|encoding)\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})/i;

const count = (text, pattern) => (text.match(pattern) ?? []).length;

const decoded = (bytes, encoding) => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

const utf16Order = (bytes) => {
  const head = bytes.subarray(0, Math.min(JUDGED_BY, bytes.length & ~1));
  if (head.length < 16 || !head.some((byte) => byte < 9)) return null;
  const judged = ["utf-16le", "utf-16be"].map((encoding) => {
    const text = new TextDecoder(encoding).decode(head);
    return { encoding, likely: count(text, IN_TEXTS) / [...text].length, ascii: count(text, /[ -~]/g) };
  });
  const [best] = judged.sort((one, other) => other.likely - one.likely || other.ascii - one.ascii);
  return best.likely >= 0.95 ? best.encoding : null;
};

const hasManyZeros = (bytes) => {
  const head = bytes.subarray(0, JUDGED_BY);
  return 8 * head.reduce((sum, byte) => sum + (byte < 9), 0) >= head.length;
};

const kanaShare = (text) => count(text, /[\u3041-\u30ff]/g) / Math.max(count(text, /[^\x00-\x7f]/g), 1);

const declaredIn = (bytes) => {
  const [, label] = DECLARED.exec(new TextDecoder("latin1").decode(bytes.subarray(0, JUDGED_BY))) ?? [];
  try {
    return label && new TextDecoder(label).decode(bytes);
  } catch {
    return null;
  }
};

const guessed = (bytes, order) => {
  if (bytes.length > MAX_GUESSED) return null;
  const fitting = [...COMMON, ...(order ? [order] : [])].map((encoding) => decoded(bytes, encoding)).filter((text) => text !== null);
  const [best] = fitting.sort((one, other) => kanaShare(other) - kanaShare(one));
  return best !== undefined && kanaShare(best) >= MOSTLY_KANA ? best : null;
};

const textIn = (bytes) => {
  const mark = MARKS.find(([octets]) => octets.every((octet, at) => bytes[at] === octet));
  if (mark) return new TextDecoder(mark[1]).decode(bytes);
  const order = utf16Order(bytes);
  if (order && hasManyZeros(bytes)) return new TextDecoder(order).decode(bytes);
  const plain = decoded(bytes, "utf-8");
  const escaped = plain !== null && ISO_2022_JP.test(plain) ? decoded(bytes, "iso-2022-jp") : null;
  if (escaped !== null && kanaShare(escaped) >= MOSTLY_KANA) return escaped;
  const text = plain ?? declaredIn(bytes) ?? guessed(bytes, order);
  if (text === null || text === undefined || escaped !== null) throw new RangeError("encoding-unknown");
  return text;
};

const textOf = async (file) => textIn(new Uint8Array(await file.arrayBuffer()));

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(await textScope(typeof data === "string" ? data : await textOf(data)));
  } catch (error) {
    self.postMessage({ failed: error instanceof RangeError ? error.message : String(error) });
  }
};
