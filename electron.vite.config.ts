import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;

/**
 * Dependencies of the main process stay packages (`externalizeDeps`), so that native modules and workers are found
 * where npm put them. The preload script is one CommonJS file: a sandboxed one can load nothing else.
 */
export default defineConfig({
  main: {
    build: {
      externalizeDeps: true,
      rolldownOptions: {
        input: {
          main: join(root, 'electron/main.ts'),
          'store-worker': join(root, 'core/node/store/worker.ts'),
          'telemetry-worker': join(root, 'core/node/telemetry/worker.ts'),
          'import-worker': join(root, 'core/node/import/worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: join(root, 'electron/preload.ts'),
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: join(root, 'renderer'),
    base: './',
    plugins: [react()],
    build: {
      outDir: join(root, 'out/renderer'),
      emptyOutDir: true,
      minify: true,
      sourcemap: false,
      modulePreload: { polyfill: false },
      // Inlined files would be `data:` URLs, which the content security policy refuses for fonts and scripts.
      assetsInlineLimit: 0,
      rolldownOptions: { input: join(root, 'renderer/index.html') },
    },
  },
});
