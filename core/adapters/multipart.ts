/** One part of a form with files (RFC 7578). */
export interface FormPart {
  readonly name: string;
  /** Only of files. */
  readonly filename?: string;
  readonly contentType?: string;
  readonly content: Uint8Array;
}

/** A form with more parts is not read. */
const MOST_PARTS = 10_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const CRLF = encoder.encode('\r\n');
const HEAD_END = encoder.encode('\r\n\r\n');
const DASH = 0x2d;

/** The parts in their order; the boundary must not stand in any of them. */
export function writeMultipart(
  parts: readonly FormPart[],
  boundary: string,
): { readonly contentType: string; readonly body: Uint8Array } {
  const pieces = parts.flatMap(({ name, filename, contentType, content }) => {
    const file = filename === undefined ? '' : `; filename="${escape(filename)}"`;
    const type = contentType === undefined ? '' : `\r\nContent-Type: ${contentType}`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(name)}"${file}${type}\r\n\r\n`;
    return [encoder.encode(head), content, CRLF];
  });
  pieces.push(encoder.encode(`--${boundary}--\r\n`));
  const body = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}

/** The parts of a form, whose contents are views of the body; nothing where it is none, or not whole. */
export function readMultipart(body: Uint8Array, contentType: string): readonly FormPart[] | undefined {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return undefined;
  const delimiter = encoder.encode(`--${boundary}`);
  const next = encoder.encode(`\r\n--${boundary}`);
  const parts: FormPart[] = [];
  const first = indexOf(body, delimiter, 0);
  if (first < 0) return undefined;
  let at = first + delimiter.length;
  while (parts.length <= MOST_PARTS) {
    if (body[at] === DASH && body[at + 1] === DASH) return parts;
    const headEnd = indexOf(body, HEAD_END, at);
    const contentAt = headEnd + HEAD_END.length;
    const end = headEnd < 0 ? -1 : indexOf(body, next, contentAt);
    if (end < 0) return undefined;
    const part = readPart(decoder.decode(body.subarray(at, headEnd)), body.subarray(contentAt, end));
    if (!part) return undefined;
    parts.push(part);
    at = end + next.length;
  }
  return undefined;
}

function readPart(head: string, content: Uint8Array): FormPart | undefined {
  const disposition = /^content-disposition:\s*form-data(.*)$/im.exec(head)?.[1];
  const name = disposition && parameter(disposition, 'name');
  if (name === undefined || disposition === undefined) return undefined;
  const filename = parameter(disposition, 'filename');
  const contentType = /^content-type:\s*(\S.*?)\s*$/im.exec(head)?.[1];
  return {
    name,
    ...(filename !== undefined && { filename }),
    ...(contentType !== undefined && { contentType }),
    content,
  };
}

function parameter(disposition: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(disposition) ?? [];
  return quoted ?? plain;
}

/** As browsers write names (HTML §4.10.21.8). */
function escape(name: string): string {
  return name
    .replaceAll('\r\n', '%0D%0A')
    .replaceAll(/[\r\n"]/g, (found) => `%${found.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`);
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0]!;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
  }
  return -1;
}
