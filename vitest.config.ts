import { availableParallelism } from 'node:os';
import { defaultExclude, defineConfig } from 'vitest/config';

const IN_BROWSERS = ['e2e/{playground,readme,tour,widget}/**/*.test.ts', 'e2e/docs/site.test.ts'];

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  test: {
    pool: 'threads',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: process.env['CI'] ? ['default'] : ['dot'],
    projects: [
      // On virtual time: as many at once as there are processors.
      {
        extends: true,
        test: {
          name: 'packages',
          include: ['packages/*/src/**/*.test.ts'],
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
        },
      },
      // Servers and kubectl at real pace: each has the machine to itself.
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: [...defaultExclude, ...IN_BROWSERS],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      // A browser has a pace of its own: what fails once is run again, and named if it passes then (scripts/second-try.mjs).
      {
        extends: true,
        test: { name: 'browsers', include: IN_BROWSERS, retry: 1, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
