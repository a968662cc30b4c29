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
      throw new StartFailure(
        'port_taken',
        `Port ${port} on 127.0.0.1 (${what}) is taken by another program. See who has it with \`${whoHas(port)}\`, ` +
          `stop that one, or choose another port with ${option}.`,
      );
    }
    throw new StartFailure(
      'port_refused',
      `Port ${port} on 127.0.0.1 (${what}) cannot be used: ${message}. Choose another with ${option}.`,
    );
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
