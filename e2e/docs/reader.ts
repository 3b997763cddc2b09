import type { CheckState } from '@tabernetes/worker/connect';
import { type PageHost, pageHost } from '@tabernetes/worker/host';
import { readSettings } from '../../apps/widget/src/settings.ts';
import { type Applied, applyDocuments } from '../../packages/ui/src/editor/apply.ts';
import { STILL_MESSAGES } from '../../packages/ui/src/messages/still/still-messages.ts';
import type { PageSandbox } from './pages.ts';

/** Somebody who runs a sandbox and does what the page says, in virtual time. */
export interface Reader {
  /** What became of each document. */
  readonly applied: readonly Applied[];
  /** How the checks stand, in the order of the page. */
  readonly checks: () => readonly CheckState[];
  /** All that the terminal showed. */
  readonly screen: () => string;
  /** Types lines into the terminal and waits for each to end. */
  type(lines: readonly string[]): Promise<void>;
  /** Lets time pass until it is so, at most five minutes. */
  until(isSo: () => boolean): Promise<void>;
  leave(): Promise<void>;
}

/** Virtual time after which nobody waits any more. */
const PATIENCE_SECONDS = 300;

export async function readerOf({ attributes, manifests, commands, checks }: PageSandbox): Promise<Reader> {
  const { options, problems, applies } = readSettings((name) => attributes[name] ?? null, STILL_MESSAGES.en);
  if (problems.length > 0) throw new Error(problems.join('; '));
  const host = pageHost();
  await host.start({ ...options, clock: 'virtual' });
  const followed = new MessageChannel();
  let states: readonly CheckState[] = [];
  heard<{ readonly checks: readonly CheckState[] }>(followed.port1, (batch) => {
    states = batch.checks;
  });
  const expectations = checks.map(({ expect }) => expect);
  await host.check(expectations, followed.port2);
  host.setFiles(manifests.map((text, at) => ({ name: at === 0 ? 'manifest.yaml' : `manifest-${at + 1}.yaml`, text })));
  const applied: Applied[] = [];
  if (applies)
    for (const text of manifests) applied.push(...(await applyDocuments({ host } as never, text, 'default')));
  const terminal = openTerminal(host);
  const reader: Reader = {
    applied,
    checks: () => states,
    screen: terminal.screen,
    type: terminal.type,
    until: (isSo) => passing(host, isSo),
    async leave() {
      followed.port1.close();
      terminal.close();
      await host.stop();
    },
  };
  await reader.type(commands);
  return reader;
}

async function passing(host: PageHost, isSo: () => boolean, stepSeconds = 5): Promise<void> {
  await turn();
  for (let passed = 0; passed < PATIENCE_SECONDS && !isSo(); passed += stepSeconds) {
    await host.advance(`${stepSeconds}s`);
    await turn();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function openTerminal(host: PageHost): Pick<Reader, 'type' | 'screen'> & { close(): void } {
  const { port1, port2 } = new MessageChannel();
  let shown = '';
  let lines = 0;
  heard<{ readonly type: string; readonly text?: string }>(port1, ({ type, text = '' }) => {
    if (type === 'output') shown += text;
  });
  host.openTerminal(port2);
  return {
    screen: () => shown,
    async type(typed) {
      for (const line of typed) {
        // The line that is typed is shown, too: only its result has the sum.
        const end = `line ${1000 + ++lines}`;
        port1.postMessage({ type: 'input', text: `${line}\recho line $((1000+${lines}))\r` });
        await passing(host, () => shown.includes(end), 1);
        if (!shown.includes(end)) throw new Error(`${line} does not end:\n${shown}`);
      }
    },
    close: () => port1.close(),
  };
}

function heard<T>(port: MessagePort, hear: (data: T) => void): void {
  port.addEventListener('message', ({ data }) => hear(data as T));
  port.start();
}
