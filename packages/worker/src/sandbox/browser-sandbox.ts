import { type Sandbox, SandboxError, type SandboxProgram } from '@tabernetes/node-api';
import { type BootProgram, browserBoot } from './browser-boot.ts';
import {
  MAX_TURN_LENGTH,
  type SandboxLimits,
  sandboxOver,
  type Thread,
  type ThreadEvents,
  type ThreadNews,
} from './sandbox-over.ts';

/**
 * Programs of users in workers of this page or worker. Each is made of a `data:` address, so that its origin is its own: what the page
 * keeps in the browser is not within reach, whatever happens inside. A page whose Content-Security-Policy forbids `data:` workers or
 * code of texts has none of these programs, and they say so.
 */
export function browserSandbox(limits: SandboxLimits = {}): Sandbox {
  return sandboxOver(startWorker, limits);
}

function startWorker({ name, guest, program }: SandboxProgram, events: ThreadEvents): Thread {
  const code = `(${browserBoot})(() => (${guest}));`;
  let worker: Worker;
  try {
    worker = new Worker(`data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`, { name });
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error));
  }
  worker.onmessage = ({ data }: MessageEvent<ThreadNews>) => events.said(data);
  worker.onerror = (event) => {
    event.preventDefault();
    events.failed(refused(event.message ?? 'this page does not allow workers of this kind'));
  };
  worker.postMessage({ program, maxLength: MAX_TURN_LENGTH } satisfies BootProgram);
  return {
    post: (message) => worker.postMessage(message),
    terminate() {
      worker.terminate();
      events.exited();
    },
  };
}

const refused = (why: string): SandboxError => new SandboxError('refused', `this browser cannot start it: ${why}`);
