import { defineConfig } from 'vitepress';
import { GROUPS } from './sidebar.ts';

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
  head: [
    ['link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }],
    ['script', { type: 'module', src: '/widget/tabernetes-sandbox.js' }],
  ],
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('tabernetes-') } } },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Playground', link: '/', target: '_self', rel: '', activeMatch: '^/playground' },
      { text: 'Start', link: '/getting-started' },
      { text: 'Learn', link: '/learn/pods', activeMatch: '^/learn/' },
      { text: 'Patterns', link: '/patterns/foundational', activeMatch: '^/patterns/' },
      { text: 'Test', link: '/testing' },
    ],
    sidebar: GROUPS,
    outline: { level: [2, 3] },
  },
});
