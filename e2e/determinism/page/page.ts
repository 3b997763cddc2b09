/// <reference lib="dom" />

interface Answer {
  readonly lines?: readonly string[];
  readonly error?: string;
}

/** Runs one life of a cluster in a worker, as the playground does. Called by the test. */
function historyInWorker(seed: number): Promise<Answer> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => resolve(data));
    worker.addEventListener('error', ({ message }) => resolve({ error: message }));
    worker.postMessage(seed);
  });
}
Object.assign(globalThis, { historyInWorker });
