import { defineConfig } from 'vitepress';

/** Where the site lies; the widget lies next to it. */
const base = '/docs/';

// biome-ignore lint/style/noDefaultExport: VitePress reads the default export.
export default defineConfig({
  title: 'Tabernetes',
  description: 'Kubernetes in a browser tab',
  base,
  srcDir: 'src',
  outDir: 'dist',
  cleanUrls: false,
  lastUpdated: false,
  head: [['script', { type: 'module', src: '/widget/tabernetes-sandbox.js' }]],
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('tabernetes-') } } },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Playground', link: '/', target: '_self', rel: '' },
      { text: 'Start', link: '/getting-started' },
    ],
    sidebar: [
      {
        text: 'Use it',
        items: [
          { text: 'Getting started', link: '/getting-started' },
          { text: 'Embedding', link: '/embedding' },
        ],
      },
    ],
  },
});
