"use strict";
// What is read of one work in the browser: its digest, and what copies of it are found by. Of a comic that is every page,
// of a book its pictures and its text, of a long text its parts. Of PDFs, films and sound only the exact file is covered.

const PICTURE = /\.(jpe?g|png|gif|webp|avif|bmp)$/i;
const PAGES = /\.(xhtml|html?)$/i;
const COMIC = /\.cbz$/i;
const ARCHIVE = /\.zip$/i;
const BOOK = /\.epub$/i;
const TEXT = /\.(txt|text|md|markdown|mkd|html?|xhtml|org|rst|adoc|asciidoc|textile|wiki|mediawiki|fountain|ink|twee|srt|vtt|ass|ssa|sbv|ttml|dfxp|lrc|smi|sami)$/i;
// Files with more than words in them, most of which crawler-filter reads.
const WRITTEN = /\.(fdx|fodt|docbook|dbk|tex|ltx|latex|fb2|musicxml|i?ly|abc|ust|rpy|ks|pot?|sub|yarn|rtf)$/i;
const AROUND = /(^|\/)(nav|toc|contents|copyright|colophon|imprint|titlepage|title-page|cover|okuduke|p-toc|p-colophon|p-titlepage)\.[^/]*$/i;
const HIDDEN = /(^|\/)(__MACOSX\/|\.)/;
const WHOLE_ONLY = /\.(cbr|cb7|rar|7z|pdf|mobi|azw3?|psd|clip|kra|mp4|m4v|mov|mkv|webm|avi|mp3|flac|wav)$/i;
const PART = 3 << 20;  // letters of a long text that become one fingerprint: what winnow.js takes, with room to spare
const TYPES = { jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", gif: "image/gif", webp: "image/webp", avif: "image/avif", bmp: "image/bmp" };

export const kindOf = ({ name, type }) => {
  if (BOOK.test(name)) return "book";
  if (COMIC.test(name)) return "comic";
  if (ARCHIVE.test(name)) return "archive";
  if (WRITTEN.test(name)) return "other";
  if (WHOLE_ONLY.test(name) || /^(video|audio)\/|pdf$/.test(type)) return "whole";
  if (type.startsWith("image/") || PICTURE.test(name)) return "picture";
  return TEXT.test(name) || /^text\/(plain|html|markdown)$/.test(type) ? "text" : "other";
};

// Workers that are kept, one for each script, so that thousands of files do not start thousands of them.
export class Lane {
  constructor() {
    this.workers = new Map();
    this.turns = new Map();
  }

  // Asks the worker of a script; who asks while it is busy has the next turn.
  ask(script, message, onProgress = () => {}) {
    const before = this.turns.get(script) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(() => this.answer(script, message, onProgress));
    this.turns.set(script, turn);
    return turn;
  }

  answer(script, message, onProgress) {
    return new Promise((resolve, reject) => {
      const worker = this.workers.get(script) ?? new Worker(script);
      this.workers.set(script, worker);
      worker.onerror = (event) => {
        event.preventDefault();
        worker.terminate();
        this.workers.delete(script);
        reject(new Error(event.message || "worker-ended"));
      };
      worker.onmessage = ({ data }) => {
        if (data.failed) reject(new Error(data.failed));
        else if ("read" in data && !data.digest) onProgress(data.read);
        else resolve(data);
      };
      worker.postMessage(message);
    });
  }

  close() {
    this.workers.forEach((worker) => worker.terminate());
    this.workers.clear();
  }
}

const pictureOf = async (lane, scripts, blob, title) => {
  const { value } = await lane.ask(scripts.pdq, blob);
  if (!value) throw new Error("little");
  return { kind: "pdq", value, title };
};

const textOf = async (lane, scripts, text, title) => {
  const { scope, length, left } = await lane.ask(scripts.winnow, text);
  return { kind: "text", value: scope, title, length, left };
};

// How many letters of its texts were left out, in words; nothing where all were taken.
export const leftOut = ({ parts }, words) => {
  const texts = parts.filter(({ left }) => left), left = texts.reduce((sum, each) => sum + each.left, 0);
  const all = texts.reduce((sum, each) => sum + each.left + each.length, 0);
  return left ? words.leftOut.replace("{left}", left).replace("{all}", all) : "";
};

// A text that is too long for one fingerprint is cut at a line's end, as often as it takes.
const partsOf = (text) => {
  const parts = [];
  for (let at = 0; at < text.length;) {
    const line = text.lastIndexOf("\n", at + PART);
    const end = at + PART >= text.length ? text.length : line > at ? line : at + PART;
    parts.push(text.slice(at, end));
    at = end;
  }
  return parts;
};

const textsOf = async (lane, scripts, text, title) => {
  const parts = partsOf(text);
  const found = [];
  for (const [at, part] of parts.entries()) {
    found.push(await textOf(lane, scripts, part, parts.length > 1 ? `${title} ${at + 1}/${parts.length}` : title));
  }
  return found;
};

const longText = async (lane, scripts, file) => {
  try {
    return [await textOf(lane, scripts, file, file.name)];
  } catch (error) {
    if (error.message !== "too-long") throw error;
  }
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Error("too-long");
  }
  return textsOf(lane, scripts, text, file.name);
};

const volume = async (lane, scripts, file, kind, onPage) => {
  const { members } = await import(scripts.zip);
  const inside = (await members(file)).filter(({ name }) => !HIDDEN.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const pictures = inside.filter(({ name }) => PICTURE.test(name));
  const parts = [], texts = [];
  let missed = 0;
  for (const [at, { name, read }] of pictures.entries()) {
    try {
      const blob = new Blob([await read()], { type: TYPES[name.split(".").pop().toLowerCase()] });
      parts.push(await pictureOf(lane, scripts, blob, `${file.name}/${name}`));
    } catch {
      missed += 1;
    }
    onPage(at + 1, pictures.length);
  }
  if (kind === "book") {
    for (const { name, read } of inside.filter((each) => PAGES.test(each.name) && !AROUND.test(each.name))) {
      texts.push(await (await read()).text());
    }
  }
  if (texts.length) {
    const written = await textsOf(lane, scripts, texts.join("\n"), file.name).catch(() => []);
    // several texts without a passage are found by nobody: copies are read text by text
    parts.push(...written.filter(({ value }) => texts.length === 1 || !value.startsWith("sha256-norm")));
  }
  return { parts, pages: pictures.length, missed };
};

// Resolves to { kind, digest, parts, pages, missed, why }: `why` is a word for what keeps copies from being found.
export const readWork = async (lane, scripts, file, { onProgress = () => {}, onPage = () => {} } = {}) => {
  const { digest } = await lane.ask(scripts.sha256, file, onProgress);
  const work = { kind: kindOf(file), digest, parts: [], pages: 0, missed: 0, why: "" };
  try {
    if (work.kind === "picture") work.parts = [await pictureOf(lane, scripts, file, file.name)];
    else if (work.kind === "text") work.parts = await longText(lane, scripts, file);
    else if (["comic", "archive", "book"].includes(work.kind)) Object.assign(work, await volume(lane, scripts, file, work.kind, onPage));
    else work.why = work.kind === "whole" ? "inside-not-read" : "kind-not-read";
  } catch (error) {
    work.why = error.message;
  }
  if (!work.parts.length && !work.why) work.why = "little";
  return work;
};
