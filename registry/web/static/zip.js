"use strict";
// The directory of a ZIP file (APPNOTE 6.3.10) and its members one at a time, with the browser's own inflation. A file
// of any size: what is read is the end, the directory, and the member that is asked for. No ZIP64, no encryption.

const END = 0x06054b50, ENTRY = 0x02014b50, LOCAL = 0x04034b50;
const END_SIZE = 22, MAX_COMMENT = 65535, MAX_ENTRIES = 10000, MAX_DIRECTORY = 16 << 20;
export const MAX_MEMBER = 256 << 20;

const viewOf = async (blob) => new DataView(await blob.arrayBuffer());

const endOf = (view) => {
  for (let at = view.byteLength - END_SIZE; at >= 0; at -= 1) {
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) <= view.byteLength) return at;
  }
  throw new Error("not-a-zip");
};

const nameOf = (bytes, flags) => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(flags & 0x800 ? "utf-8" : "shift_jis").decode(bytes);
  }
};

// Inflates a member, and stops at more bytes than it may have: what a header says of its size binds nobody.
const inflated = async (stream, most) => {
  const parts = [];
  let size = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    size += value.length;
    if (size > most) { reader.cancel(); throw new Error("member-too-large"); }
    parts.push(value);
  }
};

const memberOf = async (file, { start, packed, method, flags }) => {
  if (flags & 1) throw new Error("member-encrypted");
  const head = await viewOf(file.slice(start, start + 30));
  if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL) throw new Error("not-a-zip");
  const from = start + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const content = file.slice(from, from + packed);
  if (method === 0) return content;
  if (method !== 8) throw new Error("member-packed-otherwise");
  return inflated(content.stream().pipeThrough(new DecompressionStream("deflate-raw")), MAX_MEMBER);
};

// Resolves to the members of a ZIP in the order of its directory: { name, read }, where `read` resolves to a Blob.
export const members = async (file) => {
  const tail = Math.max(0, file.size - END_SIZE - MAX_COMMENT);
  const view = await viewOf(file.slice(tail));
  const end = endOf(view);
  const [count, size, start] = [view.getUint16(end + 10, true), view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  if (count > MAX_ENTRIES || size > MAX_DIRECTORY || start + size > file.size) throw new Error("not-a-zip");
  const directory = await viewOf(file.slice(start, start + size));
  const found = [];
  for (let at = 0; found.length < count && at + 46 <= directory.byteLength;) {
    if (directory.getUint32(at, true) !== ENTRY) throw new Error("not-a-zip");
    const [named, extra, comment] = [28, 30, 32].map((offset) => directory.getUint16(at + offset, true));
    const flags = directory.getUint16(at + 8, true);
    const entry = {
      flags, method: directory.getUint16(at + 10, true), packed: directory.getUint32(at + 20, true),
      start: directory.getUint32(at + 42, true),
    };
    const name = nameOf(new Uint8Array(directory.buffer, at + 46, Math.min(named, directory.byteLength - at - 46)), flags);
    if (!name.endsWith("/")) found.push({ name, read: () => memberOf(file, entry) });
    at += 46 + named + extra + comment;
  }
  return found;
};
