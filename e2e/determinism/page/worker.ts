/// <reference lib="webworker" />
import { historyOf } from '../history.ts';

addEventListener('message', ({ data }: MessageEvent<number>) => {
  historyOf(data).then(
    (lines) => postMessage({ lines }),
    (error: unknown) => postMessage({ error: String(error) }),
  );
});
