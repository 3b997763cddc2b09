import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { offline } from './offline.ts';
import { preload } from './preload.ts';

// biome-ignore lint/style/noDefaultExport: Vite reads the default export.
export default defineConfig({
  plugins: [react(), preload(), offline()],
  resolve: {
    // monaco-yaml still names the paths that monaco-editor had before 0.53.
    alias: [{ find: /^monaco-editor\/esm\/vs\/(.*)$/, replacement: 'monaco-editor/$1' }],
  },
  worker: {
    format: 'es',
    // What a worker reads at once is one file: else what is shared with code that comes later would be thirty, asked for one after another.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'begin', tags: ['$initial'] }] } } },
  },
  base: './',
  build: {
    target: 'es2022',
    // light-dark() stays as it is.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    outDir: 'dist',
    emptyOutDir: true,
    chunkSizeWarningLimit: 4_000,
  },
  logLevel: 'warn',
});
