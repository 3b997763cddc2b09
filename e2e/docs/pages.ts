import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A sandbox of a page, as its author wrote it. */
export interface PageSandbox {
  /** `learn/pods.md 1` */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly manifests: readonly string[];
  /** Typed into the terminal once the manifests were applied. */
  readonly commands: readonly string[];
  readonly checks: readonly PageCheck[];
}

export interface PageCheck {
  readonly expect: string;
  /** The sentence that the reader sees. */
  readonly label: string;
  /** Commands that make it true, in the place of a reader who does what the page says. Undefined: it comes true by itself. */
  readonly byCommands: readonly string[] | undefined;
}

export const SITE = fileURLToPath(new URL('../../apps/docs/src/', import.meta.url));

/** Every page of the site, with its path below the source folder. */
export function sitePages(): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(SITE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: relative(SITE, file), text: readFileSync(file, 'utf8') }));
}

const ATTRIBUTES = '((?:\\s+[\\w-]+(?:="[^"]*")?)*)\\s*';
/** The second group: what stands inside. */
const element = (tag: string): RegExp => new RegExp(`<${tag}${ATTRIBUTES}>([\\s\\S]*?)</${tag}>`, 'g');

/** The sandboxes of a page that are alive; those inside of listings are not. */
export function sandboxesOf({ path, text }: { readonly path: string; readonly text: string }): readonly PageSandbox[] {
  const listings = new RegExp(FENCE.source.replace('yaml', '(?!yaml)\\w+'), 'gm');
  return [...text.replace(listings, '').matchAll(element('tabernetes-sandbox'))].map(
    ([, head = '', inner = ''], at) => {
      const attributes = attributesOf(head);
      const scripts = [...inner.matchAll(element('script'))].map(([, , lines = '']) => lines);
      return {
        name: `${path} ${at + 1}`,
        attributes,
        manifests: [...inner.matchAll(FENCE)].map(([, yaml = '']) => yaml),
        commands: [attributes['run'] ?? '', ...scripts].flatMap(linesOf),
        checks: [...inner.matchAll(element('tabernetes-check'))].map(([, of = '', label = '']) => {
          const { expect = '', 'data-try': commands } = attributesOf(of);
          return { expect, label, byCommands: commands === undefined ? undefined : linesOf(commands) };
        }),
      };
    },
  );
}

const FENCE = /^```yaml[^\n]*\n([\s\S]*?)^```$/gm;

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function attributesOf(head: string): Record<string, string> {
  const found = [...head.matchAll(/([\w-]+)(?:="([^"]*)")?/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, unescaped(value)]));
}

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
