import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';

/** What the window may do, in both hosts: run, show and fetch what we serve, and nothing else. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** What the build of the window puts out; a file of another kind is not served. */
const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface WindowResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * One file of the built window. `path` is the path of a URL, percent-encoded, `/` for the page itself.
 * Whatever is not a servable file inside `rendererDir` is 404: an escape learns nothing from the answer.
 */
export async function windowResponse(rendererDir: string, path: string): Promise<WindowResponse> {
  const file = await servableFile(rendererDir, path);
  if (!file) return respond(404, 'text/plain; charset=utf-8', new TextEncoder().encode('Not found\n'));
  return respond(200, file.mimeType, await readFile(file.location));
}

async function servableFile(rendererDir: string, path: string) {
  const relative = decodePath(path);
  if (relative === undefined) return undefined;
  const mimeType = MIME_TYPES[extname(relative)];
  const wanted = resolve(rendererDir, `.${relative}`);
  if (!mimeType || !wanted.startsWith(resolve(rendererDir) + sep)) return undefined;
  try {
    // A link inside the folder must not lead out of it either.
    const [root, location] = await Promise.all([realpath(rendererDir), realpath(wanted)]);
    if (!location.startsWith(root + sep) || !(await stat(location)).isFile()) return undefined;
    return { location, mimeType };
  } catch {
    return undefined;
  }
}

/** The path that a URL's path names, or `undefined` for one that no link of ours contains. */
function decodePath(path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const plain = decoded.startsWith('/') && !/[\\\0:]/.test(decoded) && !decoded.split('/').includes('..');
  if (!plain) return undefined;
  return decoded === '/' ? '/index.html' : decoded;
}

function respond(status: number, contentType: string, body: Uint8Array): WindowResponse {
  return {
    status,
    headers: {
      'content-type': contentType,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    },
    body,
  };
}
