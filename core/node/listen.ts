import type { Server } from 'node:net';
import { StartFailure } from './start-failure.ts';

/** Listens on 127.0.0.1 and nowhere else. Throws `StartFailure` where the port is taken or not allowed. */
export async function listenOnLoopback(
  server: Server,
  port: number,
  what: string,
  option: string,
): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      const owner = await askSignalbox(port);
      const who = owner ?? `another program (\`${whoHas(port)}\` tells which)`;
      throw new StartFailure(
        'port_taken',
        `Port ${port} on 127.0.0.1 (${what}) is taken by ${who}. Stop that one, or choose another port with ${option}.`,
      );
    }
    throw new StartFailure(
      'port_refused',
      `Port ${port} on 127.0.0.1 (${what}) cannot be used: ${message}. Choose another with ${option}.`,
    );
  }
}

/** Most likely it is another host of our own: it says so itself. */
async function askSignalbox(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(500) });
    const { status, version, pid } = (await response.json()) as Record<string, unknown>;
    return status === 'ok' && typeof pid === 'number'
      ? `another Signalbox ${String(version)} (process ${pid})`
      : undefined;
  } catch {
    return undefined;
  }
}

function whoHas(port: number): string {
  switch (process.platform) {
    case 'darwin':
      return `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
    case 'win32':
      return `netstat -ano | findstr :${port}`;
    default:
      return `ss -ltnp 'sport = :${port}'`;
  }
}
