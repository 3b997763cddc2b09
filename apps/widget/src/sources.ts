import type { StillMessages } from '@tabernetes/ui/still-messages';
import type { PageFile } from '@tabernetes/worker/connect';
import { linesOf } from './settings.ts';

/** What an author wrote inside of a sandbox. */
export interface Sources {
  readonly files: readonly PageFile[];
  readonly commands: readonly string[];
  /** Files that could not be had. */
  readonly problems: readonly string[];
}

/**
 * Manifests are `<script type="application/yaml">` (which nobody sees without scripts), `<pre>` (which everybody does),
 * or the addresses in `src`, parted by spaces; `data-name` names a file. Commands are
 * `<script type="text/x-shellscript">`, a line each.
 */
export async function readSources(element: HTMLElement, words: StillMessages): Promise<Sources> {
  const files: PageFile[] = [];
  const problems: string[] = [];
  const add = (name: string | undefined, text: string): void => {
    files.push({ name: name ?? (files.length === 0 ? 'manifest.yaml' : `manifest-${files.length + 1}.yaml`), text });
  };
  for (const child of element.querySelectorAll<HTMLElement>('script[type="application/yaml"], pre')) {
    add(child.dataset['name'], dedented(child.textContent ?? ''));
  }
  const addresses = (element.getAttribute('src') ?? '').split(/\s+/).filter((address) => address !== '');
  const fetched = await Promise.all(addresses.map(textAt));
  for (const [at, result] of fetched.entries()) {
    const address = addresses[at] ?? '';
    if (result instanceof Error) problems.push(words.cannotRead(address, result.message));
    else
      add(
        address.split(/[/?#]/).findLast((part) => part.includes('.')),
        result,
      );
  }
  const commands = [...element.querySelectorAll('script[type="text/x-shellscript"]')].flatMap(({ textContent }) =>
    linesOf(textContent ?? ''),
  );
  return { files, commands, problems };
}

async function textAt(address: string): Promise<string | Error> {
  try {
    const response = await fetch(new URL(address, document.baseURI));
    return response.ok ? await response.text() : new Error(`${response.status} ${response.statusText}`);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Without the indentation that all lines share: manifests are indented as the page around them is. */
function dedented(text: string): string {
  const lines = text
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const shared = Math.min(...indents);
  return `${lines.map((line) => line.slice(shared)).join('\n')}\n`;
}
