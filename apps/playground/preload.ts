import type { Plugin } from 'vite';

/** What the page shows at first, by the end of a module's path. */
const AT_FIRST = ['/src/first-visit.ts', '/src/page.tsx', '/terminal/terminal-panel.tsx'];

/** Names in the page what it will ask for next, so that one answer need not wait for another. */
export function preload(): Plugin {
  let base = './';
  return {
    name: 'tabernetes:preload',
    apply: 'build',
    configResolved(config) {
      base = config.base;
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const scripts = new Set<string>();
        const styles = new Set<string>();
        const add = (fileName: string): void => {
          const chunk = bundle[fileName];
          if (chunk?.type !== 'chunk' || scripts.has(fileName)) return;
          // What begins the page is named there already.
          if (!chunk.isEntry) scripts.add(fileName);
          for (const css of chunk.viteMetadata?.importedCss ?? []) styles.add(css);
          for (const imported of chunk.imports) add(imported);
        };
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue;
          if (AT_FIRST.some((end) => chunk.facadeModuleId?.replaceAll('\\', '/').endsWith(end))) add(chunk.fileName);
        }
        return [
          ...[...styles].map((file) => ({
            tag: 'link',
            attrs: { rel: 'stylesheet', crossorigin: true, href: base + file },
          })),
          ...[...scripts].map((file) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: base + file },
          })),
        ].map((tag) => ({ ...tag, injectTo: 'head' as const }));
      },
    },
  };
}
