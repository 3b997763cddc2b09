import type { HttpReply, Process } from '@tabernetes/node-api';
import { attempt } from '../programs/support/command.ts';
import { mediaType } from './serve.ts';

/** What a web server finds at a path of its container. */
export type Found =
  | { readonly kind: 'file'; readonly reply: HttpReply }
  /** One that is asked for as if it were a file; `location` is where it is. */
  | { readonly kind: 'moved'; readonly location: string }
  /** One without an index.html, and the names in it: those of directories end with a slash. */
  | { readonly kind: 'directory'; readonly names: readonly string[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied' };

/** @param path how the client named it */
export function findFile({ fs }: Process, file: string, path: string): Found {
  const stat = attempt(() => fs.stat(file));
  if ('error' in stat) return { kind: stat.error.code === 'EACCES' ? 'denied' : 'missing' };
  if (stat.value.type !== 'directory') return content(fs, file);
  if (!path.endsWith('/')) return { kind: 'moved', location: `${path}/` };
  const directory = file.replace(/\/$/, '');
  if (fs.exists(`${directory}/index.html`)) return content(fs, `${directory}/index.html`);
  const entries = attempt(() => fs.readDirectory(`${directory}/`));
  if ('error' in entries) return { kind: 'denied' };
  const names = entries.value.map((name) => {
    const entry = attempt(() => fs.lstat(`${directory}/${name}`));
    return 'value' in entry && entry.value.type === 'directory' ? `${name}/` : name;
  });
  return { kind: 'directory', names };
}

function content(fs: Process['fs'], file: string): Found {
  const read = attempt(() => fs.readFile(file));
  if ('error' in read) return { kind: 'denied' };
  const headers = { 'content-type': mediaType(file) ?? 'application/octet-stream' };
  return { kind: 'file', reply: { status: 200, headers, body: read.value } };
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};
