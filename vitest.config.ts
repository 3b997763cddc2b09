import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'e2e/**/*.test.ts'],
    pool: 'threads',
    testTimeout: 30_000,
    reporters: process.env['CI'] ? ['default'] : ['dot'],
  },
});
