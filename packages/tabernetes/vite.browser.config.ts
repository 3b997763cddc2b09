import { defineConfig } from 'vite';

/** The library for pages and workers: modules that a bundler takes on, with nothing of Node in them. */
// biome-ignore lint/style/noDefaultExport: Vite reads the default export.
export default defineConfig({
  build: {
    target: 'es2022',
    outDir: 'dist/browser',
    emptyOutDir: true,
    minify: false,
    lib: { entry: 'src/browser.ts', formats: ['es'], fileName: 'index' },
    rollupOptions: { output: { chunkFileNames: 'chunks/[name]-[hash].js' } },
  },
  logLevel: 'warn',
});
