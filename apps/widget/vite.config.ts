import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const place = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Style sheets go into shadow roots as text; a page's own head is not ours to write to. */
const onlyInline: Plugin = {
  name: 'only-inline-styles',
  enforce: 'pre',
  load: (id) => (/(?<!embed)\.css$/.test(id) ? { code: '', moduleType: 'js' } : undefined),
};

// biome-ignore lint/style/noDefaultExport: Vite reads the default export.
export default defineConfig({
  plugins: [onlyInline],
  resolve: {
    // The components of the playground in a tenth of the size.
    alias: [
      { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
      { find: /^react\/jsx-dev-runtime$/, replacement: 'preact/jsx-runtime' },
      { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
    ],
  },
  worker: { format: 'es' },
  base: './',
  build: {
    target: 'es2022',
    // light-dark() stays as it is: it follows the color-scheme of the page around.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4_000,
    rollupOptions: {
      input: { 'tabernetes-sandbox': place('src/tabernetes-sandbox.ts'), embed: place('embed.html') },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: ({ name }) => (name === 'tabernetes-sandbox' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  logLevel: 'warn',
});
