import { defineConfig } from 'vitest/config';

const ZONES = '{core,renderer,electron,scripts}';
const CONTRACTS = `${ZONES}/**/*.contract.test.ts`;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{core,renderer,electron,scripts,bench,faults,fuzz}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', CONTRACTS],
          // Most of a test is waiting: one core is not kept for vitest itself.
          maxWorkers: 2,
          // Long enough for a machine that has other work.
          testTimeout: 30_000,
        },
      },
      { test: { name: 'contract', include: [CONTRACTS], testTimeout: 15_000 } },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          // Real hosts and browsers on two cores: one file after the other.
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 45_000,
          hookTimeout: 60_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: [`${ZONES}/**/*.{ts,tsx}`],
      exclude: ['**/*.test.{ts,tsx}', '**/*.d.ts'],
      reporter: ['json-summary', 'text-summary'],
      // Of the core, from the unit and contract tests alone.
      thresholds: { 'core/**/*.ts': { lines: 90, branches: 85 } },
      reportsDirectory: 'coverage',
    },
  },
});
