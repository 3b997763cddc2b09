import { defineConfig } from 'vite';

/** One bundle per entry: the library, the command, and the worker that hosts the cluster. Only Node's own modules and two libraries stay outside. */
// biome-ignore lint/style/noDefaultExport: Vite reads the default export.
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rollupOptions: {
      input: {
        index: 'src/index.ts',
        'node/cli': 'src/node/cli.ts',
        // Entries of their own: each finds the worker next to it.
        'node/serve': 'src/node/serve.ts',
        'node/worker': 'src/node/worker.ts',
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, external: ['selfsigned', 'ws'] },
  logLevel: 'warn',
});
