import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchWithNode } from './process/sample-launcher.ts';

const root = new URL('../../', import.meta.url);

/** Where the parts of this checkout are, for a host that runs from it. */
export const installation = {
  version: (JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }).version,
  resourcesDir: fileURLToPath(new URL('resources', root)),
  rendererDir: fileURLToPath(new URL('out/renderer', root)),
  startScript: fileURLToPath(new URL('scripts/start.ts', root)),
  storeWorker: new URL('core/node/store/worker.ts', root),
  telemetryWorker: new URL('core/node/telemetry/worker.ts', root),
  importWorker: new URL('core/node/import/worker.ts', root),
  launchSample: launchWithNode,
};
